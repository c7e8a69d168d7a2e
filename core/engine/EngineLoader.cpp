// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Version.h"
#include "core/engine/Engine.h"
#include "core/engine/EngineFactory.h"

#include <cstdlib>
#include <dlfcn.h>
#include <filesystem>
#include <malloc.h>
#include <mutex>
#include <string>
#include <vector>

namespace ovation {

namespace {

constexpr const char* kLibrary = "libovation_engine.so";

std::string folderOfThisLibrary() {
    Dl_info info{};
    if (dladdr(reinterpret_cast<const void*>(&engine), &info) == 0 || !info.dli_fname) return {};
    std::error_code error;
    const auto path = std::filesystem::weakly_canonical(info.dli_fname, error);
    return error ? std::string() : path.parent_path().string();
}

/// $OVATION_ENGINE, a file or a folder, goes before everything else; where it is set, nothing else is tried.
std::vector<std::string> candidates() {
    if (const char* chosen = std::getenv("OVATION_ENGINE"); chosen && *chosen) {
        std::error_code error;
        if (std::filesystem::is_directory(chosen, error)) return {(std::filesystem::path(chosen) / kLibrary).string()};
        return {chosen};
    }
    const std::string folder = folderOfThisLibrary();
    if (folder.empty()) return {kLibrary};
    return {folder + "/" + kLibrary};
}

Error unavailable(const std::string& file, const std::string& detail) {
    return {ErrorCode::EngineUnavailable, file, detail};
}

/// Before libgomp loads: waiting threads sleep instead of spinning, so that training leaves the window and other
/// programs their share. A choice already made in the environment stands.
void prepareProcess() {
    setenv("OMP_WAIT_POLICY", "passive", 0);
#ifdef M_MMAP_THRESHOLD
    // Blocks of a batch's size come from the heap again and again: mapped afresh each time, page faults would cost a
    // fifth. 32 MiB is the largest that glibc accepts.
    mallopt(M_MMAP_THRESHOLD, 32 << 20);
    mallopt(M_TRIM_THRESHOLD, 1 << 30);
    mallopt(M_TOP_PAD, 64 << 20);
#endif
}

Result<Engine*> load(const std::string& file) {
    prepareProcess();
    void* library = dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (!library) {
        const char* reason = dlerror();
        return unavailable(file, reason ? reason : "the library could not be loaded");
    }
    const auto version = reinterpret_cast<decltype(&ovationEngineVersion)>(dlsym(library, kEngineVersionSymbol));
    const auto factory = reinterpret_cast<decltype(&ovationEngine)>(dlsym(library, kEngineSymbol));
    if (!version || !factory) return unavailable(file, "the library is not Ovation's engine");
    if (std::string(version()) != ovation::version())
        return unavailable(file, std::string("the library belongs to version ") + version() + ", this is " +
                                     ovation::version());
    Engine* engine = factory();
    if (!engine) return unavailable(file, "the library could not set up LibTorch");
    return engine;
}

} // namespace

Result<Engine*> engine() {
    static std::mutex mutex;
    static Engine* loaded = nullptr;
    const std::lock_guard lock(mutex);
    if (loaded) return loaded;
    Result<Engine*> result = unavailable(kLibrary, "no place to look for it");
    for (const std::string& file : candidates()) {
        result = load(file);
        if (result) {
            loaded = *result;
            break;
        }
    }
    return result;
}

} // namespace ovation
