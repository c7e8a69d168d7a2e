// SPDX-License-Identifier: GPL-3.0-or-later
#include "LabelFixture.h"

namespace ovation::test {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::vector<LabelFile> two() {
    LabelFile a, b;
    a.audioFile = "a.wav";
    a.labels = {labelOf(1, 2, "applause"), labelOf(5, 6.5, "laughter")};
    b.audioFile = "b.wav";
    b.labels = {labelOf(3, 4, "applause")};
    return {a, b};
}

TEST(SeveralRecordingsTest, AFormatThatNamesRecordingsKeepsThemApart) {
    for (const LabelFormat& format : labelFormats()) {
        if (!format.severalRecordings) continue;
        const std::vector<LabelFile> parts = byRecording(readAs(format.id, format.write(joined(two()))));
        ASSERT_EQ(parts.size(), 2U) << format.id;
        const bool stems = std::string_view(format.id) == "rttm";
        EXPECT_EQ(parts[0].audioFile, stems ? "a" : "a.wav") << format.id;
        EXPECT_EQ(parts[0].labels, two()[0].labels) << format.id;
        EXPECT_EQ(parts[1].audioFile, stems ? "b" : "b.wav") << format.id;
        EXPECT_EQ(parts[1].labels, two()[1].labels) << format.id;
    }
}

TEST(SeveralRecordingsTest, AFileOfOneRecordingStaysWhole) {
    const LabelFile one = two()[0];
    EXPECT_EQ(byRecording(one).front().labels, one.labels);
    EXPECT_EQ(joined({one}).labels, one.labels);
    EXPECT_EQ(joined({one}).audioFile, "a.wav");
    EXPECT_EQ(partAbout("/any/where.flac", one).labels, one.labels);
}

TEST(SeveralRecordingsTest, ARecordingTakesItsPartByNameOrStem) {
    EXPECT_EQ(partAbout("/x/b.wav", joined(two())).labels, two()[1].labels);
    EXPECT_EQ(partAbout("/x/b.flac", joined(two())).labels, two()[1].labels);
    const LabelFile none = partAbout("/x/c.wav", joined(two()));
    EXPECT_THAT(none.labels, IsEmpty());
    EXPECT_GT(none.leftOut, 0);
    EXPECT_EQ(partAbout("/x/b.wav", joined(two())).leftOut, 0);
    EXPECT_THAT(none.warnings, Contains(HasSubstr("names 2 recordings, and this is none of them")));
}

TEST(SeveralRecordingsTest, RecordingsOfOneStemAreToldApartInEveryFormat) {
    const std::vector<std::string> paths = {"/x/ra/my speech.wav", "/x/rb/my speech.wav", "/x/rb/my speech.flac",
                                            "/x/rb/other.one.wav"};
    std::vector<LabelFile> files;
    for (size_t i = 0; i < paths.size(); ++i) {
        files.emplace_back().audioFile = paths[i];
        files.back().labels = {labelOf(static_cast<double>(i), static_cast<double>(i) + 0.5, "applause")};
    }
    for (const LabelFormat& format : labelFormats()) {
        if (!format.severalRecordings) continue;
        const LabelFile all = readAs(format.id, format.write(joined(files)));
        EXPECT_EQ(byRecording(all).size(), paths.size()) << format.id;
    }
    const LabelFormat& rttm = *labelFormat("rttm");
    const LabelFile all = readAs("rttm", rttm.write(joined(files)));
    for (size_t i = 0; i < paths.size(); ++i)
        EXPECT_EQ(partAbout(paths[i], all).labels, files[i].labels) << paths[i];
    const LabelFile table = readAs("csv", labelFormat("csv")->write(joined({files[0], files[1]})));
    EXPECT_EQ(partAbout(paths[1], table).labels, files[1].labels);
    EXPECT_THAT(partAbout("/x/rc/my speech.wav", table).labels, IsEmpty()) << "either may be meant";
    files.resize(1);
    files.push_back(files[0]);
    files[1].audioFile = "/x/ra/my_speech.wav";
    const auto parts = byRecording(readAs("rttm", rttm.write(joined(files))));
    ASSERT_EQ(parts.size(), 2U) << "nothing but a space tells them apart";
    EXPECT_EQ(parts[0].audioFile, "my_speech");
    EXPECT_EQ(parts[1].audioFile, "my_speech-2");
}

TEST(SeveralRecordingsTest, ALabelFilesNameSaysWhatItIsAbout) {
    EXPECT_EQ(labelStem("/x/speech.TextGrid"), "speech");
    EXPECT_EQ(labelStem("/x/speech.one.txt"), "speech.one");
    EXPECT_EQ(labelStem("/x/speech.selections.txt"), "speech");
    EXPECT_EQ(labelStem("/x/speech.Table.1.selections.txt"), "speech");
}

} // namespace
} // namespace ovation::test
