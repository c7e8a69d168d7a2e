// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dataset/MixSources.h"
#include "core/features/LogMel.h"
#include "core/features/Standardizer.h"

#include <cstdint>
#include <string>
#include <vector>

namespace ovation {

/// What is known of a stretch of time, cell by cell.
struct FrameLabels {
    std::vector<float> targets; ///< 0 to 1: share of applause
    std::vector<float> weights; ///< 1; 0 where any of it is unknown or unsure
};

/// Labels of frames at multiples of `hopS` from `startS` on; time behind the last stretch is unknown.
FrameLabels labelsOfFrames(const std::vector<LabelTimeline::Stretch>& stretches, int64_t frames, double hopS,
                           double startS = 0);

/// Labels of a frame network's answers, each for kAnswerFrames frames; the last one may be for fewer.
FrameLabels labelsOfAnswers(const FrameLabels& frames);

/// A recording as it is, for validation.
struct FrameRecording {
    int32_t recording = 0; ///< index into the data set's
    LogMelFrames frames;   ///< standardised
    FrameLabels labels;    ///< by answer
    std::vector<LabelTimeline::Stretch> stretches;
    double durationS = 0;
};

/// What a frame network is trained on.
struct FrameData {
    LogMelOptions features;
    Standardizer standardizer;
    MixSources sources; ///< of the training part
    std::vector<FrameRecording> validation;
    std::string sourcesHash; ///< of all that decides what is mixed and validated, in order; "": nobody has told
};

/// The standardiser of all frame networks: values in dB above the level become numbers about 1.
Standardizer logMelStandardizer(const LogMelOptions& options);

} // namespace ovation
