// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/Engine.h"
#include "core/features/LogMel.h"

#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

namespace ovation {

/// Stretches of a recording as a frame network takes them, and which of its answers count. A value.
struct FrameChunkBatch {
    struct Part {
        int64_t skipped; ///< answers of the stretch that only give it its surroundings
        int64_t answers; ///< that count
    };
    std::vector<Part> parts;
    int64_t frames = 0;           ///< of each stretch, padded
    std::vector<float> values;    ///< (parts, frames, bands)
    std::vector<int32_t> lengths; ///< (parts)
    std::vector<char> silent;     ///< by answer that counts: 1 where all of its frames are digital silence
    int64_t framesRead = 0;       ///< of the recording, when the batch was complete

    FrameBatch input() const { return {static_cast<int64_t>(parts.size()), frames, values, lengths}; }
};

/// Cuts a stream of standardised frames into long stretches that overlap, so that every answer that counts has seen
/// enough of what comes before and after. Memory is bounded whatever the recording's length. One thread.
class FrameChunks {
public:
    struct Sizes {
        int64_t answers = 750;      ///< of a stretch that count: a minute
        int64_t surroundings = 150; ///< answers to each side that do not: 12 s
        size_t batch = 4;           ///< stretches
    };

    explicit FrameChunks(int64_t bands) : FrameChunks(bands, Sizes{}) {}
    FrameChunks(int64_t bands, const Sizes& sizes) : m_bands(bands), m_sizes(sizes) {}

    void append(const LogMelFrames& frames);
    void finish() { m_finished = true; } ///< the recording has no more frames

    /// The next batch, full but for the last, once its frames are there.
    std::optional<FrameChunkBatch> take();

    int64_t frames() const { return m_end; } ///< appended so far

private:
    bool ready() const;
    void addTo(FrameChunkBatch& batch);

    const int64_t m_bands;
    const Sizes m_sizes;
    std::vector<float> m_values; ///< of frames [m_first, m_end)
    std::vector<char> m_silent;
    int64_t m_first = 0;
    int64_t m_end = 0;
    int64_t m_next = 0; ///< first answer of the next stretch that counts
    bool m_finished = false;
};

/// How often a network is asked for the same frames.
enum class AnswerPasses {
    One,
    /// Once for each place that a moment can have among the kAnswerFrames frames of an answer: as they are, and one,
    /// two ... frames later, with what is mirrored at the beginning (frame 1, 2 ...; the last where there are fewer) in
    /// front. The mean of the passes, each read at the moments of the first, does not depend on where in a recording
    /// its answers happen to lie.
    EveryShift,
};

/// Asks the network for a batch and appends the answers that count; 0 for digital silence. Errors: the network's;
/// DamagedModel (naming `model`) where it answers with values that are not numbers.
Result<void> answer(const FrameChunkBatch& batch, Network& network, const std::string& model, std::vector<float>& out,
                    AnswerPasses passes = AnswerPasses::EveryShift);

} // namespace ovation
