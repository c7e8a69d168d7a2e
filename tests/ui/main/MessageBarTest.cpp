// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/main/MessageBar.h"
#include "tests/ui/Studio.h"

#include <QLabel>

#include <algorithm>

namespace ovation::ui::test {
namespace {

/// The label that holds a message's text.
const QLabel* labelOf(const MessageBar& bar, const QString& text) {
    const auto labels = bar.findChildren<QLabel*>();
    const auto found =
        std::find_if(labels.begin(), labels.end(), [&](const QLabel* label) { return label->text() == text; });
    return found == labels.end() ? nullptr : *found;
}

TEST(MessageBarTest, ScreenReadersAreToldTheTextAndWhatItIs) {
    MessageBar bar;
    bar.showProblem(QStringLiteral("The disk is full."));
    bar.showNews(QStringLiteral("2 recordings added."));
    const QLabel* problem = labelOf(bar, QStringLiteral("The disk is full."));
    const QLabel* news = labelOf(bar, QStringLiteral("2 recordings added."));
    ASSERT_TRUE(problem && news);
    EXPECT_EQ(problem->accessibleName(), QStringLiteral("Problem: The disk is full."));
    EXPECT_EQ(news->accessibleName(), QStringLiteral("Message: 2 recordings added."));
    bar.showProblem(QStringLiteral("The disk is full."));
    EXPECT_EQ(problem->accessibleName(), QStringLiteral("Problem: The disk is full. (2 times)"));
}

TEST(MessageBarTest, NamesThatLookLikeTagsOrPlaceholdersStandAsTheyAre) {
    const QString text = QStringLiteral("\"/speeches/<b>loud</b> 100%2.wav\" was not found.");
    MessageBar bar;
    bar.showProblem(text);
    const QLabel* label = labelOf(bar, text);
    ASSERT_TRUE(label);
    EXPECT_EQ(label->textFormat(), Qt::PlainText);
    bar.showProblem(text);
    EXPECT_EQ(label->text(), text + QStringLiteral(" (2 times)"));
}

} // namespace
} // namespace ovation::ui::test
