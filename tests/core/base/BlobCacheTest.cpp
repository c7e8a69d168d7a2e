// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/BlobCache.h"

#include "support/SmallDisk.h"
#include "support/TemporaryFolder.h"
#include "support/WavFile.h"

#include <chrono>
#include <filesystem>
#include <gtest/gtest.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace fs = std::filesystem;
using namespace ovation;
using test::TemporaryFolder;

namespace {

std::vector<fs::path> filesOf(const std::string& folder) {
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(folder))
        files.push_back(entry.path());
    return files;
}

void makeOld(const std::string& file, std::chrono::hours age) {
    fs::last_write_time(file, fs::file_time_type::clock::now() - age);
}

TEST(BlobCache, GivesBackWhatWasWrittenAlsoToOthers) {
    const TemporaryFolder folder;
    const std::string bytes("a\0b", 3);
    BlobCache cache(folder.file("deep/cache"));
    EXPECT_FALSE(cache.read("one"));
    cache.write("one", bytes);
    cache.write("none", "");
    EXPECT_EQ(cache.read("one"), bytes);
    EXPECT_EQ(BlobCache(folder.file("deep/cache")).read("one"), bytes);
    EXPECT_EQ(cache.read("none"), "");
    cache.write("one", "new");
    EXPECT_EQ(cache.read("one"), "new");
    EXPECT_FALSE(cache.read("two"));
}

TEST(BlobCache, WhatIsDamagedIsNotThere) {
    const TemporaryFolder folder;
    BlobCache cache(folder.path());
    cache.write("one", std::string(1000, 'x'));
    const std::string file = filesOf(folder.path()).at(0);
    const std::string good = test::readBytes(file);
    std::vector<std::string> bad;
    for (const size_t place : {size_t{0}, size_t{20}, good.size() / 2, good.size() - 1}) {
        bad.push_back(good);
        bad.back()[place] = static_cast<char>(bad.back()[place] ^ 1);
    }
    for (const size_t length : {size_t{0}, size_t{10}, size_t{41}, good.size() - 1})
        bad.push_back(good.substr(0, length));
    bad.push_back(good + "y");
    for (const std::string& bytes : bad) {
        std::ofstream(file, std::ios::binary) << bytes;
        EXPECT_FALSE(cache.read("one")) << bytes.size();
        EXPECT_FALSE(fs::exists(file));
    }
    std::ofstream(file, std::ios::binary) << good;
    EXPECT_TRUE(cache.read("one"));
    fs::copy_file(file, folder.file("two.blob"));
    EXPECT_FALSE(cache.read("two")) << "another name's bytes";
}

TEST(BlobCache, WhatWasUsedLeastRecentlyMakesRoom) {
    const TemporaryFolder folder;
    BlobCache cache(folder.path(), 10000);
    for (const char* name : {"a", "b", "c"}) {
        cache.write(name, std::string(2900, 'x'));
        makeOld(folder.file(std::string(name) + ".blob"), std::chrono::hours(*name == 'a'   ? 30
                                                                             : *name == 'b' ? 20
                                                                                            : 10));
    }
    EXPECT_TRUE(cache.read("a")); // used now
    cache.write("d", std::string(2900, 'x'));
    EXPECT_TRUE(cache.read("a"));
    EXPECT_FALSE(cache.read("b"));
    EXPECT_TRUE(cache.read("c"));
    EXPECT_TRUE(cache.read("d"));
    cache.write("huge", std::string(20000, 'x'));
    EXPECT_FALSE(cache.read("huge"));
    EXPECT_TRUE(cache.read("d"));
}

