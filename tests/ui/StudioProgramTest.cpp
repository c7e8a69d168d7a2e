// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/Studio.h"
#include "ui/session/Settings.h"
#include "ui/session/TimeText.h"

#include <QProcess>
#include <QProcessEnvironment>

namespace ovation::ui::test {
namespace {

struct Outcome {
    int code = -1;
    QString out, err;
};

Outcome runStudio(const QStringList& arguments, const char* display) {
    QProcess process;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    for (const char* name : {"QT_QPA_PLATFORM", "WAYLAND_DISPLAY", "DISPLAY"})
        environment.remove(QLatin1String(name));
    if (display) environment.insert(QStringLiteral("DISPLAY"), QLatin1String(display));
    process.setProcessEnvironment(environment);
    process.start(QStringLiteral(OVATION_BIN "/ovation-studio"), arguments);
    EXPECT_TRUE(process.waitForFinished(kPatience));
    EXPECT_EQ(process.exitStatus(), QProcess::NormalExit);
    return {process.exitCode(), QString::fromUtf8(process.readAllStandardOutput()),
            QString::fromUtf8(process.readAllStandardError())};
}

TEST(StudioProgramTest, SaysInOneSentenceThatThereIsNoDisplay) {
    for (const char* display : {static_cast<const char*>(nullptr), ":4711"}) {
        const Outcome outcome = runStudio({}, display);
        EXPECT_EQ(outcome.code, 1);
        EXPECT_TRUE(outcome.err.contains(QLatin1String("display"))) << outcome.err.toStdString();
        EXPECT_EQ(outcome.err.count(QLatin1Char('\n')), 1);
    }
}

TEST(StudioProgramTest, ExplainsItselfWithoutADisplay) {
    EXPECT_EQ(runStudio({QStringLiteral("--help")}, nullptr).code, 0);
    EXPECT_TRUE(runStudio({QStringLiteral("--help")}, nullptr).out.contains(QLatin1String("Usage:")));
    EXPECT_TRUE(runStudio({QStringLiteral("--version")}, nullptr).out.startsWith(QLatin1String("ovation-studio ")));
    EXPECT_EQ(runStudio({QStringLiteral("--nonsense")}, nullptr).code, 2);
    EXPECT_EQ(runStudio({QStringLiteral("--palette"), QStringLiteral("pink")}, nullptr).code, 2);
}

TEST(TimeTextTest, WritesAndReadsTimes) {
    EXPECT_EQ(timeText(12.48), QStringLiteral("0:12.480"));
    EXPECT_EQ(timeText(59.9996), QStringLiteral("1:00.000"));
    EXPECT_EQ(timeText(3723.004), QStringLiteral("1:02:03.004"));
    EXPECT_EQ(timeText(47.6, 0), QStringLiteral("0:48"));
    EXPECT_DOUBLE_EQ(parseTime(QStringLiteral("1:02:03.5")).value(), 3723.5);
    EXPECT_DOUBLE_EQ(parseTime(QStringLiteral(" 12,25 ")).value(), 12.25);
    for (const char* bad : {"", "abc", "1:2:3:4", "-3", "1:-3", "nan", "inf", "1::2"})
        EXPECT_FALSE(parseTime(QLatin1String(bad))) << bad;
}

TEST(SettingsTest, KeepsWhatWasSetAndItsTypes) {
    const Folder folder;
    const QString file = folder.path(QStringLiteral("settings.ini"));
    {
        Settings settings(file);
        EXPECT_DOUBLE_EQ(settings.value("play/volume").toDouble(), 0.8);
        settings.setValue("play/volume", 0.25);
        for (int i = 0; i < 12; ++i)
            settings.addRecentProject(QStringLiteral("/p/%1.ovation").arg(i));
        settings.addRecentProject(QStringLiteral("/p/5.ovation"));
    }
    const Settings settings(file);
    EXPECT_DOUBLE_EQ(settings.value("play/volume").toDouble(), 0.25);
    ASSERT_EQ(settings.recentProjects().size(), 10);
    EXPECT_EQ(settings.recentProjects()[0], QStringLiteral("/p/5.ovation"));
    EXPECT_EQ(settings.recentProjects()[1], QStringLiteral("/p/11.ovation"));
}

TEST(SettingsTest, WritesWhatItChangedAndLeavesTheRestToOtherWindows) {
    const Folder folder;
    const QString file = folder.path(QStringLiteral("settings.ini"));
    {
        Settings first(file);
        {
            Settings second(file);
            second.setValue("train/presets", QStringLiteral("[\"mine\"]"));
            second.addRecentProject(QStringLiteral("/p/theirs.ovation"));
        }
        first.setValue("play/volume", 0.25);
    }
    const Settings settings(file);
    EXPECT_EQ(settings.value("train/presets").toString(), QStringLiteral("[\"mine\"]"));
    EXPECT_EQ(settings.recentProjects(), QStringList{QStringLiteral("/p/theirs.ovation")});
    EXPECT_DOUBLE_EQ(settings.value("play/volume").toDouble(), 0.25);
}

TEST(SettingsTest, FallsBackWhereTheFileIsNonsense) {
    const Folder folder;
    const Settings settings(folder.write(QStringLiteral("settings.ini"), "[play]\nvolume=loud\n\x01\x02garbage"));
    EXPECT_DOUBLE_EQ(settings.value("play/volume").toDouble(), 0.8);
}

} // namespace
} // namespace ovation::ui::test
