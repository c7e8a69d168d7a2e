// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/Display.h"

#include <cstdlib>
#include <dlfcn.h>
#include <string_view>

namespace ovation::studio {

namespace {

std::string variable(const char* name) {
    const char* value = std::getenv(name);
    return value ? value : "";
}

/// True if the X server answers, or if that cannot be found out (libxcb is loaded on purpose only here: Qt's own plugin
/// needs it).
bool xServerAnswers(const char* display) {
    void* library = dlopen("libxcb.so.1", RTLD_NOW | RTLD_LOCAL);
    if (!library) return true;
    using Connect = void* (*)(const char*, int*);
    using HasError = int (*)(void*);
    using Disconnect = void (*)(void*);
    const auto connect = reinterpret_cast<Connect>(dlsym(library, "xcb_connect"));
    const auto hasError = reinterpret_cast<HasError>(dlsym(library, "xcb_connection_has_error"));
    const auto disconnect = reinterpret_cast<Disconnect>(dlsym(library, "xcb_disconnect"));
    if (!connect || !hasError || !disconnect) return true;
    void* connection = connect(display, nullptr);
    const bool answers = hasError(connection) == 0;
    disconnect(connection);
    return answers;
}

} // namespace

std::optional<std::string> displayProblem(int argc, char** argv) {
    std::string platform = variable("QT_QPA_PLATFORM");
    std::string display = variable("DISPLAY");
    for (int i = 1; i + 1 < argc; ++i) {
        const std::string_view option = argv[i];
        if (option == "-platform" || option == "--platform") platform = argv[i + 1];
        if (option == "-display" || option == "--display") display = argv[i + 1];
    }
    const bool windowSystem = platform.empty() || platform.starts_with("xcb") || platform.starts_with("wayland");
    if (!windowSystem || !variable("WAYLAND_DISPLAY").empty()) return std::nullopt;
    if (display.empty())
        return "there is no display to open a window on. Start it in a desktop session, or use the command ovation, "
               "which needs none.";
    if (!xServerAnswers(display.c_str()))
        return "the display " + display +
               " does not answer or refuses the connection. Check DISPLAY, or use the command ovation, which needs no "
               "display.";
    return std::nullopt;
}

} // namespace ovation::studio
