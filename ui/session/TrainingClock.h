// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/training/TrainingRun.h"

#include <cstdint>
#include <optional>

namespace ovation::ui {

/// How long a training takes yet, from nothing but what was timed since it was started or resumed: the whole epochs
/// with their validation, or before the first of them the part of the present epoch that is done.
class TrainingClock {
public:
    void restart();
    void batch(const BatchMetrics& batch); ///< each, in order
    void epoch(const EpochMetrics& epoch); ///< likewise

    bool knowsWholeEpochs() const { return m_epochs > 0; }
    std::optional<double> epochSeconds() const; ///< nothing where too little has been done yet
    std::optional<double> secondsLeft(int64_t epochs) const;

private:
    BatchMetrics m_first; ///< of the present epoch, that was seen
    BatchMetrics m_last;
    int64_t m_epochs = 0; ///< whole ones
    double m_seconds = 0; ///< of these
};

} // namespace ovation::ui
