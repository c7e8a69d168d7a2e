// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/training/Hyperparameters.h"

#include <QString>

#include <cstdint>
#include <optional>

namespace ovation::ui {

/// What a training will need, before it starts.
struct ModelEstimate {
    int64_t parameters = 0; ///< trainable, exact
    int64_t bytes = 0;      ///< memory at the peak of a step, counted from the tensors kept, and of the data; rough
};

/// nullopt where the settings do not make a network. `dataBytes`: of the data set.
std::optional<ModelEstimate> estimate(const Hyperparameters& hyperparameters, int64_t dataBytes = 0);

QString parametersText(int64_t parameters); ///< "13,415,042"
QString bytesText(int64_t bytes);           ///< "620 MB", "1.4 GB"
QString durationText(double seconds);       ///< "8 s", "2 min 05 s", "1 h 12 min"
QString roughDurationText(double seconds);  ///< "8 s", "2 min", "1 h 12 min": for what is only estimated
/// "about 17 s an epoch, 5 min in all".
QString epochsText(double epochSeconds, int64_t epochs);

} // namespace ovation::ui
