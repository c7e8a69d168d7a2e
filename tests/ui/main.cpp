// SPDX-License-Identifier: GPL-3.0-or-later
#include <QApplication>
#include <QTemporaryDir>

#include <gmock/gmock.h>

/// Every test runs with settings, data and cache in a folder of its own, never the person's, and without a display
/// unless QT_QPA_PLATFORM names one. A test that starts another process hands its folder on in OVATION_TEST_HOME.
int main(int argc, char** argv) {
    ::testing::InitGoogleMock(&argc, argv);
    const QTemporaryDir home;
    for (const char* name : {"HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_RUNTIME_DIR"})
        qputenv(name, qEnvironmentVariable("OVATION_TEST_HOME", home.path()).toLocal8Bit());
    qunsetenv("OVATION_CACHE");
    qputenv("PULSE_SERVER", "unix:/nonexistent");
    if (qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM")) qputenv("QT_QPA_PLATFORM", "offscreen");
    QApplication application(argc, argv);
    QApplication::setApplicationName(QStringLiteral("ovation"));
    return RUN_ALL_TESTS();
}
