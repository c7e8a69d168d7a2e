// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/training/Hyperparameters.h"

#include <QString>

#include <vector>

namespace ovation::ui {

/// Settings that a person has given a name, for all projects.
struct OwnPreset {
    QString name;
    Hyperparameters values;
};

// The form in which setting train/presets keeps them. Entries that are not understood are left out.
QString presetsToJson(const std::vector<OwnPreset>& presets);
std::vector<OwnPreset> presetsFromJson(const QString& json);

/// Puts a preset in its place by name, or at the end.
void putPreset(std::vector<OwnPreset>& presets, OwnPreset preset);

} // namespace ovation::ui
