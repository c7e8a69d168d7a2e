// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Result.h"
#include "core/detection/SegmentDecoder.h"
#include "core/features/LogMel.h"
#include "core/features/Standardizer.h"
#include "core/models/ModelRegistry.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ovation {

/// A named float32 tensor, row-major.
struct Tensor {
    std::vector<int64_t> shape;
    std::vector<float> values;

    bool operator==(const Tensor&) const = default;
};
using TensorMap = std::map<std::string, Tensor>;

/// A trained model: everything that detection needs, and where it came from. One `.safetensors` file.
struct ModelBundle {
    static constexpr int kFormatVersion = 1;

    std::string name; ///< for people; the file's stem when read from a file
    Architecture architecture;
    TensorMap weights;             ///< names and shapes as tensorShapes(architecture)
    Standardizer mfccStandardizer; ///< of clip models, as the next
    Standardizer clipStandardizer;
    LogMelOptions logMel; ///< what a frame model hears; of frame models, as the next
    Standardizer logMelStandardizer;
    /// Of clip models: frames of the windows that detection slides over a recording, at most architecture.frames. Under
    /// those that it learnt from, edges are told more exactly. 0: as many as it learnt from.
    int64_t windowFrames = 0;
    DecoderOptions decoder; ///< threshold and smoothing chosen on validation recordings
    std::string datasetFingerprint;
    /// contentHash() of every recording that it, or a model that it began from, was trained on, so that scores on them
    /// can be told from honest ones; empty where the file does not say.
    std::vector<std::string> trainingHashes;
    std::string metricsJson = "{}";    ///< the best epoch's, as in --history
    std::string trainingJson = "{}";   ///< hyperparameters
    std::string originJson = "{}";     ///< those of the training from scratch that it descends from; {}: its own
    std::vector<std::string> taughtBy; ///< names of the models from whose answers it learnt beside the labels
    std::string programVersion;
};

/// Frames of the windows that detection slides over a recording: at least 1.
int64_t detectionFrames(const ModelBundle& bundle);

/// "It learnt from the answers of 2 models ("a", "b")."; "" where none taught it.
std::string describeTeachers(const ModelBundle& bundle);

/// Bytes of a safetensors file (header, float32 little-endian), and back. Reading checks everything: header length (at
/// most 100 MB), JSON, offsets inside the file, not overlapping and without gaps, dtype, shapes as the architecture
/// says, all values finite. Errors: NotAModel, DamagedModel, NewerModel, WrongArchitecture; `file` is used in them.
std::string toSafetensors(const ModelBundle& bundle);
Result<ModelBundle> fromSafetensors(std::string_view bytes, const std::string& file);

Result<ModelBundle> readModel(const std::string& path);
Result<void> writeModel(const std::string& path, const ModelBundle& bundle);

/// A decoder as models, checkpoints and projects hold it; nothing where the text is not one.
std::string toJson(const DecoderOptions& options);
std::optional<DecoderOptions> decoderFromJson(std::string_view text);

/// The safetensors container alone, for checkpoints: tensors and string metadata.
std::string writeSafetensors(const TensorMap& tensors, const std::map<std::string, std::string>& metadata);
struct SafetensorsContent {
    TensorMap tensors;
    std::map<std::string, std::string> metadata;
};
Result<SafetensorsContent> readSafetensors(std::string_view bytes, const std::string& file);

} // namespace ovation
