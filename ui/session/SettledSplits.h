// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dataset/WindowPlan.h"
#include "core/project/ProjectData.h"
#include "core/training/Hyperparameters.h"

#include <map>
#include <string>
#include <string_view>

namespace ovation::ui {

/// The sides that recordings were on when they were last trained on, by what decides about the split: a corrected label
/// must not deal recordings to other sides, or runs could not be compared, and one that goes on from another would be
/// validated by what the other learnt from. Splits by chance and into folds are not kept.
class SettledSplits {
public:
    /// Gives the recordings that no role was chosen for the side on which they were. Whether there is any.
    bool apply(ProjectData& data, const Hyperparameters& hyperparameters) const;
    /// Whether that changes anything.
    bool keep(const Hyperparameters& hyperparameters, const std::map<SpeechId, SplitSide>& sides);
    bool forget(const Hyperparameters& hyperparameters);
    void
    addFrom(const SettledSplits& others); ///< with settings of which nothing is known here, as far as there is room

    std::string toJson() const;
    /// Entries that are not understood are left out: a project may have been written by anyone.
    static SettledSplits fromJson(std::string_view json);

private:
    std::map<std::string, std::map<SpeechId, SplitRole>> m_roles; ///< by what decides
};

} // namespace ovation::ui
