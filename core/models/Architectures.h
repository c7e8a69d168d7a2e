// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/models/ModelRegistry.h"

namespace ovation {

// One function per architecture, each in a file of its own; modelRegistry() lists them.
ModelDescription bilstmAttention();
ModelDescription transformer();
ModelDescription crnn();

/// What every clip network ends in: the 12 clip values through clip.0 and clip.1, joined to the `sequenceWidth` values
/// that sum up the frames, through head.0 to head.2, giving 2 logits.
void appendClipBranchAndHead(TensorShapes& shapes, const Architecture& architecture, int64_t sequenceWidth);

/// The weight and bias of a fully connected layer.
void appendLinear(TensorShapes& shapes, const std::string& name, int64_t outputs, int64_t inputs);

} // namespace ovation
