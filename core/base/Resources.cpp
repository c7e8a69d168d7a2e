// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Resources.h"

#include <cstdlib>
#include <dlfcn.h>
#include <filesystem>

namespace ovation {

namespace {

namespace filesystem = std::filesystem;

constexpr int kMostFoldersUp = 5; // lib/x86_64-linux-gnu/ovation, or build/release/lib

filesystem::path folderOfThisCode() {
    Dl_info info{};
    if (dladdr(reinterpret_cast<const void*>(&resourcePath), &info) == 0 || !info.dli_fname) return {};
    std::error_code error;
    const auto path = filesystem::weakly_canonical(info.dli_fname, error);
    return error ? filesystem::path() : path.parent_path();
}

} // namespace

std::string resourcePath(const std::string& name) {
    std::error_code error;
    if (const char* chosen = std::getenv("OVATION_RESOURCES"); chosen && *chosen) {
        const filesystem::path path = filesystem::path(chosen) / name;
        return filesystem::exists(path, error) ? path.string() : std::string();
    }
    filesystem::path folder = folderOfThisCode();
    for (int up = 0; up < kMostFoldersUp && folder.has_relative_path(); ++up, folder = folder.parent_path())
        for (const char* place : {"share/ovation", "resources"})
            if (const auto path = folder / place / name; filesystem::exists(path, error)) return path.string();
    return {};
}

std::string starterModelPath() {
    return resourcePath("models/starter.safetensors");
}

std::string modelFileNamed(const std::string& name) {
    std::error_code error;
    if (name != "starter" || filesystem::exists(name, error)) return name;
    const std::string path = starterModelPath();
    return path.empty() ? name : path;
}

} // namespace ovation
