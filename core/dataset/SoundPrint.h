// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/CancelToken.h"
#include "core/base/Result.h"
#include "core/features/FeatureMatrix.h"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ovation {

/// What is kept of a recording to know its sound again: of each frame (seed::kHopS apart) a word of 32 bits, and its
/// level. Bit m says whether the power of band m against band m + 1 rises or falls (J. Haitsma, T. Kalker, "A highly
/// robust audio fingerprinting system", 2002), so that gain, lossy coding and another start leave most bits as they
/// are.
struct SoundPrint {
    static constexpr uint32_t kSilence = 0; ///< the word of a frame too quiet to tell

    std::vector<uint32_t> words;
    std::vector<uint8_t> levels; ///< half decibels above -100 dB of full scale, by frame

    int64_t frames() const { return static_cast<int64_t>(words.size()); }
    /// Mean power of frames [first, first + count) in dB of full scale; -100 where there is none.
    double levelDb(int64_t first, int64_t count) const;
    bool operator==(const SoundPrint&) const = default;
};

/// Makes a print from mel power (frames, 128), as FrameExtractor gives it. One thread.
class SoundPrinter {
public:
    void push(const FeatureMatrix& melPower);
    SoundPrint take() { return std::move(m_print); }

private:
    static constexpr size_t kBands = 33;
    static constexpr size_t kSpan = 17; ///< frames that a word depends on: 0.39 s

    std::array<std::array<float, kBands>, kSpan> m_last{}; ///< band powers of the last frames, by number modulo kSpan
    size_t m_frames = 0;
    SoundPrint m_print;
};

/// Bytes for a cache, and back; an empty print where they are not one's.
std::string toBytes(const SoundPrint& print);
SoundPrint printFromBytes(std::string_view bytes);

/// A stretch of sound that two recordings have in common.
struct CommonSound {
    int32_t first = 0, second = 0; ///< indices of the prints
    double firstStartS = 0, secondStartS = 0, lengthS = 0;
    double agreement = 0; ///< share of equal bits, 0.5 by chance
};

enum class SplitSide : uint8_t { None, Training, Validation, Both };

/// For each pair of a training and a validation recording that share a stretch of sound, the longest one. Memory grows
/// with the validation side, time with both. `sides`: as many as prints. Error: Cancelled.
Result<std::vector<CommonSound>> commonSound(const std::vector<SoundPrint>& prints, const std::vector<SplitSide>& sides,
                                             const CancelToken& cancel = {});

} // namespace ovation
