// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/Studio.h"
#include "ui/review/DetectionsTable.h"

#include <QScrollBar>
#include <QTableView>

namespace ovation::ui::test {
namespace {

/// A segment of a second in every other second.
std::vector<DetectionRow> everyOtherSecond(size_t count) {
    std::vector<DetectionRow> rows;
    for (size_t i = 0; i < count; ++i) {
        DetectionRow row;
        row.speech = 1;
        row.index = i;
        row.range = {static_cast<int64_t>(i) * 2000, static_cast<int64_t>(i) * 2000 + 1000};
        row.span = toSeconds(row.range, 1000);
        row.segment.range = row.range;
        rows.push_back(row);
    }
    return rows;
}

TEST(DetectionsScrollTest, WhatIsFoundMeanwhileDoesNotTakeThePersonBackToTheChosenSegment) {
    DetectionsTable table;
    table.resize(900, 300);
    table.show();
    ASSERT_TRUE(QTest::qWaitForWindowExposed(&table));
    table.setRows(everyOtherSecond(200), 0.5);
    ASSERT_TRUE(table.select(1, 0));
    QScrollBar* bar = table.view()->verticalScrollBar();
    table.view()->scrollToBottom();
    const int below = bar->value();
    ASSERT_GT(below, 100);
    table.setRows(everyOtherSecond(201), 0.5); // another one was found
    ASSERT_TRUE(table.current());
    EXPECT_EQ(table.current()->index, 0U);
    EXPECT_EQ(bar->value(), below);

    ASSERT_TRUE(table.select(1, 100));
    const int there = bar->value();
    ASSERT_LT(there, below);
    table.setRows(everyOtherSecond(202), 0.5);
    EXPECT_EQ(table.current()->index, 100U);
    EXPECT_TRUE(table.view()->viewport()->rect().intersects(table.view()->visualRect(table.view()->currentIndex())))
        << "in sight, it stays so";
}

} // namespace
} // namespace ovation::ui::test
