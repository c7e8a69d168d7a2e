// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/features/HashMemory.h"

#include "core/base/Files.h"
#include "support/TemporaryFolder.h"
#include "support/WavFile.h"

#include <chrono>
#include <gtest/gtest.h>
#include <sstream>

namespace fs = std::filesystem;
using namespace ovation;
using test::TemporaryFolder;

namespace {

constexpr double kNeverSettled = 1e9;

std::vector<std::string> linesOf(const std::string& file) {
    std::istringstream text(test::readBytes(file));
    std::vector<std::string> lines;
    for (std::string line; std::getline(text, line);)
        if (!line.empty()) lines.push_back(line);
    return lines;
}

/// Gives the only remembered file another hash, as proof of where an answer comes from.
void forge(const std::string& file) {
    std::string line = linesOf(file).at(0);
    line.resize(line.size() - 33);
    line.replace(line.size() - 32, 32, std::string(32, 'f'));
    std::ofstream(file, std::ios::trunc) << line << ' ' << hashOf(line) << '\n';
}

TEST(HashMemory, GivesTheContentHash) {
    TemporaryFolder folder;
    const auto path = folder.write("a.wav", "some bytes");
    HashMemory memory(folder.file("hashes"), 0);
    for (int i = 0; i < 2; ++i) {
        const auto known = memory.hashOf(path);
        ASSERT_TRUE(known);
        EXPECT_EQ(known->hash, *contentHash(path));
        EXPECT_EQ(known->state, *fileState(path));
    }
    EXPECT_EQ(linesOf(folder.file("hashes")).size(), 1U);
    EXPECT_EQ(memory.hashOf(folder.file("none")).error().code, ErrorCode::FileNotFound);
    EXPECT_EQ(memory.hashOf(folder.path()).error().code, ErrorCode::IsFolder);
}

TEST(HashMemory, AnUnchangedFileIsNotReadAgain) {
    TemporaryFolder folder;
    const auto path = folder.write("a.wav", "some bytes");
    ASSERT_TRUE(HashMemory(folder.file("hashes"), 0).hashOf(path));
    forge(folder.file("hashes"));
    EXPECT_EQ(HashMemory(folder.file("hashes"), 0).hashOf(path)->hash, std::string(32, 'f'));
}

TEST(HashMemory, AChangedFileIs) {
    TemporaryFolder folder;
    const auto path = folder.write("a.wav", "some bytes");
    HashMemory memory(folder.file("hashes"), 0);
    ASSERT_TRUE(memory.hashOf(path));
    forge(folder.file("hashes"));
    const auto before = fs::last_write_time(path);
    folder.write("a.wav", "same size!");
    fs::last_write_time(path, before - std::chrono::hours(1));
    EXPECT_EQ(memory.hashOf(path)->hash, *contentHash(path));
    EXPECT_EQ(HashMemory(folder.file("hashes"), 0).hashOf(path)->hash, *contentHash(path));
    // Another file in its place, as an editor saves.
    fs::rename(folder.write("b.wav", "other file"), path);
    EXPECT_EQ(memory.hashOf(path)->hash, *contentHash(path));
}

TEST(HashMemory, AFileThatChangedAMomentAgoIsNotRemembered) {
    TemporaryFolder folder;
    const auto path = folder.write("a.wav", "some bytes");
    const auto known = HashMemory(folder.file("hashes"), kNeverSettled).hashOf(path);
    ASSERT_TRUE(known);
    EXPECT_FALSE(known->settled);
    EXPECT_FALSE(fs::exists(folder.file("hashes")));
}

TEST(HashMemory, DamagedAndCutLinesArePassedOver) {
    TemporaryFolder folder;
    const auto path = folder.write("a.wav", "some bytes");
    const auto file = folder.file("hashes");
    ASSERT_TRUE(HashMemory(file, 0).hashOf(path));
    std::string line = linesOf(file).at(0);
    line[line.size() - 40] = line[line.size() - 40] == 'a' ? 'b' : 'a';
    std::ofstream(file, std::ios::trunc | std::ios::binary) << line << '\n' << line.substr(0, 50);
    EXPECT_EQ(HashMemory(file, 0).hashOf(path)->hash, *contentHash(path));
    ASSERT_EQ(linesOf(file).size(), 3U);
    forge(file); // of the first line, which is damaged: its state is right, so this shows that the rest is read, too
    std::ofstream(file, std::ios::binary | std::ios::app) << "0123456789abcdef 1 2";
    EXPECT_EQ(HashMemory(file, 0).hashOf(path)->hash, std::string(32, 'f'));
}

TEST(HashMemory, LinesThatAreReplacedGoInTime) {
    TemporaryFolder folder;
    const auto path = folder.write("a.wav", "some bytes");
    const auto file = folder.file("hashes");
    HashMemory memory(file, 0);
    ASSERT_TRUE(memory.hashOf(path));
    const std::string line = linesOf(file).at(0);
    {
        std::ofstream out(file, std::ios::app | std::ios::binary);
        for (int i = 0; i < 1200; ++i)
            out << line << '\n';
    }
    EXPECT_EQ(HashMemory(file, 0).hashOf(path)->hash, *contentHash(path));
    EXPECT_EQ(linesOf(file), std::vector<std::string>{line});
}

TEST(HashMemory, RecallsOnlyWhatIsKnownOfTheFileAsItIs) {
    TemporaryFolder folder;
    const auto path = folder.write("a.wav", "some bytes");
    HashMemory memory(folder.file("hashes"), 0);
    EXPECT_FALSE(memory.recall(path));
    const auto known = memory.hashOf(path);
    ASSERT_TRUE(known);
    const auto recalled = HashMemory(folder.file("hashes"), 0).recall(path);
    ASSERT_TRUE(recalled);
    EXPECT_EQ(recalled->hash, known->hash);
    folder.write("a.wav", "other bytes, more");
    EXPECT_FALSE(memory.recall(path));
    EXPECT_FALSE(memory.recall(folder.file("missing")));
}

} // namespace
