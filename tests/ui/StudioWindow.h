// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/ui/Studio.h"
#include "ui/main/MainWindow.h"
#include "ui/main/MessageBar.h"
#include "ui/session/Player.h"
#include "ui/session/Settings.h"

#include <QApplication>
#include <QDropEvent>
#include <QMimeData>

namespace ovation::ui::test {

/// Drags files over a widget and lets go, as the window system does. False if they were not wanted.
inline bool dropOn(QWidget* target, const QStringList& paths) {
    QMimeData data;
    QList<QUrl> urls;
    for (const QString& path : paths)
        urls << QUrl::fromLocalFile(path);
    data.setUrls(urls);
    const QPoint place = target->rect().center();
    QDragEnterEvent enter(place, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(target, &enter);
    if (!enter.isAccepted()) return false;
    QDropEvent dropped(place, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(target, &dropped);
    return dropped.isAccepted();
}

/// A window on a new project with one good, labelled recording, and what a person sees of a bad thing.
class BadThingTest : public ::testing::Test {
protected:
    void SetUp() override {
        ASSERT_TRUE(openNew(session));
        window.resize(1280, 800);
        window.setWorkspace(Workspace::Label);
        window.show();
        window.activateWindow();
        ASSERT_TRUE(QTest::qWaitForWindowActive(&window));
        good = folder.copy("clips/other/rain.flac", QStringLiteral("good.flac"));
        ASSERT_TRUE(add(session, {good}, 1));
        ASSERT_NE(session.addSegment(session.currentSpeech(), {10, 5000}, LabelClass::Applause), 0);
        goodId = session.currentSpeech();
        settle();
        clear();
    }

    /// Until nothing runs any more.
    bool settle() {
        return waitFor([&] {
            QCoreApplication::processEvents();
            return session.jobs().empty() && session.peaks(session.currentSpeech()) != nullptr;
        });
    }

    void clear() {
        while (window.messages()->dismissNewest())
            ;
    }

    QString shown() const { return window.messages()->texts().join(QLatin1Char('\n')); }

    /// Waits for a message that holds all of `words`.
    ::testing::AssertionResult says(const QStringList& words) {
        const auto all = [&] {
            return std::all_of(words.begin(), words.end(), [&](const QString& word) { return shown().contains(word); });
        };
        if (waitFor(all)) return ::testing::AssertionSuccess();
        return ::testing::AssertionFailure() << "shown: " << shown().toStdString();
    }

    /// The recording and its labels are there, and further work is possible.
    void expectUsableAndNothingLost() {
        ASSERT_NE(session.project().speech(goodId), nullptr);
        ASSERT_FALSE(session.segments(goodId).empty());
        EXPECT_EQ(session.segments(goodId).front().range, (SampleRange{10, 5000}));
        EXPECT_TRUE(window.isVisible());
        EXPECT_EQ(QApplication::activeModalWidget(), nullptr);
        const size_t before = session.segments(goodId).size();
        EXPECT_NE(session.addSegment(goodId, {6000, 7000}, LabelClass::Unsure), 0);
        session.undo();
        EXPECT_EQ(session.segments(goodId).size(), before);
        const size_t speeches = session.project().speeches.size();
        const QString other = folder.path(QStringLiteral("other-%1.flac").arg(speeches));
        ASSERT_TRUE(QFile::copy(example("clips/other/wind.flac"), other));
        ASSERT_TRUE(dropOn(&window, {other}));
        EXPECT_TRUE(waitFor([&] { return session.project().speeches.size() == speeches + 1; }));
    }

    /// A dropped thing that is refused with a sentence that has its name and `word`.
    void expectRefused(const QString& path, const QString& word) {
        SCOPED_TRACE(path.toStdString());
        const size_t before = session.project().speeches.size();
        clear();
        ASSERT_TRUE(dropOn(&window, {path}));
        EXPECT_TRUE(says({QFileInfo(path).fileName(), word}));
        EXPECT_EQ(session.project().speeches.size(), before);
    }

    const Folder folder;
    QString good;
    SpeechId goodId = 0;
    Session session;
    Player player;
    Settings settings{folder.path(QStringLiteral("settings.ini"))};
    MainWindow window{&session, &player, &settings};
};

} // namespace ovation::ui::test
