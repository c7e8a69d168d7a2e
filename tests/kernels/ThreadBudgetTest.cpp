// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/ThreadBudget.h"

#include <gtest/gtest.h>

using namespace ovation;

namespace {

/// A machine of two cores, second by second.
class ThreadBudgetTest : public testing::Test {
protected:
    /// One second in which this process used `own` cores and `idle` were left over.
    int after(double own, double idle) {
        m_times.own += own;
        m_times.idle += idle;
        m_times.wallS += 1;
        m_now += std::chrono::milliseconds(1001);
        return m_budget.threads(m_now);
    }

    CpuTimes m_times;
    bool m_told = true;
    ThreadBudget::Clock::time_point m_now = ThreadBudget::Clock::now();
    ThreadBudget m_budget{2, [this] { return m_told ? std::optional(m_times) : std::nullopt; }};
};

TEST_F(ThreadBudgetTest, KeepsAllThreadsOnAQuietMachine) {
    EXPECT_EQ(after(0, 2), 2);
    EXPECT_EQ(after(2, 0), 2);
    EXPECT_EQ(after(1.2, 0.7), 2);
    EXPECT_FALSE(m_budget.wasReduced());
}

TEST_F(ThreadBudgetTest, GivesAThreadUpWhileAnotherProgramRunsAndTakesItBack) {
    after(0, 2);
    EXPECT_EQ(after(1.1, 0), 1);
    EXPECT_EQ(after(1, 0), 1);
    EXPECT_EQ(after(1, 1), 1) << "one quiet second is not enough";
    EXPECT_EQ(after(1, 1), 2);
    EXPECT_TRUE(m_budget.wasReduced());
}

TEST_F(ThreadBudgetTest, NeverGoesBelowOne) {
    after(0, 2);
    EXPECT_EQ(after(0.1, 0), 1);
}

TEST_F(ThreadBudgetTest, LooksAtMostOnceASecond) {
    after(0, 2);
    m_times.own += 0.1;
    m_times.wallS += 0.5;
    m_now += std::chrono::milliseconds(500);
    EXPECT_EQ(m_budget.threads(m_now), 2);
}

TEST_F(ThreadBudgetTest, KeepsAllThreadsWhereTheSystemDoesNotTell) {
    m_told = false;
    after(0, 2);
    EXPECT_EQ(after(0.1, 0), 2);
}

TEST(CpuTimesTest, GrowWithWork) {
    const auto before = readCpuTimes();
    ASSERT_TRUE(before);
    volatile double sum = 0;
    for (int i = 0; i < 20'000'000; ++i)
        sum = sum + 1;
    const auto after = readCpuTimes();
    ASSERT_TRUE(after);
    EXPECT_GT(after->own, before->own);
    EXPECT_GT(after->wallS, before->wallS);
    EXPECT_GE(after->idle, before->idle);
}

} // namespace
