// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/export/OnnxBuilder.h"
#include "core/features/LogMel.h"

namespace ovation {

// The features as operators. B recordings of N samples each, M frames.

/// What does not depend on a frame's neighbours.
struct OnnxFrameFeatures {
    OnnxBuilder::Value db;      ///< (B, M, 128) mel power
    OnnxBuilder::Value scalars; ///< (B, M, 9): pitch count, sum, largest, smallest (large where none), RMS, zero
                                ///< crossings, centroid, rolloff, bandwidth
    OnnxBuilder::Value frames;  ///< M, one-dimensional
};
OnnxFrameFeatures onnxFrameFeatures(OnnxBuilder& graph, const OnnxBuilder::Value& samples);

/// Features of windows, recording by recording.
struct OnnxWindowFeatures {
    OnnxBuilder::Value mfcc;       ///< (B * W, length, 13)
    OnnxBuilder::Value clipValues; ///< (B * W, 12)
    OnnxBuilder::Value sounds;     ///< (B * W) 1, or 0 for digital silence
};

/// Tables that the windows' features use, to be made outside of any body.
struct OnnxTables {
    OnnxBuilder::Value dct, tempoWindow, tempoRamp, tempoPrior, tempoBpm;
    int64_t lags = 0;
};
OnnxTables onnxTables(OnnxBuilder& graph);

/// `starts` (W) first frames, `length` frames of each (one-dimensional).
OnnxWindowFeatures onnxWindowFeatures(OnnxBuilder& graph, const OnnxFrameFeatures& frames, const OnnxTables& tables,
                                      const OnnxBuilder::Value& starts, const OnnxBuilder::Value& length);

struct OnnxLogMel {
    OnnxBuilder::Value values; ///< (B, M, bands) dB above the level
    OnnxBuilder::Value power;  ///< (B, M, bands)
    OnnxBuilder::Value frames; ///< M, one-dimensional
};
OnnxLogMel onnxLogMel(OnnxBuilder& graph, const OnnxBuilder::Value& samples, const LogMelOptions& options);

} // namespace ovation
