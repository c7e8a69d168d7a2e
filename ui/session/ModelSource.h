// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include <cstdint>
#include <string>
#include <vector>

namespace ovation::ui {

/// Where a model comes from.
struct ModelSource {
    enum class Kind { None, Starter, Run, File };
    Kind kind = Kind::None;
    int64_t run = 0;
    QString file;

    bool operator==(const ModelSource&) const = default;
};

/// As settings keep it, and several.
std::string toJson(const ModelSource& source);
std::string toJson(const std::vector<ModelSource>& sources);
ModelSource modelSourceFromJson(const std::string& text); ///< of kind None where it is not understood
/// One for each, those that are not understood of kind None; none where the text is no list.
std::vector<ModelSource> modelSourcesFromJson(const std::string& text);

} // namespace ovation::ui
