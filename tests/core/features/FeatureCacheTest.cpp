// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/features/FeatureCache.h"

#include "core/features/FeatureEntry.h"
#include "support/SmallDisk.h"
#include "tests/core/features/CachedRecordings.h"

#include <algorithm>
#include <chrono>
#include <gtest/gtest.h>
#include <thread>

namespace fs = std::filesystem;
using namespace ovation;
using namespace ovation::test;

namespace {

/// The cache of a folder, for recordings that were made a moment ago.
FeatureCache cacheIn(const TemporaryFolder& folder, int64_t maxBytes = FeatureCache::kDefaultMaxBytes) {
    return FeatureCache(folder.file("cache"), maxBytes, 0);
}

TEST(FeatureCache, AnswersAsComputedAndAgainFromDisk) {
    TemporaryFolder folder;
    const FeatureCache cache = cacheIn(folder);
    for (const size_t samples : {kShort, kLong}) {
        const auto path = recording(folder, "a.wav", 0.5F, samples);
        expectComputed(cache, path);
        const auto entries = entriesOf(cache);
        ASSERT_EQ(entries.size(), 1U);
        EXPECT_EQ(fs::file_size(entries[0]),
                  static_cast<uintmax_t>(entryBytes(frameCount(static_cast<int64_t>(samples)))));
        expectComputed(cache, path);
        EXPECT_EQ(entriesOf(cache), entries);
        fs::remove(entries[0]);
    }
}

TEST(FeatureCache, LeavesSomeOfTheDiskToOthers) {
    TemporaryFolder folder;
    constexpr size_t kDisk = size_t{256} << 10;
    constexpr size_t kFrames = 457; // an entry of 251 kB: it would fit, and leave less than a twentieth
    const auto small = recording(folder, "small.wav", 0.5F);
    const auto large = recording(folder, "large.wav", 0.5F, (kFrames - 1) * seed::kHop);
    ASSERT_LT(entryBytes(kFrames), static_cast<int64_t>(kDisk));
    ASSERT_GT(entryBytes(kFrames), static_cast<int64_t>(kDisk - kDisk / 20));
    fs::create_directory(folder.file("cache"));
    onSmallDisk(folder.file("cache"), kDisk, [&](bool isDisk) {
        if (!isDisk) return;
        const FeatureCache cache = cacheIn(folder);
        ASSERT_TRUE(framesOf(cache, large));
        EXPECT_TRUE(entriesOf(cache).empty());
        ASSERT_TRUE(framesOf(cache, small));
        EXPECT_EQ(entriesOf(cache).size(), 1U);
    });
}

TEST(FeatureCache, OldEntriesGoWhereTheDiskHasNoRoomForNewOnes) {
    TemporaryFolder folder;
    std::vector<std::string> recordings; // with entries of 48 kB
    for (int i = 0; i < 8; ++i)
        recordings.push_back(recording(folder, std::to_string(i) + ".wav", 0.1F + 0.1F * static_cast<float>(i)));
    fs::create_directory(folder.file("cache"));
    onSmallDisk(folder.file("cache"), size_t{256} << 10, [&](bool isDisk) {
        if (!isDisk) return;
        const FeatureCache cache = cacheIn(folder);
        for (const std::string& path : recordings) {
            const auto before = entriesOf(cache);
            ASSERT_TRUE(framesOf(cache, path));
            const auto after = entriesOf(cache);
            EXPECT_FALSE(std::ranges::includes(before, after)) << "the new one is kept";
        }
        EXPECT_GE(entriesOf(cache).size(), 3U) << "no more go than have to";
    });
}

TEST(FeatureCache, CanBeCancelledWhileItHashesARecording) {
    TemporaryFolder folder;
    const FeatureCache cache = cacheIn(folder);
    const auto path = recording(folder, "a.wav", 0.5F);
    const CancelToken cancel;
    cancel.cancel();
    const auto stream = cache.open(path, cancel);
    ASSERT_FALSE(stream);
    EXPECT_EQ(stream.error().code, ErrorCode::Cancelled);
    EXPECT_EQ(cache.rememberedHash(path), "");
    expectComputed(cache, path);
    EXPECT_TRUE(cache.open(path, cancel)) << "nothing has to be hashed";
}

TEST(FeatureCache, ReadsTheEntryInsteadOfComputing) {
    TemporaryFolder folder;
    const FeatureCache cache = cacheIn(folder);
    const auto a = recording(folder, "a.wav", 0.5F);
    const auto b = recording(folder, "b.wav", 0.25F);
    ASSERT_TRUE(framesOf(cache, a));
    const auto entryOfA = entriesOf(cache).at(0);
    ASSERT_TRUE(framesOf(cache, b));
    for (const auto& entry : entriesOf(cache))
        if (entry != entryOfA) fs::copy_file(entryOfA, entry, fs::copy_options::overwrite_existing);
    EXPECT_EQ(framesOf(cache, b)->melPower.values, frameFeatures(a)->melPower.values);
}

TEST(FeatureCache, KnowsAMovedRecordingAndNotAChangedOne) {
    TemporaryFolder folder;
    const FeatureCache cache = cacheIn(folder);
    const auto path = recording(folder, "a.wav", 0.5F);
    ASSERT_TRUE(framesOf(cache, path));
    fs::rename(path, folder.file("moved.wav"));
    expectComputed(cache, folder.file("moved.wav"));
    EXPECT_EQ(entriesOf(cache).size(), 1U);
    expectComputed(cache, recording(folder, "a.wav", 0.1F));
    EXPECT_EQ(entriesOf(cache).size(), 2U);
}

TEST(FeatureCache, KeepsTheDurationOfTheRecording) {
    TemporaryFolder folder;
    const FeatureCache cache = cacheIn(folder);
    const auto path = recording(folder, "a.wav", 0.5F, 44101);
    for (int i = 0; i < 2; ++i) {
        const auto stream = cache.open(path);
        ASSERT_TRUE(stream);
        EXPECT_EQ((*stream)->durationS(), 44101 / 22050.0);
        FrameFeatures frames;
        while (*(*stream)->read(frames)) {
        }
    }
}

TEST(FeatureCache, ComputesDamagedEntriesAnew) {
    TemporaryFolder folder;
    const FeatureCache cache = cacheIn(folder);
    const auto path = recording(folder, "a.wav", 0.5F, kLong);
    ASSERT_TRUE(framesOf(cache, path));
    const auto entry = entriesOf(cache).at(0);
    const std::string whole = readBytes(entry);
    std::string hugeCount = whole;
    std::memset(hugeCount.data() + 8, 0x7f, 8);
    std::vector<std::string> damaged = {hugeCount, whole.substr(0, 20000), std::string(), whole + "x"};
    // In the header, in each of the three pieces, in the last hash.
    for (const size_t at : {size_t{3}, size_t{20}, size_t{5000}, size_t{600000}, size_t{1130000}, whole.size() - 1}) {
        damaged.push_back(whole);
        damaged.back().at(at) = static_cast<char>(damaged.back()[at] ^ 1);
    }
    for (const std::string& bytes : damaged) {
        std::ofstream(entry, std::ios::binary | std::ios::trunc) << bytes;
        expectComputed(cache, path);
        EXPECT_TRUE(readBytes(entry) == whole);
    }
}

TEST(FeatureCache, ADamagedEntryOfARecordingThatIsGoneSaysSo) {
    TemporaryFolder folder;
    const FeatureCache cache = cacheIn(folder);
    const auto path = recording(folder, "a.wav", 0.5F, kLong);
    ASSERT_TRUE(framesOf(cache, path));
    const auto entry = entriesOf(cache).at(0);
    std::string bytes = readBytes(entry);
    bytes.at(600000) = static_cast<char>(bytes[600000] ^ 1);
    std::ofstream(entry, std::ios::binary | std::ios::trunc) << bytes;
    const auto stream = cache.open(path);
    ASSERT_TRUE(stream);
    fs::remove(path);
    FrameFeatures frames;
    EXPECT_TRUE(*(*stream)->read(frames));
    const auto failed = (*stream)->read(frames);
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().code, ErrorCode::FileNotFound);
    EXPECT_EQ(cache.open(path).error().code, ErrorCode::FileNotFound);
}

