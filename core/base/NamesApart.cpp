// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/NamesApart.h"

#include "core/base/Files.h"

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <map>
#include <set>

namespace ovation {

namespace {

/// The end of a path, with so many of its folders.
std::string endOfPath(const std::string& path, std::ptrdiff_t folders, bool extension) {
    std::filesystem::path rest(path);
    std::string end = extension ? rest.filename().string() : stemOf(path);
    for (; folders > 0 && rest.parent_path().has_filename(); --folders) {
        rest = rest.parent_path();
        end = rest.filename().string() + "/" + end;
    }
    return end;
}

} // namespace

std::vector<std::string> namesApart(const std::vector<std::string>& paths,
                                    const std::function<std::string(const std::string&)>& spelled) {
    const auto written = [&](const std::string& name) { return spelled ? spelled(name) : name; };
    const std::set<std::string> all(paths.begin(), paths.end());
    std::set<std::string> open = all; // without a name yet
    std::ptrdiff_t deepest = 0;
    for (const std::string& path : open)
        deepest = std::max(deepest, std::ranges::count(path, '/'));
    std::map<std::string, std::string> names;
    std::set<std::string> taken;
    for (std::ptrdiff_t step = 0; !open.empty() && step <= 2 * deepest + 1; ++step) {
        std::map<std::string, std::vector<std::string>> sharing; // of a name, which fits none that has another already
        for (const std::string& path : all)
            sharing[written(endOfPath(path, step / 2, step % 2 == 1))].push_back(path);
        for (const auto& [name, those] : sharing) {
            const std::string& path = those.front();
            if (those.size() > 1 || !open.contains(path) || !taken.insert(name).second) continue;
            names[path] = name;
            open.erase(path);
        }
    }
    for (const std::string& path : open) {
        const std::string stem = written(endOfPath(path, 0, false));
        std::string name = stem;
        for (int number = 2; !taken.insert(name).second; ++number)
            name = stem + "-" + std::to_string(number);
        names[path] = name;
    }
    std::vector<std::string> result;
    for (const std::string& path : paths)
        result.push_back(names.at(path));
    return result;
}

} // namespace ovation
