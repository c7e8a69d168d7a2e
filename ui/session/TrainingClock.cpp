// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/TrainingClock.h"

#include <algorithm>

namespace ovation::ui {

namespace {

constexpr double kLeastShareTimed = 0.05; ///< of an epoch; what begins is slower than what follows

} // namespace

void TrainingClock::restart() {
    *this = {};
}

void TrainingClock::batch(const BatchMetrics& batch) {
    if (batch.epoch != m_last.epoch) m_first = batch;
    m_last = batch;
}

void TrainingClock::epoch(const EpochMetrics& epoch) {
    if (epoch.epoch != m_first.epoch || m_first.batch != 1) return;
    ++m_epochs;
    m_seconds += epoch.seconds;
}

std::optional<double> TrainingClock::epochSeconds() const {
    if (m_epochs > 0) return m_seconds / static_cast<double>(m_epochs);
    if (m_last.batches <= 0) return std::nullopt;
    const double share = static_cast<double>(m_last.batch - m_first.batch) / static_cast<double>(m_last.batches);
    if (share < kLeastShareTimed) return std::nullopt;
    return (m_last.seconds - m_first.seconds) / share;
}

std::optional<double> TrainingClock::secondsLeft(int64_t epochs) const {
    const auto one = epochSeconds();
    if (!one || m_last.batches <= 0) return std::nullopt;
    const double done =
        static_cast<double>(m_last.epoch - 1) + static_cast<double>(m_last.batch) / static_cast<double>(m_last.batches);
    return *one * std::max(0.0, static_cast<double>(epochs) - done);
}

} // namespace ovation::ui
