// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/benchmarks/LongRecording.h"

#include <QApplication>

namespace ovation::benchmarks {

/// Makes what windows need, without a display, and folders of the benchmarks' own for settings, data and cache, empty
/// at first. Call before anything of the window's.
inline void beginWindow() {
    static const bool begun = [] {
        const std::string home = folder() + "/home";
        std::filesystem::remove_all(home);
        std::filesystem::create_directories(home);
        for (const char* name : {"HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_RUNTIME_DIR"})
            qputenv(name, home.c_str());
        qunsetenv("OVATION_CACHE");
        if (qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM")) qputenv("QT_QPA_PLATFORM", "offscreen");
        static int argc = 1;
        static char program[] = "ovation_benchmarks";
        static char* argv[] = {program, nullptr};
        new QApplication(argc, argv); // lives as long as the program
        return true;
    }();
    (void)begun;
}

} // namespace ovation::benchmarks
