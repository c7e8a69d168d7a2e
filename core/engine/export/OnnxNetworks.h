// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/export/OnnxBuilder.h"
#include "core/models/ModelBundle.h"

namespace ovation {

/// A model's weights as the constants that ONNX's operators take: transposed, gates in ONNX's order, normalisation
/// folded into convolutions. Made once, outside of any body.
using OnnxWeights = std::map<std::string, OnnxBuilder::Value>;
OnnxWeights onnxWeights(OnnxBuilder& graph, const ModelBundle& bundle);

/// Raw features mfcc (b, T, 13), clipValues (b, 12) -> probabilities (b, 2). `lengths` (b) int64, or "" where all
/// clips have T frames.
OnnxBuilder::Value onnxClipNetwork(OnnxBuilder& graph, const Architecture& sizes, const OnnxWeights& weights,
                                   const OnnxBuilder::Value& mfcc, const OnnxBuilder::Value& clipValues,
                                   const OnnxBuilder::Value& lengths);

/// Raw log-mel (b, T, bands) -> P(applause) (b, ceil(T / 4)); 0 behind each length.
OnnxBuilder::Value onnxFrameNetwork(OnnxBuilder& graph, const Architecture& sizes, const OnnxWeights& weights,
                                    const OnnxBuilder::Value& logMel, const OnnxBuilder::Value& lengths);

} // namespace ovation
