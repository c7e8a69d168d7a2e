// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Files.h"

#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

namespace fs = std::filesystem;
using namespace ovation;

namespace {

class Files : public testing::Test {
protected:
    void SetUp() override {
        char pattern[] = "/tmp/ovation-files-XXXXXX";
        m_folder = mkdtemp(pattern);
    }
    void TearDown() override { fs::remove_all(m_folder); }
    std::string path(const std::string& name) const { return m_folder + "/" + name; }
    size_t entries() const {
        return static_cast<size_t>(std::distance(fs::directory_iterator(m_folder), fs::directory_iterator()));
    }
    std::string m_folder;
};

TEST_F(Files, CachesLeaveATwentiethOfTheDiskOrAGibibyte) {
    constexpr int64_t kGibibyte = int64_t{1} << 30;
    EXPECT_EQ(roomForCache(1000, 1000), 950);
    EXPECT_EQ(roomForCache(1000, 60), 10);
    EXPECT_EQ(roomForCache(1000, 50), 0);
    EXPECT_EQ(roomForCache(1000, 0), 0);
    EXPECT_EQ(roomForCache(1000 * kGibibyte, 3 * kGibibyte), 2 * kGibibyte);
    EXPECT_TRUE(hasRoomForCache(m_folder, 0));
    EXPECT_FALSE(hasRoomForCache(m_folder, INT64_MAX));
    EXPECT_TRUE(hasRoomForCache(path("no/such/folder"), 1)) << "nobody knows";
}

TEST_F(Files, WritingReplacesTheFileWhole) {
    ASSERT_TRUE(writeFileAtomically(path("a"), "first, and longer"));
    ASSERT_TRUE(writeFileAtomically(path("a"), "second"));
    EXPECT_EQ(*readFile(path("a")), "second");
    EXPECT_EQ(entries(), 1u);
}

TEST_F(Files, WritingKeepsBytesThatAreNotText) {
    const std::string bytes("\0\xff\r\n\x1a", 5);
    ASSERT_TRUE(writeFileAtomically(path("b"), bytes));
    EXPECT_EQ(*readFile(path("b")), bytes);
}

TEST_F(Files, AppendingKeepsWhatIsThere) {
    ASSERT_TRUE(appendToFile(path("a"), "one\n"));
    ASSERT_TRUE(appendToFile(path("a"), "two\n"));
    EXPECT_EQ(*readFile(path("a")), "one\ntwo\n");
    const auto nowhere = appendToFile(path("no/such/folder"), "one");
    ASSERT_FALSE(nowhere);
    EXPECT_EQ(nowhere.error().file, path("no/such/folder"));
    EXPECT_EQ(entries(), 1u);
}

TEST_F(Files, AFailedWriteLeavesTheOldFileAndNoRest) {
    ASSERT_TRUE(writeFileAtomically(path("a"), "kept"));
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
        std::signal(SIGXFSZ, SIG_IGN);
        const rlimit limit{4096, 4096};
        setrlimit(RLIMIT_FSIZE, &limit);
        const auto result = writeFileAtomically(path("a"), std::string(100000, 'x'));
        _exit(!result && result.error().code == ErrorCode::WriteFailed ? 0 : 1);
    }
    int status = 0;
    waitpid(child, &status, 0);
    EXPECT_EQ(WEXITSTATUS(status), 0);
    EXPECT_EQ(*readFile(path("a")), "kept");
    EXPECT_EQ(entries(), 1u);
}

TEST_F(Files, TemporariesOfKilledProgramsAreRemovedWhenTheyAreOld) {
    constexpr const char* kGone = "999999999"; // above the largest process number
    const std::string abandoned = path("a.part") + kGone + "-0", young = path("a.part") + kGone + "-1";
    const std::vector<std::string> others = {path("a.part") + std::to_string(::getpid()) + "-0",
                                             path("ba.part") + kGone + "-0",
                                             path("a.part") + kGone,
                                             path("a.part") + kGone + "-0.txt",
                                             path("a.part-1-0"),
                                             path("a.partial"),
                                             path("a")};
    const auto old = fs::file_time_type::clock::now() - std::chrono::hours(2);
    std::ofstream(young) << "young";
    std::ofstream(abandoned) << "old";
    fs::last_write_time(abandoned, old);
    for (const std::string& name : others) {
        std::ofstream(name) << "old";
        fs::last_write_time(name, old);
    }
    removeAbandonedTemporaries(path("a"));
    EXPECT_FALSE(fs::exists(abandoned));
    EXPECT_TRUE(fs::exists(young));
    for (const std::string& name : others)
        EXPECT_TRUE(fs::exists(name)) << name;
    removeAbandonedTemporaries(path("no/such/folder/a"));
}

