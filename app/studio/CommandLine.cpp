// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/CommandLine.h"

#include "core/base/Version.h"

#include <algorithm>
#include <string_view>

namespace ovation::studio {

namespace {

constexpr const char* kHelp =
    R"(Usage: ovation-studio [OPTIONS] [PROJECT.ovation | MODEL.safetensors | RECORDING... | FOLDER... | LABELS...]

Opens the Ovation window, with the project, or with the recordings added to the project.

Options:
  --palette light|dark  colours, instead of the desktop's
  --version             print the version and exit
  --help                print this help and exit
)";

/// Options of Qt's that take a value.
bool takesValue(std::string_view option) {
    static constexpr std::string_view names[] = {
        "platform", "style",   "stylesheet",         "geometry",      "qwindowgeometry", "display",    "title",
        "icon",     "session", "platformpluginpath", "platformtheme", "qwindowtitle",    "qwindowicon"};
    while (option.starts_with('-'))
        option.remove_prefix(1);
    return std::find(std::begin(names), std::end(names), option) != std::end(names);
}

} // namespace

CommandLine parse(int argc, char** argv) {
    CommandLine line;
    const auto refuse = [&line](const std::string& text) {
        line.message = "ovation-studio: " + text + " Try ovation-studio --help.\n";
        line.exitCode = 2;
    };
    bool onlyPaths = false;
    for (int i = 1; i < argc; ++i) {
        const std::string argument = argv[i];
        if (onlyPaths || !argument.starts_with('-') || argument == "-") {
            line.paths.push_back(argument);
        } else if (argument == "--") {
            onlyPaths = true;
        } else if (argument == "--help" || argument == "-h") {
            line.message = kHelp;
            return line;
        } else if (argument == "--version" || argument == "-v") {
            line.message = std::string("ovation-studio ") + version() + "\n";
            return line;
        } else if (argument == "--palette" || argument.starts_with("--palette=")) {
            const bool joined = argument.size() > 9;
            line.palette = joined ? argument.substr(10) : i + 1 < argc ? argv[++i] : "";
            if (line.palette != "light" && line.palette != "dark") refuse("--palette takes light or dark.");
        } else if (takesValue(argument)) {
            ++i;
        } else {
            refuse("there is no option " + argument + ".");
        }
        if (line.message) return line;
    }
    return line;
}

} // namespace ovation::studio
