// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/CancelToken.h"
#include "core/base/Progress.h"
#include "core/detection/ProbabilityCurve.h"
#include "core/features/FrameStream.h"

#include <array>
#include <string>
#include <vector>

namespace ovation {

class FeatureCache;

/// How noise-like a recording is over time, without a model: loud against its own background, flat in its spectrum and
/// steady, as applause is and speech is not. Frames are pushed in order and in pieces of any size.
class NoiseCurveBuilder {
public:
    static constexpr int kBands = 16;        ///< of 5 mel bands each, from about 300 Hz on
    static constexpr int kFramesPerStep = 4; ///< 93 ms

    /// What is measured of a step; over about a second around it unless it says otherwise.
    struct Measures {
        double aboveFloorDb = 0;    ///< level over the recording's background
        double nowAboveFloorDb = 0; ///< the same of this step and its neighbours only
        double flatnessDb = 0;      ///< spectral flatness (geometric over arithmetic mean of the bands): 0 is flat
        double unsteadyDb = 0;      ///< mean change of the level from one step to the next
    };

    void push(const FrameFeatures& frames);
    std::vector<Measures> measures() const;                ///< of every step
    ProbabilityCurve finish(double durationS) const;       ///< a value for every step, 0 to 1
    static double noiseLikeness(const Measures& measures); ///< 0 to 1

private:
    using Bands = std::array<float, kBands>;
    std::vector<Bands> m_steps; ///< mean power of each
    Bands m_sum{};
    int m_inStep = 0;
};

/// The curve of a sound file. Errors: those of AudioReader, and Cancelled.
Result<ProbabilityCurve> noiseCurve(const std::string& path, const FeatureCache* cache, const CancelToken& cancel = {},
                                    const ProgressCallback& progress = {});

} // namespace ovation
