// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/features/SeedFeatures.h"

#include <memory>
#include <string>

namespace ovation {

/// A recording's frame features in order and in pieces, so that memory stays bounded whatever its length. One thread
/// at a time.
class FrameStream {
public:
    virtual ~FrameStream() = default;

    /// Of the recording, as its header says.
    virtual double durationS() const = 0;

    /// Appends the next frames, at most kFrameStreamPiece, to `out`. False at the end, where nothing is left to append.
    /// Errors: those of AudioReader. A few milliseconds.
    virtual Result<bool> read(FrameFeatures& out) = 0;
};

constexpr int64_t kFrameStreamPiece = 1024; ///< frames: 24 s, 560 kB

/// Frame features computed as they are read. Errors: those of AudioReader.
Result<std::unique_ptr<FrameStream>> openFrames(const std::string& path);

/// Appends frames [first, end) of `from` to `to`.
void appendFrames(const FrameFeatures& from, int64_t first, int64_t end, FrameFeatures& to);

/// Removes all frames and keeps the memory.
void clearFrames(FrameFeatures& frames);

} // namespace ovation