TEST(FeatureCache, WhatIsNotReadToTheEndIsNotKept) {
    TemporaryFolder folder;
    const FeatureCache cache = cacheIn(folder);
    const auto path = recording(folder, "a.wav", 0.5F, kLong);
    {
        const auto stream = cache.open(path);
        ASSERT_TRUE(stream);
        FrameFeatures frames;
        ASSERT_TRUE((*stream)->read(frames));
        EXPECT_EQ(entriesOf(cache).size(), 1U) << "the part being written";
    }
    EXPECT_TRUE(entriesOf(cache).empty());
}

TEST(FeatureCache, WhatChangesWhileItIsReadIsNotKept) {
    TemporaryFolder folder;
    const FeatureCache cache = cacheIn(folder);
    const auto path = recording(folder, "a.wav", 0.5F, kLong);
    const auto stream = cache.open(path);
    ASSERT_TRUE(stream);
    FrameFeatures frames;
    ASSERT_TRUE((*stream)->read(frames));
    std::ofstream(path, std::ios::binary | std::ios::app) << "more";
    while (*(*stream)->read(frames)) {
    }
    EXPECT_EQ(frames.frames(), frameCount(kLong));
    EXPECT_TRUE(entriesOf(cache).empty());
}

TEST(FeatureCache, DropsWhatWasUsedLeastRecently) {
    TemporaryFolder folder;
    const auto a = recording(folder, "a.wav", 0.1F);
    const auto b = recording(folder, "b.wav", 0.2F);
    const auto c = recording(folder, "c.wav", 0.3F);
    const FeatureCache cache = cacheIn(folder, 110000); // two entries of about 48 kB
    ASSERT_TRUE(framesOf(cache, a));
    const auto entryOfA = entriesOf(cache).at(0);
    ASSERT_TRUE(framesOf(cache, b));
    ASSERT_EQ(entriesOf(cache).size(), 2U);
    const auto entryOfB = entriesOf(cache)[entriesOf(cache)[0] == entryOfA ? 1 : 0];
    for (const auto& entry : entriesOf(cache))
        fs::last_write_time(entry, fs::file_time_type::clock::now() - std::chrono::hours(entry == entryOfA ? 2 : 1));
    ASSERT_TRUE(framesOf(cache, a)); // after this B is the one used least recently
    ASSERT_TRUE(framesOf(cache, c));
    EXPECT_EQ(entriesOf(cache).size(), 2U);
    EXPECT_TRUE(fs::exists(entryOfA));
    EXPECT_FALSE(fs::exists(entryOfB));
}

