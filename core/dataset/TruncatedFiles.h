// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dataset/Recordings.h"

#include <vector>

namespace ovation {

/// One TruncatedAudio error for each recording whose file ends well before its header says, damageIn() of each that
/// is read in part only. Seeks to the end instead of decoding; what cannot be opened is no business of
/// this. Cancelled, it ends with what it has found.
std::vector<Error> truncatedFiles(const std::vector<LabelledRecording>& recordings, const CancelToken& cancel = {},
                                  const ProgressCallback& progress = {});

} // namespace ovation
