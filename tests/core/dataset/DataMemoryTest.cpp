// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/DataMemory.h"

#include "core/base/Memory.h"
#include "core/dataset/DatasetCheck.h"
#include "core/models/ModelRegistry.h"
#include "tests/core/dataset/DataFolder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

using namespace ovation;
using ovation::test::clip;
using ovation::test::DataFolder;
using ovation::test::label;

namespace {

/// Clips of both classes, `seconds` each, which have no files; eight of each are trained on.
RecordingCollection clipsOf(double seconds) {
    RecordingCollection collection;
    for (int i = 0; i < 10; ++i) {
        const std::string name = std::to_string(i);
        collection.recordings.push_back(clip("/applause/" + name, LabelClass::Applause, seconds));
        collection.recordings.push_back(clip("/other/" + name, LabelClass::NotApplause, seconds));
        for (size_t j = collection.recordings.size() - 2; j < collection.recordings.size(); ++j)
            collection.recordings[j].role = i < 8 ? SplitRole::Training : SplitRole::Validation;
    }
    return collection;
}

int64_t bytesOf(const RecordingCollection& collection, const Hyperparameters& settings) {
    return dataBytes(planWindows(collection, settings, nullptr), collection.recordings.size(), settings);
}

} // namespace

TEST(DataMemory, OfClipModelsIsThatOfTheWindows) {
    Hyperparameters settings;
    EXPECT_EQ(bytesOf(clipsOf(4), settings), 20 * 4 * (200 * 13 + 12));
    settings.augmentCopies = 2;
    EXPECT_GT(bytesOf(clipsOf(4), settings), 40 * 4 * (200 * 13 + 12));
}

TEST(DataMemory, OfFrameModelsIsThatOfSoundAndFeatures) {
    const Hyperparameters settings = preset("compact")->values;
    const int64_t bytes = bytesOf(clipsOf(100), settings);
    EXPECT_GT(bytes, 20 * 100 * 50 * 64 * 4) << "more than features of all, which are smaller than sound";
    EXPECT_LT(bytes, 20 * 100 * 22050 * 2) << "less than sound of all";
    RecordingCollection partly = clipsOf(100);
    LabelledRecording talk = test::recording(3600, {label(30, 32)}, false);
    talk.role = SplitRole::Training;
    partly.recordings.push_back(talk);
    EXPECT_LT(bytesOf(partly, settings), bytes + 40 * 22050 * 2) << "of an hour in which 2 s are labelled";
    partly.recordings.back().fullyLabelled = true;
    EXPECT_GT(bytesOf(partly, settings), bytes + 3600 * 22050 * 2 - 100);
}

TEST(DataMemory, MoreThanThereIsIsFatal) {
    const RecordingCollection collection = clipsOf(90);
    EXPECT_FALSE(findingOfMemory(1000, 1000, collection.recordings));
    EXPECT_FALSE(findingOfMemory(1000, std::nullopt, collection.recordings)) << "nobody knows";
    const auto tight = findingOfMemory(2000, 1000, collection.recordings);
    ASSERT_TRUE(tight);
    EXPECT_EQ(tight->severity, Severity::Warning) << "more may be free in a while";
    const auto finding = findingOfMemory(21'400'000'000, 5'200'000'000, collection.recordings);
    ASSERT_TRUE(finding);
    EXPECT_EQ(finding->severity, Severity::Fatal);
    EXPECT_EQ(finding->text, "The training data would take about 21.4 GB of memory, but only 5.2 GB are free.");
    EXPECT_FALSE(finding->remedy.empty());
    ASSERT_EQ(finding->evidence.size(), 11U);
    EXPECT_EQ(finding->evidence.front(), "/applause/0: 1.5 min");
}

TEST(DataMemory, NeitherCheckNorTrainingGoesOnWithMoreThanThereIs) {
    const RecordingCollection collection = clipsOf(1e9);
    Hyperparameters settings = preset("compact")->values;
    settings.windowHopS = 1e7; // few windows
    const CheckReport report = checkDataset(collection, settings);
    const auto finding = std::ranges::find(report.findings, std::string("memory"), &Finding::id);
    ASSERT_NE(finding, report.findings.end());
    EXPECT_EQ(finding->severity, Severity::Fatal);
    EXPECT_TRUE(report.fatal());
    const auto dataset = buildDataset(collection, settings);
    ASSERT_FALSE(dataset);
    EXPECT_EQ(dataset.error().code, ErrorCode::FatalFinding);
    EXPECT_THAT(dataset.error().detail, testing::HasSubstr("would take about"));
}

TEST(AvailableMemory, IsWhatTheSystemAndControlGroupsLeave) {
    const DataFolder system;
    EXPECT_FALSE(availableMemory(system.path()));
    system.text("proc/meminfo", "MemTotal:       16000000 kB\nMemFree:  100 kB\nMemAvailable:    8000000 kB\n");
    EXPECT_EQ(availableMemory(system.path()), int64_t{8'000'000} * 1024);
    system.text("proc/meminfo", "MemAvailable:    8000000 kB\nSwapTotal:  3000000 kB\nSwapFree:  2000000 kB\n");
    EXPECT_EQ(availableMemory(system.path()), int64_t{10'000'000} * 1024);
    // A group of the second version, whose own limit is none; the one around it has one, part of it taken by files.
    system.text("proc/self/cgroup", "0::/user.slice/app\n");
    system.text("sys/fs/cgroup/user.slice/app/memory.max", "max\n");
    system.text("sys/fs/cgroup/user.slice/app/memory.current", "1000\n");
    system.text("sys/fs/cgroup/user.slice/memory.max", "4000000000\n");
    system.text("sys/fs/cgroup/user.slice/memory.current", "3000000000\n");
    system.text("sys/fs/cgroup/user.slice/memory.stat", "anon 5\ninactive_file 200000000\nactive_file 100000000\n");
    EXPECT_EQ(availableMemory(system.path()), 1'300'000'000);
    // Of the first version, in a container: the group's name is that of a folder outside.
    system.text("proc/self/cgroup", "5:cpu,cpuacct:/docker/1\n4:memory:/docker/1\n0::/\n");
    system.text("sys/fs/cgroup/memory/memory.limit_in_bytes", "2000000000\n");
    system.text("sys/fs/cgroup/memory/memory.usage_in_bytes", "1500000000\n");
    system.text("sys/fs/cgroup/memory/memory.stat", "inactive_file 1\ntotal_inactive_file 50000000\n");
    EXPECT_EQ(availableMemory(system.path()), 550'000'000);
    system.text("sys/fs/cgroup/memory/memory.usage_in_bytes", "2500000000\n");
    EXPECT_EQ(availableMemory(system.path()), 0) << "never less";
}

TEST(AvailableMemory, IsKnownHere) {
    const auto available = availableMemory();
    ASSERT_TRUE(available);
    EXPECT_GT(*available, 0);
}

TEST(MemoryText, IsShort) {
    EXPECT_EQ(memoryText(317'520'000), "318 MB");
    EXPECT_EQ(memoryText(21'440'000'000), "21.4 GB");
}
