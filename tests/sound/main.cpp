// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/sound/SoundDevice.h"

#include <QApplication>
#include <QTemporaryDir>

#include <gmock/gmock.h>

#include <memory>

namespace {

/// One for the whole program: Qt connects to a server once.
class DeviceEnvironment : public ::testing::Environment {
    void SetUp() override { m_device = std::make_unique<ovation::ui::test::SoundDevice>(); }
    void TearDown() override { m_device.reset(); }

    std::unique_ptr<ovation::ui::test::SoundDevice> m_device;
};

} // namespace

/// Settings, data and cache lie in a folder of the tests' own.
int main(int argc, char** argv) {
    ::testing::InitGoogleMock(&argc, argv);
    const QTemporaryDir home;
    for (const char* name : {"HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_RUNTIME_DIR"})
        qputenv(name, home.path().toLocal8Bit());
    qputenv("QT_QPA_PLATFORM", "offscreen");
    QApplication application(argc, argv);
    ::testing::AddGlobalTestEnvironment(new DeviceEnvironment);
    return RUN_ALL_TESTS();
}
