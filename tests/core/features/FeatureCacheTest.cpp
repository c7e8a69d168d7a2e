// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/features/FeatureCache.h"

#include "support/TemporaryFolder.h"
#include "support/WavFile.h"

#include <chrono>
#include <gtest/gtest.h>
#include <thread>

namespace fs = std::filesystem;
using namespace ovation;
using test::TemporaryFolder;

namespace {

constexpr size_t kSamples = 44100;

std::string recording(const TemporaryFolder& folder, const std::string& name, float level) {
    std::vector<float> samples(kSamples);
    for (size_t i = 0; i < samples.size(); ++i)
        samples[i] = level * static_cast<float>(i % 100) / 100;
    return folder.write(name, test::wavBytes(samples, 22050));
}

std::vector<fs::path> entriesOf(const FeatureCache& cache) {
    std::vector<fs::path> entries;
    std::error_code none;
    for (const auto& entry : fs::directory_iterator(cache.folder(), none))
        entries.push_back(entry.path());
    return entries;
}

/// A cached answer is told from a computed one by a mark that only the test can have put there.
void expectComputed(const FeatureCache& cache, const std::string& path) {
    const auto cached = cache.frameFeatures(path);
    const auto computed = frameFeatures(path);
    ASSERT_TRUE(cached);
    ASSERT_TRUE(computed);
    EXPECT_EQ(cached->melPower.values, computed->melPower.values);
    ASSERT_EQ(cached->scalars.size(), computed->scalars.size());
    EXPECT_EQ(
        std::memcmp(cached->scalars.data(), computed->scalars.data(), cached->scalars.size() * sizeof(FrameScalars)),
        0);
}

TEST(FeatureCache, AnswersAsComputedAndAgainFromDisk) {
    TemporaryFolder folder;
    const FeatureCache cache(folder.file("cache"));
    const auto path = recording(folder, "a.wav", 0.5F);
    expectComputed(cache, path);
    ASSERT_EQ(entriesOf(cache).size(), 1u);
    const auto written = fs::file_size(entriesOf(cache)[0]);
    EXPECT_EQ(written, 16 + 87 * (9 + 128) * sizeof(float) + 32);
    expectComputed(cache, path);
    EXPECT_EQ(entriesOf(cache).size(), 1u);
}

TEST(FeatureCache, ReadsTheEntryInsteadOfComputing) {
    TemporaryFolder folder;
    const FeatureCache cache(folder.file("cache"));
    const auto a = recording(folder, "a.wav", 0.5F);
    const auto b = recording(folder, "b.wav", 0.25F);
    ASSERT_TRUE(cache.frameFeatures(a));
    const auto entryOfA = entriesOf(cache).at(0);
    ASSERT_TRUE(cache.frameFeatures(b));
    for (const auto& entry : entriesOf(cache))
        if (entry != entryOfA) fs::copy_file(entryOfA, entry, fs::copy_options::overwrite_existing);
    EXPECT_EQ(cache.frameFeatures(b)->melPower.values, frameFeatures(a)->melPower.values);
}

TEST(FeatureCache, KnowsAMovedRecordingAndNotAChangedOne) {
    TemporaryFolder folder;
    const FeatureCache cache(folder.file("cache"));
    const auto path = recording(folder, "a.wav", 0.5F);
    ASSERT_TRUE(cache.frameFeatures(path));
    fs::rename(path, folder.file("moved.wav"));
    expectComputed(cache, folder.file("moved.wav"));
    EXPECT_EQ(entriesOf(cache).size(), 1u);
    expectComputed(cache, recording(folder, "a.wav", 0.1F));
    EXPECT_EQ(entriesOf(cache).size(), 2u);
}

TEST(FeatureCache, ComputesDamagedEntriesAnew) {
    TemporaryFolder folder;
    const FeatureCache cache(folder.file("cache"));
    const auto path = recording(folder, "a.wav", 0.5F);
    ASSERT_TRUE(cache.frameFeatures(path));
    const auto entry = entriesOf(cache).at(0);
    const std::string whole = test::readBytes(entry);
    std::string flipped = whole;
    flipped[5000] = static_cast<char>(flipped[5000] ^ 1);
    std::string hugeCount = whole;
    std::memset(hugeCount.data() + 8, 0x7f, 8);
    for (const std::string& damaged : {flipped, hugeCount, whole.substr(0, 20000), std::string(), whole + "x"}) {
        std::ofstream(entry, std::ios::binary | std::ios::trunc) << damaged;
        expectComputed(cache, path);
        EXPECT_EQ(test::readBytes(entry), whole);
    }
}

TEST(FeatureCache, DropsWhatWasUsedLeastRecently) {
    TemporaryFolder folder;
    const auto a = recording(folder, "a.wav", 0.1F);
    const auto b = recording(folder, "b.wav", 0.2F);
    const auto c = recording(folder, "c.wav", 0.3F);
    const FeatureCache cache(folder.file("cache"), 110000); // two entries of about 48 kB
    ASSERT_TRUE(cache.frameFeatures(a));
    const auto entryOfA = entriesOf(cache).at(0);
    ASSERT_TRUE(cache.frameFeatures(b));
    for (const auto& entry : entriesOf(cache))
        fs::last_write_time(entry, fs::file_time_type::clock::now() - std::chrono::hours(entry == entryOfA ? 2 : 1));
    ASSERT_TRUE(cache.frameFeatures(a)); // now B is the one used least recently
    ASSERT_TRUE(cache.frameFeatures(c));
    EXPECT_EQ(entriesOf(cache).size(), 2u);
    EXPECT_TRUE(fs::exists(entryOfA));
}

TEST(FeatureCache, WorksWithoutAPlaceToWrite) {
    TemporaryFolder folder;
    const auto path = recording(folder, "a.wav", 0.5F);
    const std::string blocked = folder.write("file", "not a folder");
    expectComputed(FeatureCache(blocked + "/cache"), path);
    expectComputed(FeatureCache("/dev/full/cache"), path);
    const FeatureCache tiny(folder.file("tiny"), 100);
    expectComputed(tiny, path);
    EXPECT_TRUE(entriesOf(tiny).empty());
}

TEST(FeatureCache, HandsErrorsOnAndKeepsNothingOfThem) {
    TemporaryFolder folder;
    const FeatureCache cache(folder.file("cache"));
    EXPECT_EQ(cache.frameFeatures(folder.file("none.wav")).error().code, ErrorCode::FileNotFound);
    EXPECT_EQ(cache.frameFeatures(folder.path()).error().code, ErrorCode::IsFolder);
    EXPECT_EQ(cache.frameFeatures(folder.write("t.wav", "text")).error().code, ErrorCode::NotAudio);
    CancelToken cancel;
    cancel.cancel();
    EXPECT_EQ(cache.frameFeatures(recording(folder, "a.wav", 0.5F), cancel).error().code, ErrorCode::Cancelled);
    EXPECT_TRUE(entriesOf(cache).empty());
}

TEST(FeatureCache, SeveralThreadsShareIt) {
    TemporaryFolder folder;
    const FeatureCache cache(folder.file("cache"), 150000);
    std::vector<std::string> paths;
    for (int i = 0; i < 5; ++i)
        paths.push_back(recording(folder, std::to_string(i) + ".wav", 0.1F * static_cast<float>(i + 1)));
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t)
        threads.emplace_back([&] {
            for (const auto& path : paths)
                expectComputed(cache, path);
        });
    threads.clear();
    EXPECT_LE(entriesOf(cache).size(), 3u);
}

} // namespace
