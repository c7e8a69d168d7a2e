// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/detection/SegmentDecoder.h"

#include <string>

namespace ovation {

/// How the studio makes segments of a model's answers, in a sentence for the model's card.
std::string decoderText(const DecoderOptions& options);

} // namespace ovation
