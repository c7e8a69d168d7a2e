// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/Jobs.h"
#include "tests/support/NoThreads.h"
#include "tests/ui/Studio.h"

#include <atomic>
#include <chrono>
#include <optional>
#include <stdexcept>
#include <thread>

namespace ovation::ui::test {
namespace {

/// Works until it is cancelled.
Result<int> untilCancelled(const JobContext& context) {
    while (!context.cancel.cancelled())
        std::this_thread::yield();
    return Error{ErrorCode::Cancelled, {}, {}};
}

TEST(JobsTest, EndsExactlyOnceWithTheValue) {
    JobRunner jobs;
    QSignalSpy ended(&jobs, &JobRunner::jobEnded);
    std::vector<int> values;
    jobs.start<int>(
        QStringLiteral("Counting"), [](const JobContext&) -> Result<int> { return 7; },
        [&](Result<int> value) { values.push_back(*value); });
    ASSERT_TRUE(waitFor([&] { return !values.empty(); }));
    QCoreApplication::processEvents();
    EXPECT_EQ(values, std::vector{7});
    EXPECT_EQ(ended.count(), 1);
    EXPECT_TRUE(jobs.jobs().empty());
}

TEST(JobsTest, StartsAsSoonAsTheSystemGivesAThread) {
    std::optional<int> value;
    const auto seven = [](const JobContext&) -> Result<int> { return 7; };
    const auto took = [&](Result<int> result) { value = *result; };
    JobRunner jobs;
    {
        const ovation::test::NoThreads none;
        jobs.start<int>(QStringLiteral("Counting"), seven, took);
        EXPECT_EQ(jobs.jobs().size(), 1U);
        QTest::qWait(500);
        EXPECT_FALSE(value);
        JobRunner leaves;
        leaves.start<int>({}, seven, took);
    }
    ASSERT_TRUE(waitFor([&] { return value.has_value(); }));
    EXPECT_EQ(value, 7);
}

TEST(JobsTest, EndsACancelledJobOnceAsCancelledHoweverOftenItIsCancelled) {
    JobRunner jobs;
    std::vector<ErrorCode> ends;
    const int id = jobs.start<int>(QStringLiteral("Waiting"), untilCancelled,
                                   [&](Result<int> value) { ends.push_back(value.error().code); });
    EXPECT_EQ(jobs.jobs().size(), 1U);
    jobs.cancel(id);
    jobs.cancel(id);
    ASSERT_TRUE(waitFor([&] { return !ends.empty(); }));
    jobs.cancel(id);
    QCoreApplication::processEvents();
    EXPECT_EQ(ends, std::vector{ErrorCode::Cancelled});
}

TEST(JobsTest, CancelsAndJoinsWhenDestroyedWithoutAnEnding) {
    std::atomic<bool> left = false;
    bool ended = false;
    {
        JobRunner jobs;
        jobs.start<int>(
            QStringLiteral("Waiting"),
            [&](const JobContext& context) {
                auto result = untilCancelled(context);
                left = true;
                return result;
            },
            [&](Result<int>) { ended = true; });
    }
    EXPECT_TRUE(left);
    QCoreApplication::processEvents();
    EXPECT_FALSE(ended);
}

TEST(JobsTest, TurnsExceptionsIntoErrors) {
    JobRunner jobs;
    std::vector<ErrorCode> ends;
    const auto done = [&](Result<int> value) { ends.push_back(value.error().code); };
    jobs.start<int>(
        {}, [](const JobContext&) -> Result<int> { throw std::bad_alloc(); }, done);
    ASSERT_TRUE(waitFor([&] { return ends.size() == 1; }));
    jobs.start<int>(
        {}, [](const JobContext&) -> Result<int> { throw std::runtime_error("broken"); }, done);
    ASSERT_TRUE(waitFor([&] { return ends.size() == 2; }));
    EXPECT_EQ(ends, (std::vector{ErrorCode::OutOfMemory, ErrorCode::Internal}));
}

TEST(JobsTest, ThinsProgressToWhatCanBeSeen) {
    JobRunner jobs;
    QSignalSpy changes(&jobs, &JobRunner::jobChanged);
    bool ended = false;
    jobs.start<int>(
        QStringLiteral("Counting"),
        [](const JobContext& context) -> Result<int> {
            for (int i = 0; i < 100000; ++i)
                context.progress({static_cast<double>(i), 100000, {}, {}});
            return 1;
        },
        [&](Result<int>) { ended = true; });
    QElapsedTimer clock;
    clock.start();
    ASSERT_TRUE(waitFor([&] { return ended; }));
    EXPECT_LE(changes.count(), 2 + clock.elapsed() * 15 / 1000);
}

TEST(JobsTest, TakesTheTimeLeftThatItIsToldUntilTheStageEnds) {
    std::atomic<bool> choosing = false;
    JobStatus seen;
    JobRunner jobs;
    QObject::connect(&jobs, &JobRunner::jobChanged, [&](const JobStatus& status) { seen = status; });
    const auto work = [&](const JobContext& context) -> Result<int> {
        while (!context.cancel.cancelled()) {
            context.progress({1, 10, choosing ? "choosing" : "learning", ""});
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
        }
        return Error{ErrorCode::Cancelled, {}, {}};
    };
    const int id = jobs.start<int>(QStringLiteral("Training"), work, [](Result<int>) {});
    ASSERT_TRUE(waitFor([&] { return seen.stage == QLatin1String("learning"); }));
    jobs.setSecondsLeft(id, 42);
    jobs.setSecondsLeft(id + 1, 7); // of no job
    EXPECT_TRUE(waitFor([&] { return seen.secondsLeft == 42; }));
    choosing = true;
    ASSERT_TRUE(waitFor([&] { return seen.stage == QLatin1String("choosing"); }));
    EXPECT_LT(seen.secondsLeft, 0);
}

TEST(JobsTest, WhatIsAskedOfAJobWhileItsEndIsToldIsLeftAlone) {
    JobRunner jobs;
    int id = 0, ticks = 0, ended = 0;
    QObject::connect(&jobs, &JobRunner::tick, [&] {
        ++ticks;
        jobs.setSecondsLeft(id, 3);
        jobs.cancel(id);
        jobs.cancelAll();
    });
    id = jobs.start<int>(
        QStringLiteral("Short"), [](const JobContext&) -> Result<int> { return 1; }, [&](Result<int>) { ++ended; });
    ASSERT_TRUE(waitFor([&] { return ended == 1; }));
    EXPECT_GT(ticks, 0);
}

} // namespace
} // namespace ovation::ui::test