TEST_F(Files, ErrorsNameTheFileAndTheReason) {
    EXPECT_EQ(readFile(path("none")).error().code, ErrorCode::FileNotFound);
    EXPECT_EQ(readFile(m_folder).error().code, ErrorCode::IsFolder);
    const auto written = writeFileAtomically(path("no/such/folder"), "x");
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().code, ErrorCode::WriteFailed);
    EXPECT_EQ(written.error().file, path("no/such/folder"));
    EXPECT_EQ(describe(written.error()), "\"" + path("no/such/folder") +
                                             "\" could not be written: there is no folder \"" + path("no") +
                                             "\". Choose another place.");
}

TEST_F(Files, APipeIsRefusedInsteadOfWaitedFor) {
    ASSERT_EQ(::mkfifo(path("pipe").c_str(), 0600), 0);
    EXPECT_EQ(readFile(path("pipe")).error().code, ErrorCode::ReadFailed);
    EXPECT_EQ(contentHash(path("pipe")).error().code, ErrorCode::ReadFailed);
    EXPECT_EQ(contentHash("/dev/zero").error().code, ErrorCode::ReadFailed);
}

TEST_F(Files, AFileOverTheLimitIsRefused) {
    ASSERT_TRUE(writeFileAtomically(path("a"), std::string(1000, 'x')));
    EXPECT_TRUE(readFile(path("a"), 1000));
    EXPECT_EQ(readFile(path("a"), 999).error().code, ErrorCode::ReadFailed);
}

TEST_F(Files, TheHashIsOfTheContentAlone) {
    ASSERT_TRUE(writeFileAtomically(path("a"), "same"));
    ASSERT_TRUE(writeFileAtomically(path("b"), "same"));
    ASSERT_TRUE(writeFileAtomically(path("c"), "other"));
    EXPECT_EQ(*contentHash(path("a")), *contentHash(path("b")));
    EXPECT_EQ(*contentHash(path("a")), hashOf("same"));
    EXPECT_NE(*contentHash(path("a")), *contentHash(path("c")));
    EXPECT_EQ(contentHash(path("a"))->size(), 32u);
    const CancelToken cancel;
    EXPECT_TRUE(contentHash(path("a"), cancel));
    cancel.cancel();
    EXPECT_EQ(contentHash(path("a"), cancel).error().code, ErrorCode::Cancelled);
}

TEST(FileNames, StemAndExtension) {
    EXPECT_EQ(stemOf("/x/a.b.WAV"), "a.b");
    EXPECT_EQ(extensionOf("/x/a.b.WAV"), "wav");
    EXPECT_EQ(extensionOf("/x.y/name"), "");
    EXPECT_EQ(stemOf("näme.flac"), "näme");
}

TEST(Errors, EveryCodeHasASentenceOnOneLine) {
    for (int code = 0; code <= static_cast<int>(ErrorCode::Internal); ++code) {
        const std::string text = describe({static_cast<ErrorCode>(code), "speech.wav", "two\nlines", 7});
        EXPECT_EQ(text.find('\n'), std::string::npos);
        EXPECT_NE(text.find("two lines"), std::string::npos);
        EXPECT_NE(text.find("speech.wav"), std::string::npos) << text;
        EXPECT_EQ(text.find("%f"), std::string::npos);
    }
}

TEST(Errors, AFilesNameCannotActOnTheTerminal) {
    EXPECT_EQ(describe({ErrorCode::FileNotFound, "a\x1b[31m\nb\x7f.wav", "", 0}).substr(0, 15), "\"a [31m b .wav\"");
}

TEST(Errors, ErrnoBecomesACode) {
    EXPECT_EQ(errorFromErrno(ENOSPC, "f", ErrorCode::WriteFailed).code, ErrorCode::DiskFull);
    EXPECT_EQ(errorFromErrno(EACCES, "f", ErrorCode::WriteFailed).code, ErrorCode::NoPermission);
    const Error other = errorFromErrno(EIO, "f", ErrorCode::ReadFailed);
    EXPECT_EQ(other.code, ErrorCode::ReadFailed);
    EXPECT_FALSE(other.detail.empty());
}

} // namespace

TEST(Errors, AnOutputThatIsTakenAsksForNoOtherPlace) {
    EXPECT_EQ(describe({ErrorCode::OutputTaken, "out/a.txt", "", 0}),
              "\"out/a.txt\" has been written for another recording of that name meanwhile. Run this again: it gets "
              "another name then.");
}
