// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/detection/CurveSums.h"

#include <algorithm>
#include <cmath>

namespace ovation {

Result<void> CurveSums::add(const WindowBatch& batch, const ModelBundle& bundle, Network& network) {
    for (const WindowBatch::Span& window : batch.silent)
        spread(window, 0);
    if (batch.windows.empty()) return {};
    const ClipBatch clips{static_cast<int64_t>(batch.windows.size()), detectionFrames(bundle), batch.mfcc,
                          batch.clipValues, batch.lengths};
    const Result<std::vector<float>> probabilities = network.probabilities(clips);
    if (!probabilities) return probabilities.error();
    if (probabilities->size() != batch.windows.size())
        return Error{ErrorCode::Internal, "", "the network answered for another number of windows", 0};
    for (size_t i = 0; i < batch.windows.size(); ++i) {
        if (!std::isfinite((*probabilities)[i])) {
            return Error{ErrorCode::DamagedModel, bundle.name, "its network answers with values that are not numbers",
                         0};
        }
        spread(batch.windows[i], std::clamp((*probabilities)[i], 0.0F, 1.0F));
    }
    return {};
}

void CurveSums::spread(WindowBatch::Span window, float probability) {
    // Cells k with first <= k * hop + middle < first + count.
    const int64_t middle = (m_hop - 1) / 2;
    int64_t cell = std::max<int64_t>(0, (window.first - middle + m_hop - 1) / m_hop);
    if (window.first <= middle) cell = 0;
    // A recording that ends before its first cell's middle still has a value.
    const int64_t last =
        std::max(window.first + window.count - 1 - middle, window.first == 0 ? int64_t{0} : int64_t{-1});
    for (; cell * m_hop <= last; ++cell) {
        const auto index = static_cast<size_t>(cell);
        if (index >= m_sums.size()) {
            m_sums.resize(index + 1);
            m_counts.resize(index + 1);
        }
        m_sums[index] += static_cast<double>(probability);
        ++m_counts[index];
    }
}

ProbabilityCurve CurveSums::curve(int64_t frames, double durationS) const {
    ProbabilityCurve curve;
    curve.stepS = static_cast<double>(m_hop) * seed::kHopS;
    curve.startS = static_cast<double>(m_hop - 1) / 2 * seed::kHopS;
    curve.durationS = durationS;
    const auto cells = static_cast<size_t>((frames + m_hop - 1) / m_hop);
    curve.values.reserve(cells);
    for (size_t i = 0; i < cells; ++i) {
        const bool covered = i < m_counts.size() && m_counts[i] > 0;
        // The middle of a last, partial cell may lie behind the recording's end; the cell before speaks for it.
        const bool behindEnd = !covered && i > 0 && i + 1 == cells;
        curve.values.push_back(covered     ? static_cast<float>(m_sums[i] / m_counts[i])
                               : behindEnd ? curve.values.back()
                                           : 0.0F);
    }
    return curve;
}

} // namespace ovation
