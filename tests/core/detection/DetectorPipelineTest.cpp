// SPDX-License-Identifier: GPL-3.0-or-later
// The detector's second thread and its cache: the same answers, and an end on every path.
#include "core/base/BoundedQueue.h"
#include "core/detection/Detector.h"
#include "core/detection/WindowBatches.h"
#include "core/features/FeatureCache.h"
#include "support/TemporaryFolder.h"
#include "support/WavFile.h"
#include "tests/core/detection/FakeNetwork.h"

#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <numeric>
#include <thread>

namespace ovation {
namespace {

using test::FakeNetwork;
using test::noise;
using test::plainBundle;
using test::TemporaryFolder;

/// A number that depends on every input of the clip.
float digest(const FakeNetwork::Clip& clip) {
    double sum = std::accumulate(clip.mfcc.begin(), clip.mfcc.end(), 0.0);
    sum += 1.7 * std::accumulate(clip.clipValues.begin(), clip.clipValues.end(), 0.0);
    return static_cast<float>(std::abs(sum - std::floor(sum)));
}

std::ptrdiff_t threadsOfThisProgram() {
    const std::filesystem::directory_iterator tasks("/proc/self/task");
    return std::distance(begin(tasks), end(tasks));
}

std::string wav(const TemporaryFolder& folder, double seconds, uint32_t rate = 22050) {
    return folder.write("speech.wav", test::wavBytes(noise(seconds), rate));
}

DetectorOptions options(bool pipelined, const FeatureCache* cache = nullptr) {
    DetectorOptions made;
    made.hopS = 0.1;
    made.batchSize = 4;
    made.pipelined = pipelined;
    made.cache = cache;
    return made;
}

TEST(DetectorPipeline, GivesTheSameCurveAsInTurnAndFromTheCache) {
    TemporaryFolder folder;
    const FeatureCache cache(folder.file("cache"), FeatureCache::kDefaultMaxBytes, 0);
    for (const double seconds : {0.3, 40.0, 60.5}) {
        const std::string path = wav(folder, seconds, 16000);
        FakeNetwork first(digest);
        const auto expected = detect(path, plainBundle(), first, options(false));
        ASSERT_TRUE(expected);
        for (const FeatureCache* used : {static_cast<const FeatureCache*>(nullptr), &cache, &cache})
            for (const bool pipelined : {true, false}) {
                FakeNetwork network(digest);
                const auto curve = detect(path, plainBundle(), network, options(pipelined, used));
                ASSERT_TRUE(curve);
                EXPECT_TRUE(curve->values == expected->values) << seconds;
                EXPECT_EQ(network.batches, first.batches);
                EXPECT_EQ(curve->durationS, expected->durationS);
            }
    }
}

TEST(DetectorPipeline, AsksTheNetworkAboutEveryWindowToTheEnd) {
    TemporaryFolder folder;
    const std::string path = wav(folder, 9.13);
    const auto frames = frameFeatures(path);
    ASSERT_TRUE(frames);
    const ModelBundle bundle = plainBundle();
    WindowBatches batches(bundle, hopFramesOf(0.1, bundle.architecture.frames), 4);
    batches.append(*frames);
    batches.finish();
    std::vector<int64_t> expected;
    while (const auto batch = batches.take())
        if (!batch->windows.empty()) expected.push_back(static_cast<int64_t>(batch->windows.size()));
    ASSERT_LT(expected.back(), 4) << "a last batch that is not full";
    for (const bool pipelined : {true, false}) {
        FakeNetwork network;
        ASSERT_TRUE(detect(path, bundle, network, options(pipelined)));
        EXPECT_EQ(network.batches, expected);
    }
}

TEST(DetectorPipeline, CancelledBeforehandItDoesNotReadTheRecording) {
    TemporaryFolder folder;
    const std::string path = wav(folder, 6);
    const CancelToken cancel;
    cancel.cancel();
    for (const bool pipelined : {true, false}) {
        const FeatureCache cache(folder.file("cache"), FeatureCache::kDefaultMaxBytes, 0);
        FakeNetwork network;
        DetectorOptions all = options(pipelined, &cache);
        all.batchSize = 1000; // nothing reaches the network before the recording's end
        const auto curve = detect(path, plainBundle(), network, all, cancel);
        ASSERT_FALSE(curve);
        EXPECT_EQ(curve.error().code, ErrorCode::Cancelled);
        EXPECT_TRUE(network.batches.empty());
        std::error_code none; // there may be no folder yet
        for (const auto& entry : std::filesystem::directory_iterator(cache.folder(), none))
            EXPECT_NE(entry.path().extension(), ".features") << "kept once it has been read to the end";
    }
}

TEST(DetectorPipeline, CancellingInTheMiddleEndsBothThreads) {
    TemporaryFolder folder;
    const std::string path = wav(folder, 60);
    const std::ptrdiff_t before = threadsOfThisProgram();
    for (const bool pipelined : {true, false}) {
        const CancelToken cancel;
        int asked = 0;
        FakeNetwork network([&](const FakeNetwork::Clip&) {
            if (++asked == 8) cancel.cancel();
            return 0.5F;
        });
        const auto curve = detect(path, plainBundle(), network, options(pipelined), cancel);
        ASSERT_FALSE(curve);
        EXPECT_EQ(curve.error().code, ErrorCode::Cancelled);
        EXPECT_EQ(asked, 8);
        EXPECT_EQ(threadsOfThisProgram(), before);
    }
}

TEST(DetectorPipeline, AnErrorOfTheNetworkEndsBothThreads) {
    TemporaryFolder folder;
    const std::string path = wav(folder, 60);
    const std::ptrdiff_t before = threadsOfThisProgram();
    FakeNetwork network;
    network.failing = true;
    const auto curve = detect(path, plainBundle(), network, options(true));
    ASSERT_FALSE(curve);
    EXPECT_EQ(curve.error().code, ErrorCode::OutOfMemory);
    EXPECT_EQ(network.batches.size(), 1U);
    EXPECT_EQ(threadsOfThisProgram(), before);
}

TEST(DetectorPipeline, ARecordingThatEndsTooSoonIsAnErrorAndTheNextOneIsHeard) {
    TemporaryFolder folder;
    std::string bytes = test::wavBytes(noise(60), 22050);
    bytes.resize(bytes.size() / 2);
    const std::string bad = folder.write("bad.wav", bytes);
    const FeatureCache cache(folder.file("cache"), FeatureCache::kDefaultMaxBytes, 0);
    FakeNetwork network;
    for (const FeatureCache* used : {static_cast<const FeatureCache*>(nullptr), &cache}) {
        const auto failed = detect(bad, plainBundle(), network, options(true, used));
        ASSERT_FALSE(failed);
        EXPECT_EQ(failed.error().code, ErrorCode::TruncatedAudio);
        EXPECT_TRUE(detect(wav(folder, 6), plainBundle(), network, options(true, used)));
    }
}

TEST(BoundedQueue, HoldsNoMoreThanItsCapacityAndKeepsTheOrder) {
    BoundedQueue<int> queue(2);
    std::atomic<int> pushed{0};
    std::jthread producer([&] {
        for (int i = 0; i < 1000; ++i) {
            queue.push(i);
            ++pushed;
        }
        queue.close();
    });
    int popped = 0;
    while (const auto value = queue.pop()) {
        EXPECT_EQ(*value, popped++);
        EXPECT_LE(pushed, popped + 2);
    }
    EXPECT_EQ(popped, 1000);
    EXPECT_FALSE(queue.push(1));
}

TEST(BoundedQueue, ClosingWakesWhoeverWaits) {
    BoundedQueue<int> full(1);
    EXPECT_TRUE(full.push(1));
    std::jthread pushing([&] { EXPECT_FALSE(full.push(2)); });
    BoundedQueue<int> empty(1);
    std::jthread popping([&] { EXPECT_FALSE(empty.pop()); });
    full.close();
    empty.close();
    pushing.join();
    popping.join();
    EXPECT_EQ(full.pop(), 1);
}

} // namespace
} // namespace ovation
