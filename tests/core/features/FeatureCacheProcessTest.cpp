// SPDX-License-Identifier: GPL-3.0-or-later
// The cache between programs, one of which may be killed.
#include "core/features/FeatureEntry.h"
#include "tests/core/features/CachedRecordings.h"

#include <csignal>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace ovation;
using namespace ovation::test;

namespace {

/// A second program that begins to keep a recording, says so and waits; go() lets it end as it would, kill() does not.
class Writer {
public:
    Writer(const std::string& cacheFolder, const std::string& path) {
        EXPECT_EQ(pipe(m_begun), 0);
        EXPECT_EQ(pipe(m_go), 0);
        m_pid = fork();
        if (m_pid == 0) _exit(write(cacheFolder, path));
        close(m_begun[1]);
        close(m_go[0]);
        char byte = 0;
        EXPECT_EQ(read(m_begun[0], &byte, 1), 1);
    }
    ~Writer() {
        close(m_begun[0]);
        close(m_go[1]);
    }
    int go() {
        EXPECT_EQ(::write(m_go[1], "g", 1), 1);
        return wait();
    }
    void kill() {
        ::kill(m_pid, SIGKILL);
        wait();
    }

private:
    int write(const std::string& cacheFolder, const std::string& path) const {
        const FeatureCache cache(cacheFolder, FeatureCache::kDefaultMaxBytes, 0);
        const auto stream = cache.open(path);
        FrameFeatures frames;
        while (stream && frames.frames() < kFrameStreamPiece + 100)
            if (!*(*stream)->read(frames)) return 1;
        char byte = 0;
        if (!stream || ::write(m_begun[1], "b", 1) != 1 || ::read(m_go[0], &byte, 1) != 1) return 2;
        while (*(*stream)->read(frames)) {
        }
        return 0;
    }
    int wait() const {
        int status = 0;
        waitpid(m_pid, &status, 0);
        return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
    }

    int m_begun[2] = {}, m_go[2] = {};
    pid_t m_pid = -1;
};

TEST(FeatureCacheProcess, OneThatIsKilledLeavesNoBadEntryAndItsRestGoes) {
    TemporaryFolder folder;
    const auto path = recording(folder, "a.wav", 0.5F, kLong);
    const FeatureCache cache(folder.file("cache"), FeatureCache::kDefaultMaxBytes, 0);
    Writer writer(cache.folder(), path);
    writer.kill();
    ASSERT_EQ(entriesOf(cache).size(), 1U);
    EXPECT_NE(entriesOf(cache)[0].string().find(EntryWriter::kPart), std::string::npos);
    expectComputed(cache, path);
    ASSERT_EQ(entriesOf(cache).size(), 1U);
    EXPECT_EQ(entriesOf(cache)[0].extension(), ".features");
    expectComputed(cache, path);
}

TEST(FeatureCacheProcess, WhatAnotherOneIsWritingStays) {
    TemporaryFolder folder;
    const auto theirs = recording(folder, "a.wav", 0.5F, kLong);
    const auto ours = recording(folder, "b.wav", 0.25F);
    const FeatureCache cache(folder.file("cache"), FeatureCache::kDefaultMaxBytes, 0);
    Writer writer(cache.folder(), theirs);
    expectComputed(cache, ours);
    EXPECT_EQ(entriesOf(cache).size(), 2U);
    EXPECT_EQ(writer.go(), 0);
    const auto entries = entriesOf(cache);
    ASSERT_EQ(entries.size(), 2U);
    for (const auto& entry : entries)
        EXPECT_EQ(entry.extension(), ".features");
    expectComputed(cache, theirs);
}

} // namespace
