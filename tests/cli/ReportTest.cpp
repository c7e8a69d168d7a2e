// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/cli/Program.h"
#include "tests/core/dataset/DataFolder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

using namespace ovation::test;
using testing::HasSubstr;

namespace {

std::string fileText(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

} // namespace

TEST(ReportCommand, PrintsATableOfLabelledRecordings) {
    const DataFolder data;
    data.sound("in/one.wav", 10, 1);
    data.text("in/one.txt", "1\t3\tapplause\n5\t6\tspeech\n7\t8.5\tapplause\n");
    const Ran ran = run({"--quiet", "report", data.path("in")});
    ASSERT_EQ(ran.exitCode, 0) << ran.err;
    EXPECT_THAT(ran.out, HasSubstr("\"one\",10.000,2,3.500,0.35000,2.000,12.000,-"));
}

TEST(ReportCommand, LabelsThatOverlapOrHangOverCountOnce) {
    const DataFolder data;
    data.sound("in/one.wav", 20, 1);
    data.text("in/one.txt", "0\t10\tapplause\n2\t3\tapplause\n5\t15\tapplause\n18\t20.04\tapplause\n");
    const Ran ran = run({"--quiet", "report", data.path("in")});
    ASSERT_EQ(ran.exitCode, 0) << ran.err;
    EXPECT_THAT(ran.out, HasSubstr("\"one\",20.000,2,17.000,0.85000,15.000,6.000,-"));
}

TEST(ReportCommand, WritesPageAndTablesOverWhatDetectLeftAndListsWhatIsMissing) {
    const DataFolder data;
    data.sound("in/one.wav", 10, 1);
    data.sound("in/two.wav", 5, 2);
    data.text("found/one.txt", "1\t3\tapplause\n");
    const Ran ran =
        run({"--quiet", "report", data.path("in"), "--labels", data.path("found"), "--output", data.path("r.html"),
             "--output", data.path("r.csv"), "--applauses", data.path("a.csv"), "--title", "Archive"});
    EXPECT_EQ(ran.exitCode, 1);
    EXPECT_THAT(ran.err, HasSubstr("has no label file for it"));
    const std::string page = fileText(data.path("r.html"));
    EXPECT_THAT(page, HasSubstr("<h1>Archive</h1>"));
    EXPECT_THAT(page, HasSubstr("0:01.0 to 0:03.0"));
    EXPECT_THAT(page, HasSubstr("LUFS"));
    EXPECT_THAT(fileText(data.path("r.csv")), HasSubstr("\"one\",10.000,1,2.000,"));
    EXPECT_THAT(fileText(data.path("a.csv")), HasSubstr("\"one\",1,1.000,3.000,2.000,"));
}

TEST(ReportCommand, RefusesAnUnknownKindOfFileBeforeReadingAnything) {
    const DataFolder data;
    data.sound("in/one.wav", 1, 1);
    data.text("in/one.txt", "");
    const Ran ran = run({"report", data.path("in"), "--output", data.path("r.docx")});
    EXPECT_EQ(ran.exitCode, 2);
    EXPECT_THAT(ran.err, HasSubstr("must end in .html or .csv"));
}
