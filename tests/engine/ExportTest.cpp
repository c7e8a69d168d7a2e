// SPDX-License-Identifier: GPL-3.0-or-later
#include "EngineSupport.h"
#include "RuntimeSupport.h"
#include "core/base/Files.h"
#include "core/export/ModelExport.h"
#include "core/export/NetworkDescription.h"
#include "core/export/StudioAnswers.h"

#include <filesystem>
#include <gmock/gmock.h>
#include <limits>
#include <nlohmann/json.hpp>

namespace fs = std::filesystem;
using namespace ovation;
using namespace ovation::test;
using testing::HasSubstr;

namespace {

constexpr ExportFormat kModelFormats[] = {ExportFormat::TorchScript, ExportFormat::Onnx, ExportFormat::OnnxFeatures,
                                          ExportFormat::Safetensors};

class Export : public testing::TestWithParam<const char*> {
protected:
    std::vector<std::string> left() const {
        std::vector<std::string> names;
        for (const auto& entry : fs::directory_iterator(m_folder.path()))
            names.push_back(entry.path().filename().string());
        std::sort(names.begin(), names.end());
        return names;
    }

    TemporaryFolder m_folder;
};

} // namespace

TEST_P(Export, IsComparedWithTheStudioOnRealClipsAndLeavesNothingElse) {
    const ModelBundle bundle = freshBundle(GetParam());
    for (const ExportFormat format : kModelFormats) {
        const std::string file = m_folder.file(std::string("model.") + infoOf(format).extension);
        const auto report = exportModel(bundle, format, file);
        ASSERT_TRUE(report) << describe(report.error());
        EXPECT_LE(report->largestDifference, kExportTolerance);
        EXPECT_EQ(report->clips, 4);
        EXPECT_GT(report->answers, 6);
        EXPECT_EQ(report->files.front(), file);
    }
    EXPECT_THAT(left(), testing::ElementsAre("model.json", "model.onnx", "model.pt", "model.safetensors"));
}

TEST_P(Export, SlidesTheShorterWindowsThatAModelIsAskedAbout) {
    ModelBundle bundle = freshBundle(GetParam());
    if (isFrameModel(bundle.architecture.id)) return; // which have none
    const auto answersWith = [&](int64_t frames, ExportFormat format) {
        bundle.windowFrames = frames;
        const auto report = exportModel(bundle, format, m_folder.file("model"));
        EXPECT_TRUE(report) << describe(report.error());
        if (!report) return int64_t{0};
        EXPECT_LE(report->largestDifference, kExportTolerance);
        return static_cast<int64_t>(report->answers);
    };
    for (const ExportFormat format : {ExportFormat::TorchScript, ExportFormat::Onnx})
        EXPECT_GT(answersWith(43, format), 1.8 * static_cast<double>(answersWith(0, format)))
            << "a quarter of a second apart";
}

TEST_P(Export, ThatDiffersFromTheStudioIsRemovedAndAnEarlierOneStays) {
    ModelBundle bundle = freshBundle(GetParam());
    auto& bias = bundle.weights.at(isFrameModel(bundle.architecture.id) ? "head.bias" : "head.2.bias").values;
    bias[0] = std::numeric_limits<float>::quiet_NaN();
    ASSERT_TRUE(writeFileAtomically(m_folder.file("model"), "an older export"));
    for (const ExportFormat format : kModelFormats)
        EXPECT_FALSE(exportModel(bundle, format, m_folder.file("model"))) << infoOf(format).id;
    EXPECT_EQ(*readFile(m_folder.file("model")), "an older export");
    EXPECT_THAT(left(), testing::ElementsAre("model"));
}

TEST_P(Export, SaysWhereItCannotBeWritten) {
    const ModelBundle bundle = freshBundle(GetParam());
    for (const ExportFormat format : kModelFormats) {
        const std::string file = m_folder.file("missing/model");
        const auto report = exportModel(bundle, format, file);
        ASSERT_FALSE(report);
        EXPECT_EQ(report.error().file, file);
        EXPECT_NE(report.error().code, ErrorCode::Internal);
    }
}

// A file that was changed on its way is not what was checked: opened again, it is refused or answers otherwise.
TEST_P(Export, ThatIsCutShortDoesNotOpen) {
    const ModelBundle bundle = freshBundle(GetParam());
    for (const ExportFormat format : {ExportFormat::TorchScript, ExportFormat::Onnx}) {
        const std::string file = m_folder.file("model");
        ASSERT_TRUE(exportModel(bundle, format, file));
        const std::string bytes = *readFile(file);
        ASSERT_TRUE(writeFileAtomically(file, bytes.substr(0, bytes.size() / 2)));
        const auto opened = theEngine().openExported(file, format);
        ASSERT_FALSE(opened);
        EXPECT_EQ(opened.error().code, ErrorCode::DamagedModel);
        EXPECT_EQ(opened.error().file, file);
    }
}

// The JSON description and the tensors suffice: the Python example builds the network from them and from nothing else.
TEST_P(Export, OfSafetensorsCanBeRebuiltInPython) {
    const ModelBundle bundle = trainedBundle(GetParam());
    const std::string file = m_folder.file("model.safetensors");
    ASSERT_TRUE(exportModel(bundle, ExportFormat::Safetensors, file));
    const auto copy = readModel(file);
    ASSERT_TRUE(copy) << describe(copy.error());
    auto network = theEngine().load(*copy);
    ASSERT_TRUE(network);
    const auto pattern = [](size_t i) { return static_cast<float>(static_cast<int>(i * 31 % 101) - 50); };
    nlohmann::json input;
    std::vector<float> expected;
    if (isFrameModel(copy->architecture.id)) {
        std::vector<float> values(120 * 64);
        for (size_t i = 0; i < values.size(); ++i)
            values[i] = pattern(i) / 2 - 20;
        input["features"] = {values};
        input["shapes"] = {{1, 120, 64}};
        copy->logMelStandardizer.apply(values);
        expected = *(*network)->frameProbabilities({1, 120, values, std::vector<int32_t>{120}});
    } else {
        RawClip clip;
        clip.frames = 200;
        clip.length = {200};
        for (size_t i = 0; i < 200 * 13; ++i)
            clip.mfcc.push_back(pattern(i));
        for (size_t i = 0; i < 12; ++i)
            clip.clipValues.push_back(pattern(i) * 20);
        input["features"] = {clip.mfcc, clip.clipValues};
        input["shapes"] = {{1, 200, 13}, {1, 12}};
        const float applause = (*(*network)->probabilities(standardised(clip, *copy).batch()))[0];
        expected = {1 - applause, applause};
    }
    input["expected"] = expected;
    ASSERT_TRUE(writeFileAtomically(m_folder.file("input.json"), input.dump()));
    const Output output =
        runPython("run_rebuilt.py", std::string(OVATION_SOURCE "/resources/examples/python ") + m_folder.path());
    EXPECT_EQ(output.status, 0) << output.text;
}

INSTANTIATE_TEST_SUITE_P(All, Export, testing::Values("bilstm-attention", "transformer", "crnn"), [](const auto& name) {
    std::string text = name.param;
    std::erase(text, '-');
    return text;
});
