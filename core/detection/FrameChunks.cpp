// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/detection/FrameChunks.h"

#include <algorithm>
#include <cmath>

namespace ovation {

namespace {

int64_t answersOf(int64_t frames) {
    return (frames + kAnswerFrames - 1) / kAnswerFrames;
}

/// The same stretches, mirrored at their beginning for `shift` frames, in room for one more answer.
FrameChunkBatch delayed(const FrameChunkBatch& batch, int64_t shift) {
    FrameChunkBatch late;
    late.parts = batch.parts;
    late.frames = batch.frames + kAnswerFrames;
    const auto rows = static_cast<int64_t>(batch.parts.size());
    const int64_t bands = rows == 0 ? 0 : static_cast<int64_t>(batch.values.size()) / rows / batch.frames;
    late.values.resize(static_cast<size_t>(rows * late.frames * bands));
    for (int64_t row = 0; row < rows; ++row) {
        const float* from = batch.values.data() + row * batch.frames * bands;
        float* to = late.values.data() + row * late.frames * bands;
        const int32_t length = batch.lengths[static_cast<size_t>(row)];
        for (int64_t i = shift; i > 0; --i)
            to = std::copy_n(from + std::min<int64_t>(i, length - 1) * bands, bands, to);
        std::copy_n(from, batch.frames * bands, to);
        late.lengths.push_back(length + static_cast<int32_t>(shift));
    }
    return late;
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

Result<void> answer(const FrameChunkBatch& batch, Network& network, const std::string& model, std::vector<float>& out,
                    AnswerPasses passes) {
    const size_t before = out.size();
    const int64_t shifts = passes == AnswerPasses::One ? 1 : kAnswerFrames;
    for (const FrameChunkBatch::Part& part : batch.parts)
        out.resize(out.size() + static_cast<size_t>(part.answers), 0.0F);
    for (int64_t shift = 0; shift < shifts; ++shift) {
        const FrameChunkBatch late = shift == 0 ? FrameChunkBatch() : delayed(batch, shift);
        const FrameBatch input = (shift == 0 ? batch : late).input();
        const Result<std::vector<float>> probabilities = network.frameProbabilities(input);
        if (!probabilities) return probabilities.error();
        const int64_t answers = input.answers();
        if (static_cast<int64_t>(probabilities->size()) != input.count * answers)
            return Error{ErrorCode::Internal, "", "the network answered for another number of frames", 0};
        const float next = static_cast<float>(shift) / static_cast<float>(kAnswerFrames);
        size_t given = before;
        for (size_t i = 0; i < batch.parts.size(); ++i) {
            const float* row = probabilities->data() + static_cast<int64_t>(i) * answers;
            const int64_t last = answersOf(input.lengths[i]) - 1;
            for (int64_t a = batch.parts[i].skipped; a < batch.parts[i].skipped + batch.parts[i].answers; ++a) {
                const float value = row[a] * (1 - next) + row[std::min(a + 1, last)] * next;
                if (!std::isfinite(value))
                    return Error{ErrorCode::DamagedModel, model, "its network answers with values that are not numbers",
                                 0};
                out[given++] += value / static_cast<float>(shifts);
            }
        }
    }
    for (size_t i = 0; i < batch.silent.size(); ++i)
        out[before + i] = batch.silent[i] ? 0.0F : std::clamp(out[before + i], 0.0F, 1.0F);
    return {};
}

} // namespace ovation
