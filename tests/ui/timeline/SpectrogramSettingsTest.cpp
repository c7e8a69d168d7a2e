// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/timeline/SpectrogramSettings.h"
#include "tests/ui/StudioWindow.h"
#include "ui/main/TransportBar.h"
#include "ui/timeline/TimelineCanvas.h"
#include "ui/timeline/TimelineView.h"

#include <QAbstractButton>
#include <QFrame>
#include <QMenu>
#include <QSlider>
#include <QToolButton>

namespace ovation::ui::test {
namespace {

/// Presses the popup's button with this text.
::testing::AssertionResult choose(SpectrogramSettings& settings, const QString& beginning) {
    for (auto* button : settings.popup()->findChildren<QAbstractButton*>())
        if (button->text().startsWith(beginning)) {
            button->click();
            return ::testing::AssertionSuccess();
        }
    return ::testing::AssertionFailure() << "no " << beginning.toStdString();
}

TEST(SpectrogramSettingsTest, WhatIsChosenInThePopupShowsAndIsRemembered) {
    const Folder folder;
    const QString file = folder.path(QStringLiteral("settings.ini"));
    const SpectrogramOptions wanted{FrequencyScale::Linear, ColourMap::Cividis, 95};
    {
        Session session;
        Player player;
        Settings settings(file);
        MainWindow window(&session, &player, &settings);
        auto* view = window.findChild<TimelineView*>();
        auto* button = window.findChild<SpectrogramSettings*>();
        ASSERT_TRUE(view && button);
        EXPECT_EQ(view->spectrogramOptions(), SpectrogramOptions());
        button->click();
        ASSERT_NE(button->popup(), nullptr);
        EXPECT_TRUE(button->popup()->isVisible());
        ASSERT_TRUE(choose(*button, QStringLiteral("Linear")));
        ASSERT_TRUE(choose(*button, QStringLiteral("Cividis")));
        button->popup()->findChild<QSlider*>()->setValue(19);
        EXPECT_EQ(view->spectrogramOptions(), wanted);
        button->popup()->close();
        view->setSpectrogramOptions(SpectrogramOptions());
        EXPECT_EQ(button->options(), SpectrogramOptions());
        view->setSpectrogramOptions(wanted);
    }
    Session session;
    Player player;
    Settings settings(file);
    MainWindow window(&session, &player, &settings);
    EXPECT_EQ(window.findChild<TimelineView*>()->spectrogramOptions(), wanted);
}

TEST(TransportBarTest, ShowsTheSpeedThatKeysAndMenuSet) {
    const Folder folder;
    Session session;
    Player player;
    Settings settings(folder.path(QStringLiteral("settings.ini")));
    MainWindow window(&session, &player, &settings);
    QToolButton* speed = nullptr;
    for (auto* button : window.findChildren<QToolButton*>())
        if (button->accessibleName() == QLatin1String("Speed")) speed = button;
    ASSERT_NE(speed, nullptr);
    EXPECT_EQ(speed->text(), QStringLiteral("1\u00d7"));
    const auto press = [&](const char* id) { window.findChild<QAction*>(QLatin1String(id))->trigger(); };
    press("slower");
    press("slower");
    EXPECT_EQ(speed->text(), QStringLiteral("0.75\u00d7"));
    EXPECT_EQ(player.speed(), 0.75);
    speed->menu()->actions().last()->trigger();
    EXPECT_EQ(player.speed(), 2);
    EXPECT_EQ(speed->text(), QStringLiteral("2\u00d7"));
    press("faster");
    EXPECT_EQ(player.speed(), 2);
    press("usualSpeed");
    EXPECT_EQ(speed->text(), QStringLiteral("1\u00d7"));
}

TEST(TimelineCanvasTest, MakesOnlyThosePicturesAnewThatAreOutOfDate) {
    TimelineScene scene;
    scene.theme = Theme::of(QPalette());
    scene.layout = TimelineLayout::of({800, 500});
    scene.axis = TimeAxis(44100 * 60, 44100, scene.layout.ruler.width());
    scene.hasSpeech = true;
    TimelineCanvas canvas;
    QImage screen(800, 500, QImage::Format_RGB32);
    int asked = 0;
    const auto paint = [&] {
        asked = 0;
        QPainter painter(&screen);
        canvas.paint(painter, QRegion(screen.rect()), scene, screen.size(), QFont(), [&](const TileKey&) {
            ++asked;
            return nullptr;
        });
        return asked > 0;
    };
    EXPECT_TRUE(paint());
    EXPECT_FALSE(canvas.outdated());
    scene.cursor = 44100;
    EXPECT_FALSE(paint());
    canvas.outdate(TimelineCanvas::Waveform);
    EXPECT_TRUE(canvas.outdated());
    EXPECT_FALSE(paint());
    canvas.outdate(TimelineCanvas::Spectrogram);
    EXPECT_TRUE(paint());
}

} // namespace
} // namespace ovation::ui::test
