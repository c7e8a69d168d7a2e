// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/CancelToken.h"
#include "core/dataset/Augmentation.h"
#include "core/dataset/Dataset.h"
#include "core/features/SeedFeatures.h"

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace ovation {

/// An altered copy of a training window.
struct AlteredClip {
    Samples samples; ///< at 22 050 Hz; what is heard
    /// Frames and mel bands that are hidden from the network (SpecAugment), which is not heard: half-open, empty for
    /// none.
    int64_t firstFrame = 0, endFrame = 0, firstBand = 0, endBand = 0;
    std::vector<std::string> done; ///< "6.0 dB quieter", "telephone band", ...: what was changed, in order
};

/// Changes a window by the settings' shares and ranges. `speech`: what may be mixed under applause; may be empty.
AlteredClip alter(Samples window, bool applause, std::span<const float> speech, const Hyperparameters& hyperparameters,
                  Random& random);

/// Frame features of an altered clip, hidden parts as the network gets them.
FrameFeatures featuresOf(const AlteredClip& clip);

/// Makes copy `copy` (from 0) of a training window: reads the window, begun a little earlier or later where its label
/// stays, and speech from one of `speech`. A function of its arguments. Errors: those of AudioReader.
Result<AlteredClip> alteredCopy(const std::vector<LabelledRecording>& recordings, const Window& window, int64_t copy,
                                const std::vector<Window>& speech, const Hyperparameters& hyperparameters);

/// What a person hears of the augmentation: one training window before and after.
struct AugmentationExample {
    std::string file;
    double startS = 0;
    bool applause = false;
    Samples before; ///< empty where the example is mixed from many recordings
    AlteredClip after;
    FeatureMatrix melPower; ///< (frames, 128), as the network gets it
};

/// Example `number` of the training part: for clip models an altered copy of some window, whatever the number of
/// copies; for frame models a mixed example. Errors: NoData, those of AudioReader and buildDataset(); Cancelled.
Result<AugmentationExample> augmentationExample(const RecordingCollection& training,
                                                const Hyperparameters& hyperparameters, uint64_t number,
                                                const CancelToken& cancel = {});

/// Gives `take` the examples 0 to `count` - 1, one by one and the same as above; for all of them recordings are read
/// once to be mixed from. Ends with the first error, `take`'s included.
Result<void> forEachAugmentationExample(const RecordingCollection& training, const Hyperparameters& hyperparameters,
                                        uint64_t count,
                                        const std::function<Result<void>(const AugmentationExample&)>& take,
                                        const CancelToken& cancel = {}, const ProgressCallback& progress = {});

/// Mono WAV of 16 bits at 22 050 Hz, scaled down where it would be cut off.
std::string wavOf(std::span<const float> samples);

} // namespace ovation
