// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/detection/WindowBatches.h"

#include <algorithm>
#include <utility>

namespace ovation {

WindowBatches::WindowBatches(const ModelBundle& bundle, int64_t hopFrames, int batchSize)
    : m_bundle(bundle),
      m_window(detectionFrames(bundle)),
      m_hop(std::clamp<int64_t>(hopFrames, 1, m_window)),
      m_batchSize(static_cast<size_t>(std::max(1, batchSize))) {}

std::optional<WindowBatch> WindowBatches::take() {
    if (m_ended) return {};
    for (; !full() && m_next + m_window <= frames(); m_next += m_hop)
        addWindow(m_next, m_window);
    // One hop more than the next window needs: the last window may begin up to a hop before it.
    m_clips.dropBefore(m_next - m_hop);
    if (!full()) {
        if (!m_finished) return {};
        m_ended = true;
        const int64_t covered = m_next == 0 ? 0 : m_next - m_hop + m_window;
        if (covered < frames()) {
            const int64_t first = std::max<int64_t>(0, frames() - m_window);
            addWindow(first, frames() - first);
        }
    }
    m_batch.framesRead = frames();
    return std::exchange(m_batch, {});
}

void WindowBatches::addWindow(int64_t first, int64_t count) {
    const ClipFeatures features = m_clips.clip(first, count);
    if (features.silent) {
        m_batch.silent.push_back({first, count});
        return;
    }
    const auto mfccSize = static_cast<size_t>(m_window * seed::kMfcc);
    const size_t begin = m_batch.windows.size() * mfccSize;
    m_batch.mfcc.resize(begin + mfccSize, 0); // beyond the valid frames: zeros, as in training
    const std::span<float> mfcc =
        std::span(m_batch.mfcc).subspan(begin, std::min<size_t>(features.mfcc.values.size(), mfccSize));
    std::copy_n(features.mfcc.values.begin(), mfcc.size(), mfcc.begin());
    m_bundle.mfccStandardizer.apply(mfcc);
    m_batch.clipValues.insert(m_batch.clipValues.end(), features.clipValues.begin(), features.clipValues.end());
    m_bundle.clipStandardizer.apply(std::span(m_batch.clipValues).last(seed::kClipValues));
    m_batch.lengths.push_back(static_cast<int32_t>(std::clamp<int64_t>(features.mfcc.rows, 1, m_window)));
    m_batch.windows.push_back({first, count});
}

} // namespace ovation
