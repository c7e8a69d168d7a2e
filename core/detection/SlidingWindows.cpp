// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/detection/SlidingWindows.h"

#include <algorithm>
#include <cmath>

namespace ovation {
namespace {

constexpr int64_t kDropAtOnce = 256; ///< frames; erasing moves what is kept

} // namespace

SlidingWindows::SlidingWindows(const ModelBundle& bundle, Network& network, int64_t hopFrames, int batchSize)
    : m_bundle(bundle),
      m_network(network),
      m_window(std::max<int64_t>(1, bundle.architecture.frames)),
      m_hop(std::clamp<int64_t>(hopFrames, 1, m_window)),
      m_batchSize(std::max(1, batchSize)) {}

Result<void> SlidingWindows::process() {
    for (; m_next + m_window <= available(); m_next += m_hop)
        if (Result<void> added = addWindow(m_next, m_window); !added) return added;
    dropUnneeded();
    return {};
}

Result<void> SlidingWindows::finish() {
    if (Result<void> processed = process(); !processed) return processed;
    const int64_t total = available();
    const int64_t covered = m_next == 0 ? 0 : m_next - m_hop + m_window;
    if (covered < total) {
        const int64_t first = std::max<int64_t>(0, total - m_window);
        if (Result<void> added = addWindow(first, total - first); !added) return added;
    }
    if (Result<void> ran = runBatch(); !ran) return ran;
    const auto cells = static_cast<size_t>((total + m_hop - 1) / m_hop);
    m_sums.resize(cells);
    m_counts.resize(cells);
    // The middle of a last, partial cell may lie behind the recording's end; the last window speaks for it.
    if (cells > 1 && m_counts.back() == 0) {
        m_sums.back() = m_sums[cells - 2];
        m_counts.back() = m_counts[cells - 2];
    }
    return {};
}

Result<void> SlidingWindows::addWindow(int64_t first, int64_t count) {
    const ClipFeatures features = clipFeatures(m_frames, first - m_dropped, count);
    if (features.silent) {
        spread(first, count, 0);
        return {};
    }
    const auto mfccSize = static_cast<size_t>(m_window * seed::kMfcc);
    const size_t index = m_batch.size();
    m_mfcc.resize((index + 1) * mfccSize, 0); // beyond the valid frames: zeros, as in training
    const auto rows = std::min<size_t>(features.mfcc.values.size(), mfccSize);
    const std::span<float> mfcc(m_mfcc.data() + index * mfccSize, rows);
    std::copy_n(features.mfcc.values.begin(), rows, mfcc.begin());
    m_bundle.mfccStandardizer.apply(mfcc);
    m_clipValues.insert(m_clipValues.end(), features.clipValues.begin(), features.clipValues.end());
    m_bundle.clipStandardizer.apply(std::span(m_clipValues).last(seed::kClipValues));
    m_lengths.push_back(static_cast<int32_t>(std::clamp<int64_t>(features.mfcc.rows, 1, m_window)));
    m_batch.push_back({first, count});
    return static_cast<int64_t>(m_batch.size()) == m_batchSize ? runBatch() : Result<void>();
}

Result<void> SlidingWindows::runBatch() {
    if (m_batch.empty()) return {};
    const ClipBatch batch{static_cast<int64_t>(m_batch.size()), m_window, m_mfcc, m_clipValues, m_lengths};
    const Result<std::vector<float>> probabilities = m_network.probabilities(batch);
    if (!probabilities) return probabilities.error();
    if (probabilities->size() != m_batch.size())
        return Error{ErrorCode::Internal, "", "the network answered for another number of windows", 0};
    for (size_t i = 0; i < m_batch.size(); ++i) {
        if (!std::isfinite((*probabilities)[i])) {
            return Error{ErrorCode::DamagedModel, m_bundle.name, "its network answers with values that are not numbers",
                         0};
        }
        spread(m_batch[i].first, m_batch[i].count, std::clamp((*probabilities)[i], 0.0F, 1.0F));
    }
    m_batch.clear();
    m_mfcc.clear();
    m_clipValues.clear();
    m_lengths.clear();
    return {};
}

void SlidingWindows::dropUnneeded() {
    // One hop more than the next window needs: the last window may begin up to a hop before it.
    const int64_t unneeded = std::min(m_next - m_hop, available()) - m_dropped;
    if (unneeded < kDropAtOnce) return;
    m_frames.melPower.values.erase(m_frames.melPower.values.begin(),
                                   m_frames.melPower.values.begin() + unneeded * m_frames.melPower.columns);
    m_frames.melPower.rows -= unneeded;
    m_frames.scalars.erase(m_frames.scalars.begin(), m_frames.scalars.begin() + unneeded);
    m_dropped += unneeded;
}

void SlidingWindows::spread(int64_t first, int64_t count, float probability) {
    // Cells k with first <= k * hop + middle < first + count.
    const int64_t middle = (m_hop - 1) / 2;
    int64_t cell = std::max<int64_t>(0, (first - middle + m_hop - 1) / m_hop);
    if (first <= middle) cell = 0;
    // A recording that ends before its first cell's middle still has a value.
    const int64_t last = std::max(first + count - 1 - middle, first == 0 ? int64_t{0} : int64_t{-1});
    for (; cell * m_hop <= last; ++cell) {
        const auto index = static_cast<size_t>(cell);
        if (index >= m_sums.size()) {
            m_sums.resize(index + 1);
            m_counts.resize(index + 1);
        }
        m_sums[index] += probability;
        ++m_counts[index];
    }
}

ProbabilityCurve SlidingWindows::curve(double durationS) const {
    ProbabilityCurve curve;
    curve.stepS = static_cast<double>(m_hop) * seed::kHopS;
    curve.startS = static_cast<double>(m_hop - 1) / 2 * seed::kHopS;
    curve.durationS = durationS;
    curve.values.reserve(m_sums.size());
    for (size_t i = 0; i < m_sums.size(); ++i)
        curve.values.push_back(m_counts[i] > 0 ? static_cast<float>(m_sums[i] / m_counts[i]) : 0.0F);
    return curve;
}

} // namespace ovation
