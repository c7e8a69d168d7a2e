// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/detection/FrameChunks.h"

#include <algorithm>
#include <cmath>

namespace ovation {

namespace {

int64_t answersOf(int64_t frames) {
    return (frames + kAnswerFrames - 1) / kAnswerFrames;
}

} // namespace

void FrameChunks::append(const LogMelFrames& frames) {
    m_values.insert(m_values.end(), frames.values.values.begin(), frames.values.values.end());
    m_silent.insert(m_silent.end(), frames.silent.begin(), frames.silent.end());
    m_end += frames.frames();
}

bool FrameChunks::ready() const {
    if (m_next * kAnswerFrames >= m_end) return false;
    return m_finished || (m_next + m_sizes.answers + m_sizes.surroundings) * kAnswerFrames <= m_end;
}

std::optional<FrameChunkBatch> FrameChunks::take() {
    const int64_t batch = static_cast<int64_t>(m_sizes.batch) * m_sizes.answers;
    if (!m_finished && (m_next + batch + m_sizes.surroundings) * kAnswerFrames > m_end) return {};
    FrameChunkBatch result;
    result.frames = (m_sizes.answers + 2 * m_sizes.surroundings) * kAnswerFrames;
    if (m_next == 0 && m_finished) result.frames = std::min(result.frames, answersOf(m_end) * kAnswerFrames);
    while (result.parts.size() < m_sizes.batch && ready())
        addTo(result);
    if (result.parts.empty()) return {};
    // The last stretch may reach back as far as it is long.
    const int64_t needed = std::max<int64_t>(0, m_next - m_sizes.answers - 2 * m_sizes.surroundings) * kAnswerFrames;
    if (needed > m_first) {
        m_values.erase(m_values.begin(), m_values.begin() + (needed - m_first) * m_bands);
        m_silent.erase(m_silent.begin(), m_silent.begin() + (needed - m_first));
        m_first = needed;
    }
    result.framesRead = std::min(m_end, m_next * kAnswerFrames);
    return result;
}

void FrameChunks::addTo(FrameChunkBatch& batch) {
    int64_t from = std::max<int64_t>(0, m_next - m_sizes.surroundings);
    const int64_t to = std::min(m_end, (m_next + m_sizes.answers + m_sizes.surroundings) * kAnswerFrames);
    // At the recording's end a stretch begins earlier rather than being padded: a network hears padding.
    if (m_finished && to == m_end)
        from = std::max<int64_t>(0, std::min(from, answersOf(m_end) - batch.frames / kAnswerFrames));
    const int64_t answers = std::min(m_sizes.answers, answersOf(m_end) - m_next);
    const int64_t length = to - from * kAnswerFrames;
    const auto* first = m_values.data() + (from * kAnswerFrames - m_first) * m_bands;
    batch.values.insert(batch.values.end(), first, first + length * m_bands);
    batch.parts.push_back({m_next - from, answers});
    batch.values.resize(batch.parts.size() * static_cast<size_t>(batch.frames * m_bands));
    batch.lengths.push_back(static_cast<int32_t>(length));
    for (int64_t a = m_next; a < m_next + answers; ++a) {
        const auto begin = m_silent.begin() + (a * kAnswerFrames - m_first);
        const auto end = m_silent.begin() + (std::min((a + 1) * kAnswerFrames, m_end) - m_first);
        batch.silent.push_back(std::all_of(begin, end, [](char silent) { return silent != 0; }) ? 1 : 0);
    }
    m_next += answers;
}

Result<void> answer(const FrameChunkBatch& batch, Network& network, const std::string& model, std::vector<float>& out) {
    const FrameBatch input = batch.input();
    const Result<std::vector<float>> probabilities = network.frameProbabilities(input);
    if (!probabilities) return probabilities.error();
    const auto answers = static_cast<size_t>(input.answers());
    if (probabilities->size() != batch.parts.size() * answers)
        return Error{ErrorCode::Internal, "", "the network answered for another number of frames", 0};
    size_t given = 0;
    for (size_t i = 0; i < batch.parts.size(); ++i) {
        const auto first = probabilities->begin() + static_cast<std::ptrdiff_t>(i * answers) + batch.parts[i].skipped;
        for (auto it = first; it != first + batch.parts[i].answers; ++it) {
            if (!std::isfinite(*it))
                return Error{ErrorCode::DamagedModel, model, "its network answers with values that are not numbers", 0};
            out.push_back(batch.silent[given++] ? 0.0F : std::clamp(*it, 0.0F, 1.0F));
        }
    }
    return {};
}

} // namespace ovation