TEST(FeatureCache, ARecordingThatCanNeverFitDrivesNoOtherOut) {
    TemporaryFolder folder;
    const FeatureCache cache = cacheIn(folder, 110000);
    ASSERT_TRUE(framesOf(cache, recording(folder, "a.wav", 0.1F)));
    ASSERT_TRUE(framesOf(cache, recording(folder, "b.wav", 0.2F)));
    const auto before = entriesOf(cache);
    ASSERT_EQ(before.size(), 2U);
    expectComputed(cache, recording(folder, "long.wav", 0.3F, kLong));
    EXPECT_EQ(entriesOf(cache), before);
}

TEST(EntryWriter, KeepsNoEntryThatGrewBeyondItsLimit) {
    TemporaryFolder folder;
    const auto frames = frameFeatures(recording(folder, "a.wav", 0.5F, kLong));
    ASSERT_TRUE(frames);
    const int64_t bytes = entryBytes(frames->frames());
    for (const int64_t limit : {bytes - 1, bytes}) {
        const std::string path = folder.file("entry.features");
        EntryWriter writer(path, limit);
        writer.append(*frames, 0);
        EXPECT_EQ(writer.commit(1), limit < bytes ? 0 : bytes);
        EXPECT_EQ(fs::exists(path), limit == bytes);
    }
}

TEST(FeatureCache, KeepsWithinItsLimitWhateverElseAddsToTheFolder) {
    TemporaryFolder folder;
    const FeatureCache small = cacheIn(folder, 200000);
    const FeatureCache other = cacheIn(folder, 200000);
    for (int i = 0; i < 12; ++i) {
        ASSERT_TRUE(framesOf(i % 2 ? small : other,
                             recording(folder, std::to_string(i) + ".wav", 0.05F * static_cast<float>(i + 1))));
        uintmax_t bytes = 0;
        for (const auto& entry : entriesOf(small))
            bytes += fs::file_size(entry);
        EXPECT_LE(bytes, 200000U) << i;
    }
    EXPECT_GE(entriesOf(small).size(), 2U);
}

TEST(FeatureCache, WorksWithoutAPlaceToWrite) {
    TemporaryFolder folder;
    const auto path = recording(folder, "a.wav", 0.5F);
    const std::string blocked = folder.write("file", "not a folder");
    expectComputed(FeatureCache(blocked + "/cache"), path);
    expectComputed(FeatureCache("/dev/full/cache"), path);
    const FeatureCache tiny = cacheIn(folder, 100);
    expectComputed(tiny, path);
    EXPECT_TRUE(entriesOf(tiny).empty());
}

TEST(FeatureCache, HandsErrorsOnAndKeepsNothingOfThem) {
    TemporaryFolder folder;
    const FeatureCache cache = cacheIn(folder);
    EXPECT_EQ(cache.open(folder.file("none.wav")).error().code, ErrorCode::FileNotFound);
    EXPECT_EQ(cache.open(folder.path()).error().code, ErrorCode::IsFolder);
    EXPECT_EQ(cache.open(folder.write("t.wav", "text")).error().code, ErrorCode::NotAudio);
    std::string cut = wavBytes(std::vector<float>(kLong, 0.25F), 22050);
    cut.resize(cut.size() / 2);
    EXPECT_EQ(framesOf(cache, folder.write("cut.wav", cut)).error().code, ErrorCode::TruncatedAudio);
    EXPECT_TRUE(entriesOf(cache).empty());
}

TEST(FeatureCache, SeveralThreadsShareIt) {
    TemporaryFolder folder;
    const FeatureCache first = cacheIn(folder, 150000);
    const FeatureCache second = cacheIn(folder, 150000);
    std::vector<std::string> paths;
    for (int i = 0; i < 5; ++i)
        paths.push_back(recording(folder, std::to_string(i) + ".wav", 0.1F * static_cast<float>(i + 1)));
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t)
        threads.emplace_back([&, t] {
            for (const auto& path : paths)
                expectComputed(t % 2 ? first : second, path);
        });
    threads.clear();
    for (const auto& entry : entriesOf(first))
        EXPECT_EQ(entry.extension(), ".features") << "nothing half written stays";
}

} // namespace
