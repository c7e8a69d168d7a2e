// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/main/JobArea.h"
#include "tests/ui/StudioWindow.h"
#include "ui/session/TimeText.h"
#include "ui/theme/Theme.h"

#include <algorithm>

namespace ovation::ui::test {
namespace {

JobStatus jobOf(int id, const char* title, const char* stage, double secondsLeft = -1) {
    JobStatus status;
    status.id = id;
    status.title = QLatin1String(title);
    status.stage = QLatin1String(stage);
    status.fraction = 0.5;
    status.secondsLeft = secondsLeft;
    return status;
}

TEST(JobAreaTest, HoweverManyJobsRunTheWindowKeepsItsWidth) {
    const Folder folder;
    Session session;
    Player player;
    Settings settings{folder.path(QStringLiteral("settings.ini"))};
    MainWindow window{&session, &player, &settings};
    ASSERT_TRUE(openNew(session));
    window.resize(1280, 800);
    window.show();
    ASSERT_TRUE(QTest::qWaitForWindowExposed(&window));
    ASSERT_EQ(window.width(), 1280);
    const int least = window.minimumSizeHint().width();
    for (int id = 1001; id <= 1006; ++id) {
        Q_EMIT session.jobChanged(
            jobOf(id, "Computing the loss surface", "Computing features of a recording with a long name", 90));
        QTest::qWait(20);
        EXPECT_EQ(window.width(), 1280) << id - 1000 << " jobs";
        EXPECT_EQ(window.minimumSizeHint().width(), least) << id - 1000 << " jobs";
    }
    for (int id = 1001; id <= 1006; ++id)
        Q_EMIT session.jobEnded(id);
}

TEST(JobAreaTest, ATextIsShownWholeWhereThereIsRoomAndCutWhereThereIsNone) {
    Session session;
    JobArea area{&session};
    const JobStatus job = jobOf(1001, "Evaluating", "Asking the model: a-speech-with-a-name.flac", 2);
    const QString all = jobText(job, area.fontMetrics(), 10'000);
    const int wanted = area.fontMetrics().horizontalAdvance(all);
    area.resize(wanted + 30 * kGrid, 4 * kGrid);
    area.show();
    Q_EMIT session.jobChanged(job);
    const auto widgets = area.findChildren<QWidget*>();
    const auto line = std::find_if(widgets.begin(), widgets.end(),
                                   [&](const QWidget* widget) { return widget->accessibleName() == all; });
    ASSERT_NE(line, widgets.end());
    EXPECT_TRUE(QTest::qWaitFor([&] { return (*line)->width() >= wanted; })) << (*line)->width() << " of " << wanted;
    area.resize(wanted / 2, 4 * kGrid);
    EXPECT_TRUE(QTest::qWaitFor([&] { return (*line)->width() < wanted; }));
}

TEST(JobAreaTest, TextIsCutOnceAndAtTheEndOfTheWork) {
    const QFontMetrics metrics{QFont()};
    const JobStatus job = jobOf(1, "Computing the loss surface", "Reading recordings", 90);
    const QString all = jobText(job, metrics, 10'000);
    EXPECT_EQ(all, QStringLiteral("Computing the loss surface · Reading recordings, ") + timeLeftText(90));
    for (int width = metrics.horizontalAdvance(all); width > 60; width -= 7) {
        const QString text = jobText(job, metrics, width);
        EXPECT_LE(metrics.horizontalAdvance(text), width) << text.toStdString();
        EXPECT_LE(text.count(QChar(0x2026)), 1) << text.toStdString();
        EXPECT_TRUE(text.startsWith(QStringLiteral("Comp"))) << text.toStdString();
    }
}

TEST(JobAreaTest, AStageThatSaysNoMoreThanTheTitleIsLeftOut) {
    const QFontMetrics metrics{QFont()};
    EXPECT_EQ(jobText(jobOf(1, "Computing the loss surface", "Computing the loss surface"), metrics, 10'000),
              QStringLiteral("Computing the loss surface"));
    EXPECT_EQ(jobText(jobOf(1, "Evaluating", ""), metrics, 10'000), QStringLiteral("Evaluating"));
}

} // namespace
} // namespace ovation::ui::test
