// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/ModelBundle.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <utility>

namespace ovation {
namespace {

TensorMap someTensors() {
    return {
        {"a.weight", {{2, 3}, {1, 2, 3, 4, 5, 6}}}, {"b", {{1}, {-0.5F}}}, {"empty", {{0, 4}, {}}}, {"z", {{}, {7}}}};
}

std::string file(const std::string& header, const std::string& data) {
    std::string bytes;
    for (int i = 0; i < 8; ++i)
        bytes.push_back(static_cast<char>(static_cast<uint64_t>(header.size()) >> (8 * i) & 0xff));
    return bytes + header + data;
}

/// The detail of the refusal; "accepted" where there is none.
std::string refusal(const std::string& bytes, ErrorCode expected = ErrorCode::DamagedModel) {
    const Result<SafetensorsContent> content = readSafetensors(bytes, "m.safetensors");
    if (content) return "accepted";
    EXPECT_EQ(static_cast<int>(content.error().code), static_cast<int>(expected)) << content.error().detail;
    EXPECT_EQ(content.error().file, "m.safetensors");
    EXPECT_FALSE(content.error().detail.empty());
    return content.error().detail;
}

std::string oneTensor(const std::string& shape, const std::string& offsets, size_t dataBytes,
                      const char* dtype = "F32") {
    return file(R"({"t":{"dtype":")" + std::string(dtype) + R"(","shape":)" + shape + R"(,"data_offsets":)" + offsets +
                    "}}",
                std::string(dataBytes, '\0'));
}

TEST(Safetensors, WhatIsWrittenIsReadBack) {
    const std::map<std::string, std::string> metadata = {{"key", "value with \"quotes\" and \xC3\xBC"}, {"empty", ""}};
    const Result<SafetensorsContent> content = readSafetensors(writeSafetensors(someTensors(), metadata), "m");
    ASSERT_TRUE(content) << content.error().detail;
    EXPECT_EQ(content->tensors, someTensors());
    EXPECT_EQ(content->metadata, metadata);
}

TEST(Safetensors, NothingAtAllIsAValidFile) {
    const Result<SafetensorsContent> content = readSafetensors(writeSafetensors({}, {}), "m");
    ASSERT_TRUE(content);
    EXPECT_TRUE(content->tensors.empty());
    EXPECT_TRUE(content->metadata.empty());
}

TEST(Safetensors, LayoutIsHeaderLengthHeaderLittleEndianData) {
    const std::string bytes = writeSafetensors({{"x", {{2}, {1.0F, -2.0F}}}}, {});
    const auto headerSize = static_cast<unsigned char>(bytes[0]);
    EXPECT_EQ((8 + headerSize) % 8, 0);
    EXPECT_EQ(bytes.substr(1, 7), std::string(7, '\0'));
    EXPECT_EQ(bytes.substr(8, 54), R"({"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})");
    EXPECT_EQ(bytes.substr(8 + headerSize), std::string("\x00\x00\x80\x3f\x00\x00\x00\xc0", 8));
}

TEST(Safetensors, AFileOfAnotherKindIsRefusedAsNoModel) {
    for (const std::string& bytes : {std::string(), std::string("x"), std::string(8, '\0'), std::string(200, '\0'),
                                     std::string("RIFF\x24\x00\x00\x00WAVEfmt more"), file("[]", ""), file("{", "")}) {
        refusal(bytes, ErrorCode::NotAModel);
    }
}

TEST(Safetensors, AnAbsurdHeaderLengthIsRefused) {
    std::string bytes = writeSafetensors(someTensors(), {});
    bytes[3] = '\x7f'; // over 100 MB
    EXPECT_EQ(refusal(bytes, ErrorCode::NotAModel), "its header claims over 100 MB");
    bytes[7] = '\xff';
    EXPECT_EQ(refusal(bytes, ErrorCode::NotAModel), "its header claims over 100 MB");
    bytes = writeSafetensors(someTensors(), {});
    bytes[2] = '\x10'; // 1 MB, longer than the file
    EXPECT_EQ(refusal(bytes), "it ends within its header");
}

TEST(Safetensors, EveryTruncationIsRefused) {
    const std::string bytes = writeSafetensors(someTensors(), {{"k", "v"}});
    for (size_t size = 0; size < bytes.size(); ++size)
        EXPECT_FALSE(readSafetensors(std::string_view(bytes).substr(0, size), "m")) << size;
}

TEST(Safetensors, OffsetsMustFitTheShapeAndTheFile) {
    EXPECT_EQ(refusal(oneTensor("[2]", "[0,8]", 8)), "accepted");
    EXPECT_NE(refusal(oneTensor("[2]", "[0,8]", 4)).find("larger than the file"), std::string::npos);
    EXPECT_NE(refusal(oneTensor("[1]", "[4,8]", 4)).find("outside the file"), std::string::npos);
    EXPECT_NE(refusal(oneTensor("[1]", "[4,0]", 4)).find("outside the file"), std::string::npos);
    EXPECT_NE(refusal(oneTensor("[3]", "[0,8]", 12)).find("does not fit"), std::string::npos);
    EXPECT_NE(refusal(oneTensor("[1]", "[4,8]", 8)).find("gap"), std::string::npos);
    EXPECT_NE(refusal(oneTensor("[1]", "[0,4]", 8)).find("belongs to no tensor"), std::string::npos);
    EXPECT_NE(refusal(oneTensor("[1]", "[0]", 4)).find("data offsets"), std::string::npos);
    EXPECT_NE(refusal(oneTensor("[1]", "[0,4,4]", 4)).find("data offsets"), std::string::npos);
}

TEST(Safetensors, ShapeProductsThatOverflowAreRefused) {
    EXPECT_NE(refusal(oneTensor("[4294967296,4294967296]", "[0,0]", 0)).find("larger"), std::string::npos);
    EXPECT_NE(refusal(oneTensor("[18446744073709551615,4]", "[0,4]", 4)).find("larger"), std::string::npos);
    EXPECT_NE(refusal(oneTensor("[2305843009213693952,2,4]", "[0,0]", 0)).find("larger"), std::string::npos);
    EXPECT_NE(refusal(oneTensor("[0,18446744073709551615]", "[0,0]", 0)).find("absurd"), std::string::npos);
    EXPECT_NE(refusal(oneTensor("[99999999999999999999999]", "[0,0]", 0)), "accepted");
    EXPECT_NE(refusal(oneTensor("[-1]", "[0,4]", 4)).find("negative"), std::string::npos);
    EXPECT_NE(refusal(oneTensor("[1.5]", "[0,6]", 6)).find("not whole"), std::string::npos);
    EXPECT_NE(refusal(oneTensor("[1,1,1,1,1,1,1,1,1]", "[0,4]", 4)).find("dimensions"), std::string::npos);
}

TEST(Safetensors, OtherKindsOfNumbersAreRefused) {
    for (const auto& [kind, bytes] : {std::pair("BF16", 2), std::pair("I32", 4), std::pair("F64", 8)}) {
        const std::string offsets = "[0," + std::to_string(bytes) + "]";
        const std::string why =
            refusal(oneTensor("[1]", offsets, static_cast<size_t>(bytes), kind), ErrorCode::NotAModel);
        EXPECT_NE(why.find("not one that Ovation wrote"), std::string::npos) << why;
        EXPECT_NE(why.find("only F32"), std::string::npos) << why;
    }
    const std::string ours =
        R"({"__metadata__":{"ovation.format":"1"},"t":{"dtype":"F16","shape":[1],"data_offsets":[0,2]}})";
    EXPECT_NE(refusal(file(ours, "12"), ErrorCode::DamagedModel).find("only F32"), std::string::npos);
}

TEST(Safetensors, OverlappingTensorsAreRefused) {
    const std::string header = R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},)"
                               R"("b":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}})";
    EXPECT_NE(refusal(file(header, std::string(12, '\0'))).find("overlaps"), std::string::npos);
}

