// SPDX-License-Identifier: GPL-3.0-or-later
#include "LabelFixture.h"

#include "core/labels/LabelText.h"

#include <array>
#include <cmath>
#include <random>

namespace ovation::test {
namespace {

using ::testing::ElementsAre;

LabelFile sample() {
    LabelFile file;
    file.labels = {labelOf(0.125, 1.25, "applause", 0.75), labelOf(1.25, 2, "not applause"),
                   labelOf(1.5, 4.063, "?", 0.5), labelOf(3661.001, 3662, "caf\xC3\xA9_\"x\"")};
    file.labels[0].lowHz = 100;
    file.labels[0].highHz = 8000.5;
    file.audioFile = "speech.wav";
    file.durationS = 4000;
    return file;
}

struct Holds {
    bool frequencies, scores, audioFile, duration;
};

Holds holdsOf(const std::string& id) {
    if (id == "audacity") return {true, false, false, false};
    if (id == "csv" || id == "raven") return {true, true, true, false};
    if (id == "textgrid") return {false, false, false, true};
    if (id == "eaf") return {false, false, true, false};
    if (id == "rttm") return {false, true, false, false};
    if (id == "jams") return {false, true, true, true};
    if (id == "json") return {true, true, true, true};
    return {false, false, false, false};
}

TEST(LabelFormatsTest, AreListedInOrder) {
    std::vector<std::string> ids;
    for (const LabelFormat& format : labelFormats())
        ids.emplace_back(format.id);
    EXPECT_THAT(ids, ElementsAre("audacity", "csv", "textgrid", "eaf", "rttm", "webvtt", "jams", "raven", "json"));
    EXPECT_EQ(labelFormat("srt"), nullptr);
}

TEST(LabelFormatsTest, ARoundTripChangesNothingThatTheFormatHolds) {
    for (const LabelFormat& format : labelFormats()) {
        LabelFile wanted = sample();
        const Holds holds = holdsOf(format.id);
        for (Label& label : wanted.labels) {
            if (!holds.frequencies) label.lowHz = label.highHz = std::nullopt;
            if (!holds.scores) label.score.reset();
        }
        const std::string text = format.write(sample());
        const LabelFile read = readAs(format.id, text);
        EXPECT_EQ(read.labels, wanted.labels) << format.id;
        EXPECT_TRUE(read.warnings.empty()) << format.id << ": " << read.warnings[0];
        EXPECT_EQ(read.audioFile, holds.audioFile                   ? "speech.wav"
                                  : holds.scores && !holds.duration ? "speech"
                                                                    : "")
            << format.id;
        EXPECT_EQ(read.durationS, holds.duration ? std::optional(4000.0) : std::nullopt) << format.id;
    }
}

TEST(LabelFormatsTest, ATextThatSaysAnotherClassIsKeptBesideTheClassOrLeftOutAndCounted) {
    const std::string free = "clapping, <b>loud</b> & \"quoted\"";
    LabelFile file;
    file.labels = {labelOf(1, 2, free, 0.5), labelOf(3, 4, "laughter"), labelOf(5, 6, "clapping")};
    file.labels[0].labelClass = LabelClass::Applause;
    file.labels[2].labelClass = LabelClass::Unsure;
    for (const LabelFormat& format : labelFormats()) {
        SCOPED_TRACE(format.id);
        const LabelFile read = readAs(format.id, format.write(file));
        ASSERT_EQ(read.labels.size(), 3u);
        for (size_t i = 0; i < 3; ++i)
            EXPECT_EQ(read.labels[i].labelClass, file.labels[i].labelClass) << i;
        const std::string id = format.id;
        const bool holds = id == "csv" || id == "raven" || id == "json";
        EXPECT_EQ(format.freeTexts, holds);
        EXPECT_EQ(textsLeftOut(file, format), holds ? 0u : 2u);
        EXPECT_EQ(read.labels[0].text, holds ? free : "applause");
        EXPECT_EQ(read.labels[1].text, "laughter");
        EXPECT_EQ(read.labels[2].text, holds ? "clapping" : "unsure");
    }
    EXPECT_EQ(textsLeftOutText(0), "");
    EXPECT_THAT(textsLeftOutText(1), ::testing::HasSubstr("text of 1 label does not fit"));
}

TEST(LabelFormatsTest, ATextBesideALabelThatSaysMoreThanItsClassIsNotTaken) {
    const LabelFile file = readAs("csv", "start,end,label,text\n1,2,laughter,from the back\n3,4,applause,long\n");
    ASSERT_EQ(file.labels.size(), 2u);
    EXPECT_EQ(file.labels[0].text, "laughter");
    EXPECT_EQ(file.labels[1].text, "long");
    EXPECT_EQ(file.labels[1].labelClass, LabelClass::Applause);
    EXPECT_EQ(readAs("csv", "start,end,text\n1,2,clap\n").labels[0].text, "clap");
}

TEST(LabelFormatsTest, EachTellsItsOwnFilesFromAllOthers) {
    for (const LabelFormat& writer : labelFormats()) {
        const std::string text = writer.write(sample());
        for (const LabelFormat& reader : labelFormats())
            EXPECT_EQ(reader.recognises(text, ""), &reader == &writer) << reader.id << " of " << writer.id;
    }
}

TEST_F(LabelFilesTest, EveryFormatIsFoundAgainByItsFile) {
    for (const LabelFormat& format : labelFormats()) {
        const std::string path = in(std::string("a.") + format.extension);
        ASSERT_TRUE(writeLabels(path, sample()));
        auto read = readLabels(path);
        ASSERT_TRUE(read) << describe(read.error());
        EXPECT_EQ(read->labels.size(), 4u) << format.id;
        EXPECT_EQ(read->labels[0].lowHz.has_value(), holdsOf(format.id).frequencies) << format.id;
    }
}

TEST_F(LabelFilesTest, TsvIsWrittenWithTabs) {
    ASSERT_TRUE(writeLabels(in("a.tsv"), sample()));
    EXPECT_EQ(bytesOf("a.tsv").substr(0, 19), "start_s\tend_s\tlabel");
    EXPECT_EQ(readLabels(in("a.tsv"))->labels, sample().labels);
}

TEST_F(LabelFilesTest, EveryFormatIsReadInEveryEncodingAndWithAnyLineEnd) {
    for (const LabelFormat& format : labelFormats()) {
        const std::string utf8 = format.write(sample());
        std::string latin1, crlf, le = "\xFF\xFE", be = "\xFE\xFF";
        for (size_t i = 0; i < utf8.size(); ++i) {
            unsigned char c = static_cast<unsigned char>(utf8[i]);
            if (c == 0xC3) c = static_cast<unsigned char>(utf8[++i] + 0x40);
            latin1 += static_cast<char>(c);
            le += {static_cast<char>(c), '\0'};
            be += {'\0', static_cast<char>(c)};
            if (c == '\n') crlf += '\r';
            crlf += c < 0x80 ? std::string(1, static_cast<char>(c)) : utf8.substr(i - 1, 2);
        }
        for (const std::string& bytes : {utf8, "\xEF\xBB\xBF" + utf8, latin1, crlf, le, be}) {
            auto read = readLabels(put(std::string("x.") + format.extension, bytes));
            ASSERT_TRUE(read) << format.id << ": " << describe(read.error());
            ASSERT_EQ(read->labels.size(), 4u) << format.id;
            EXPECT_EQ(read->labels[3].text, "caf\xC3\xA9_\"x\"") << format.id;
        }
    }
}

TEST_F(LabelFilesTest, ErrorsNameTheFileAndTheLine) {
    auto bad = readLabels(put("a.txt", "1\t2\tx\n???\n"));
    ASSERT_FALSE(bad);
    EXPECT_EQ(bad.error().code, ErrorCode::BadLabelFile);
    EXPECT_EQ(bad.error().file, in("a.txt"));
    EXPECT_EQ(bad.error().line, 2);
    EXPECT_EQ(readLabels(put("a.TextGrid", "junk")).error().code, ErrorCode::BadLabelFile);
    EXPECT_EQ(readLabels(put("a.xyz", "junk")).error().code, ErrorCode::UnknownLabelFormat);
    EXPECT_EQ(readLabels(in("none.txt")).error().code, ErrorCode::FileNotFound);
    EXPECT_EQ(readLabels(m_folder.string()).error().code, ErrorCode::IsFolder);
    EXPECT_EQ(readLabels(put("b.txt", "1\t2\tx\n"), "srt").error().code, ErrorCode::UnknownLabelFormat);
    EXPECT_EQ(writeLabels(in("a.xyz"), {}).error().code, ErrorCode::UnknownLabelFormat);
    EXPECT_FALSE(writeLabels(in("no/such/folder.txt"), {}));
    EXPECT_EQ(writeLabels("/dev/full/x.txt", {}).error().code, ErrorCode::FileNotFound);
}

TEST_F(LabelFilesTest, AFormatThatIsGivenOverridesTheName) {
    ASSERT_TRUE(writeLabels(in("odd.name"), sample(), "rttm"));
    EXPECT_EQ(bytesOf("odd.name").substr(0, 7), "SPEAKER");
    EXPECT_TRUE(readLabels(in("odd.name"), "rttm"));
    EXPECT_EQ(readLabels(in("odd.name"), "eaf").error().code, ErrorCode::BadLabelFile);
}

TEST_F(LabelFilesTest, AnEmptyTrackHasNoLabels) {
    EXPECT_TRUE(readLabels(put("a.txt", ""))->labels.empty());
    EXPECT_TRUE(readLabels(put("a.csv", ""))->labels.empty());
    EXPECT_TRUE(readLabels(put("a.rttm", ""))->labels.empty());
    EXPECT_EQ(readLabels(put("a.eaf", "")).error().code, ErrorCode::BadLabelFile);
    EXPECT_EQ(readLabels(put("a.json", "")).error().code, ErrorCode::BadLabelFile);
}

TEST_F(LabelFilesTest, LabelsAreFoundBesideARecordingInTheFormatsOrder) {
    put("a.b.wav", "");
    EXPECT_EQ(labelFileBeside(in("a.b.wav")), "");
    put("a.b.json", "{\"labels\": []}");
    EXPECT_EQ(labelFileBeside(in("a.b.wav")), in("a.b.json"));
    put("a.b.Table.1.selections.txt", "Selection\tBegin Time (s)\tEnd Time (s)\n");
    EXPECT_EQ(labelFileBeside(in("a.b.wav")), in("a.b.Table.1.selections.txt"));
    put("a.b.TextGrid", "");
    EXPECT_EQ(labelFileBeside(in("a.b.wav")), in("a.b.TextGrid"));
    put("a.b.txt", "1\t2\tapplause\n");
    EXPECT_EQ(labelFileBeside(in("a.b.wav")), in("a.b.txt"));
    put("a.txt", "1\t2\tapplause\n");
    EXPECT_EQ(labelFileBeside(in("a.wav")), in("a.txt"));
}

TEST_F(LabelFilesTest, ATranscriptBesideARecordingIsNoLabelFile) {
    put("a.txt", "My fellow citizens, thank you.\n");
    put("a.json", "{\"recipe\": 5}");
    EXPECT_EQ(labelFileBeside(in("a.wav")), "");
}

/// Random changes to valid files: whatever comes of them is a value or an error, and soon.
TEST(LabelFormatsTest, MutatedFilesNeitherCrashNorYieldUnusableLabels) {
    std::mt19937 random(7);
    for (const LabelFormat& format : labelFormats()) {
        const std::string valid = format.write(sample());
        for (int round = 0; round < 400; ++round) {
            std::string text = valid;
            for (unsigned changes = 1 + random() % 6; changes > 0 && !text.empty(); --changes) {
                const size_t at = random() % text.size();
                switch (random() % 5) {
                case 0:
                    text[at] = static_cast<char>(random());
                    break;
                case 1:
                    text.erase(at, 1 + random() % 20);
                    break;
                case 2:
                    text.insert(at, text.substr(random() % text.size(), random() % 30));
                    break;
                case 3:
                    text.resize(at);
                    break;
                default: {
                    constexpr std::array<const char*, 6> numbers = {"1e308", "-1", "nan", "inf", "99999999999999999999",
                                                                    "\""};
                    text.insert(at, numbers[random() % numbers.size()]);
                }
                }
            }
            const std::string utf8 = toUtf8(text);
            ASSERT_TRUE(isUtf8(utf8));
            for (const LabelFormat& reader : labelFormats())
                (void)reader.recognises(utf8, "txt");
            const Result<LabelFile> read = format.read(utf8);
            if (!read) {
                ASSERT_EQ(read.error().code, ErrorCode::BadLabelFile);
                continue;
            }
            double last = 0;
            for (const Label& label : read->labels) {
                ASSERT_TRUE(label.span.start >= last && label.span.end >= label.span.start) << format.id;
                ASSERT_TRUE(std::isfinite(label.span.end));
                last = label.span.start;
            }
            (void)format.write(*read);
        }
    }
}

} // namespace
} // namespace ovation::test
