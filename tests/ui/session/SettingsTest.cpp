// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/Settings.h"
#include "tests/ui/Studio.h"

#include <QThreadPool>

namespace ovation::ui::test {
namespace {

/// Where settings cannot be written as long as a file lies in the place of their folder.
class UnwritableSettingsTest : public ::testing::Test {
protected:
    /// Until a worker has tried to write what was set.
    static void letWrite() {
        QTest::qWait(700);
        QThreadPool::globalInstance()->waitForDone();
    }
    void unblock() { ASSERT_TRUE(QFile::remove(place)); }
    QString volume() const { return QString::number(Settings(file).value("play/volume").toDouble()); }

    const Folder folder;
    const QString place = folder.write(QStringLiteral("config"), "in the way");
    const QString file = place + QStringLiteral("/settings.ini");
};

TEST_F(UnwritableSettingsTest, WhatCouldNotBeWrittenIsWrittenWithWhatIsSetNext) {
    Settings settings(file);
    settings.setValue("train/presets", QStringLiteral("[1]"));
    letWrite();
    unblock();
    settings.setValue("play/volume", 0.5);
    ASSERT_TRUE(waitFor([&] { return volume() == QLatin1String("0.5"); }));
    EXPECT_EQ(Settings(file).value("train/presets").toString(), QStringLiteral("[1]"));
}

TEST_F(UnwritableSettingsTest, WhatCouldNotBeWrittenIsWrittenAtTheEnd) {
    {
        Settings settings(file);
        settings.setValue("train/presets", QStringLiteral("[2]"));
        letWrite();
        unblock();
    }
    EXPECT_EQ(Settings(file).value("train/presets").toString(), QStringLiteral("[2]"));
}

} // namespace
} // namespace ovation::ui::test