TEST(Safetensors, RepeatedNamesAreRefused) {
    const std::string tensor = R"({"dtype":"F32","shape":[1],"data_offsets":[0,4]})";
    const std::string four(4, '\0');
    EXPECT_NE(refusal(file("{\"a\":" + tensor + ",\"a\":" + tensor + "}", four)).find("twice"), std::string::npos);
    EXPECT_NE(refusal(file(R"({"__metadata__":{"k":"1","k":"2"}})", "")).find("twice"), std::string::npos);
    EXPECT_NE(refusal(file(R"({"__metadata__":{},"__metadata__":{}})", "")).find("twice"), std::string::npos);
    EXPECT_NE(
        refusal(file(R"({"a":{"dtype":"F32","dtype":"F32","shape":[1],"data_offsets":[0,4]}})", four)).find("twice"),
        std::string::npos);
}

TEST(Safetensors, WrongKindsInTheHeaderAreRefused) {
    for (const char* header :
         {R"({"a":1})", R"({"a":null})", R"({"a":[1]})", R"({"a":"text"})", R"({"a":true})", R"({"a":{}})",
          R"({"__metadata__":{"k":1}})", R"({"__metadata__":{"k":{"deep":"1"}}})", R"({"__metadata__":[]})",
          R"({"a":{"dtype":{"deep":{}}}})", R"({"a":{"shape":[[1]]}})", R"({"a":{"shape":["1"]}})",
          R"({"a":{"extra":1}})", R"({} x)", R"({"a")", "{\"a\xff\":1}"})
        EXPECT_NE(refusal(file(header, "")), "accepted") << header;
}

TEST(Safetensors, DeepNestingIsRefusedWithoutCost) {
    std::string header = "{\"a\":";
    for (int i = 0; i < 1000000; ++i)
        header += "[{\"a\":";
    EXPECT_NE(refusal(file(header, "")), "accepted");
    EXPECT_NE(refusal(file("{" + std::string(5000000, '['), "")), "accepted");
}

TEST(Safetensors, RandomDamageNeverCrashesTheReader) {
    const std::string valid = writeSafetensors(someTensors(), {{"key", "{\"x\": [1, 2]}"}});
    std::mt19937 random(7);
    for (int round = 0; round < 20000; ++round) {
        std::string bytes = valid;
        const int changes = 1 + static_cast<int>(random() % 4);
        for (int i = 0; i < changes && !bytes.empty(); ++i) {
            const size_t at = random() % bytes.size();
            switch (random() % 4) {
            case 0:
                bytes[at] = static_cast<char>(random());
                break;
            case 1:
                bytes.erase(at, 1 + random() % 9);
                break;
            case 2:
                bytes.insert(at, bytes.substr(random() % bytes.size(), random() % 20));
                break;
            default:
                bytes[at] = "{}[]\",:0129-eE\\u"[random() % 16];
            }
        }
        const Result<SafetensorsContent> content = readSafetensors(bytes, "m");
        if (!content) {
            EXPECT_FALSE(content.error().detail.empty());
            continue;
        }
        for (const auto& [name, tensor] : content->tensors) {
            int64_t count = 1;
            for (int64_t size : tensor.shape)
                count *= size;
            EXPECT_EQ(count, static_cast<int64_t>(tensor.values.size()));
        }
    }
}

} // namespace
} // namespace ovation
