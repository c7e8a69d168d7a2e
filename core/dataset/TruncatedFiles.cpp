// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/TruncatedFiles.h"

#include <array>

namespace ovation {

namespace {

Result<void> readToTheEnd(AudioReader& reader) {
    std::array<float, 1> sample{};
    // To the last frame, not behind it: decoders of FLAC cannot seek there.
    if (auto moved = reader.seek(reader.info().frames - 1); !moved) return moved.error();
    for (int i = 0; i < 2; ++i)
        if (const auto n = reader.readMono(sample); !n) return n.error();
    return {};
}

} // namespace

std::vector<Error> truncatedFiles(const std::vector<LabelledRecording>& recordings, const CancelToken& cancel,
                                  const ProgressCallback& progress) {
    std::vector<Error> errors;
    double done = 0;
    for (const LabelledRecording& recording : recordings) {
        if (cancel.cancelled()) break;
        if (progress)
            progress({done++, static_cast<double>(recordings.size()), "Looking for cut files", recording.path});
        const auto reader = AudioReader::open(recording.path);
        if (!reader) continue;
        if (auto damage = damageIn((*reader)->info(), recording.path)) errors.push_back(*std::move(damage));
        const Result<void> read = readToTheEnd(**reader);
        if (!read && read.error().code == ErrorCode::TruncatedAudio) errors.push_back(read.error());
    }
    return errors;
}

} // namespace ovation
