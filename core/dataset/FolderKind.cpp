// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/FolderKind.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace ovation {

namespace {

bool isNegativeByName(std::string name) {
    std::ranges::transform(name, name.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return std::ranges::any_of(std::to_array<const char*>({"non", "not", "no"}), [&](const std::string prefix) {
        return name.starts_with(prefix + "applause") || name.starts_with(prefix + "_applause") ||
               name.starts_with(prefix + "-applause");
    });
}

bool holdsPositiveFolder(const Folder& folder) {
    return std::ranges::any_of(folder.folders, [](const Folder& below) {
        return folderClass(below.name) == FolderClass::Positive || holdsPositiveFolder(below);
    });
}

} // namespace

FolderDecision kindOf(const Folder& folder, FolderKind inherited, bool besidePositive) {
    const bool isDataSet = folder.audio.empty() && holdsPositiveFolder(folder);
    switch (folderClass(folder.name)) {
    case FolderClass::LeftOut:
        return {FolderKind::LeftOut, true};
    case FolderClass::Positive:
        return {isDataSet ? FolderKind::Plain : FolderKind::Positive, true};
    case FolderClass::Negative:
        break;
    }
    if (isNegativeByName(folder.name)) return {FolderKind::Negative, true};
    if (besidePositive || hasPositiveSibling(folder.canonical))
        return {isDataSet ? FolderKind::Plain : FolderKind::Negative, false};
    return {inherited, false};
}

} // namespace ovation