TEST(BlobCache, StaysWithinItsLimitAndSweepsWhatKilledProgramsLeft) {
    const TemporaryFolder folder;
    std::ofstream(folder.file("old.blob.part77-0")) << "half";
    makeOld(folder.file("old.blob.part77-0"), std::chrono::hours(2));
    std::ofstream(folder.file("new.blob.part78-0")) << "being written";
    std::ofstream(folder.file("notes.txt")) << "not ours";
    BlobCache cache(folder.path(), 20000);
    for (int i = 0; i < 100; ++i)
        cache.write("blob-" + std::to_string(i), std::string(1000, 'x'));
    EXPECT_TRUE(cache.read("blob-99"));
    EXPECT_FALSE(fs::exists(folder.file("old.blob.part77-0")));
    EXPECT_TRUE(fs::exists(folder.file("new.blob.part78-0")));
    EXPECT_TRUE(fs::exists(folder.file("notes.txt")));
    int64_t total = 0;
    for (const auto& file : filesOf(folder.path()))
        if (file.extension() == ".blob") total += static_cast<int64_t>(fs::file_size(file));
    EXPECT_LE(total, 20000);
    EXPECT_GT(total, 15000);
}

TEST(BlobCache, AFullDiskOnlyMeansThatNothingIsKept) {
    const TemporaryFolder folder;
    test::onSmallDisk(folder.path(), size_t{256} << 10, [&](bool) {
        BlobCache cache(folder.file("cache"));
        cache.write("small", "fits");
        cache.write("large", std::string(size_t{1} << 20, 'x'));
        EXPECT_EQ(cache.read("small"), "fits");
        EXPECT_FALSE(cache.read("large"));
        EXPECT_EQ(filesOf(folder.file("cache")).size(), 1U);
    });
    BlobCache nowhere(folder.write("file", "in the way") + "/cache");
    nowhere.write("one", "bytes");
    EXPECT_FALSE(nowhere.read("one"));
}

TEST(BlobCache, LeavesSomeOfTheDiskToOthers) {
    const TemporaryFolder folder;
    const auto page =
        static_cast<size_t>(::sysconf(_SC_PAGESIZE)); // what a file's room on such a disk is a multiple of
    const size_t disk = 128 * page;
    test::onSmallDisk(folder.path(), disk, [&](bool isDisk) {
        if (!isDisk) return;
        BlobCache cache(folder.file("cache"));
        const std::string bytes(2 * page - 200, 'x');
        for (int i = 0; i < 100; ++i) {
            cache.write("blob" + std::to_string(i), bytes);
            if (i == 20) makeOld(folder.file("cache/blob20.blob"), std::chrono::hours(1));
            ASSERT_TRUE(fs::exists(folder.file("cache/blob" + std::to_string(i) + ".blob"))) << "what is new is kept";
            ASSERT_GE(fs::space(folder.path()).available, disk / 20);
        }
        EXPECT_FALSE(cache.read("blob20")) << "what was used least recently went";
        EXPECT_GT(filesOf(folder.file("cache")).size(), 40U) << "and not more than had to";
        cache.write("larger", std::string(2 * disk, 'x'));
        EXPECT_GT(filesOf(folder.file("cache")).size(), 40U) << "for that nothing has to go";
        // Others take what is left: some goes, as long as there is any.
        std::ofstream(folder.file("others"), std::ios::binary) << std::string(5 * page, 'x');
        cache.write("new", bytes);
        EXPECT_TRUE(cache.read("new"));
        EXPECT_GE(fs::space(folder.path()).available, disk / 20);
    });
}

TEST(BlobCache, ManyThreadsSeeWholeBlobsOrNone) {
    const TemporaryFolder folder;
    BlobCache cache(folder.path(), 200000);
    std::vector<std::thread> threads;
    for (char letter = 'a'; letter < 'e'; ++letter)
        threads.emplace_back([&cache, letter] {
            for (int i = 0; i < 200; ++i) {
                cache.write("shared", std::string(30000, letter));
                if (const auto read = cache.read("shared")) {
                    EXPECT_EQ(read->size(), 30000U);
                    EXPECT_EQ(read->find_first_not_of(read->front()), std::string::npos);
                }
            }
        });
    for (std::thread& thread : threads)
        thread.join();
    EXPECT_TRUE(cache.read("shared"));
}

} // namespace
