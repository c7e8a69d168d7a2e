// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/AudioCheck.h"

#include "core/base/Files.h"
#include "core/features/FeatureCache.h"

namespace ovation::ui {

Result<void> sameAsAdded(const std::string& path, const AudioInfo& added) {
    const auto info = audioInfo(path);
    if (!info) return info.error();
    if (info->frames != added.frames || info->sampleRate != added.sampleRate || info->channels != added.channels)
        return Error{ErrorCode::FileChanged, path, {}};
    return {};
}

Result<void> sameContent(const std::string& path, const std::string& addedHash) {
    if (addedHash.empty()) return {};
    const FeatureCache* cache = FeatureCache::ofUser();
    const auto hash = cache ? cache->contentHash(path) : contentHash(path);
    if (!hash) return hash.error();
    if (*hash != addedHash) return Error{ErrorCode::FileChanged, path, {}};
    return {};
}

void leaveOutChanged(RecordingCollection& collection) {
    std::erase_if(collection.recordings, [&](const LabelledRecording& recording) {
        const auto same = sameAsAdded(recording.path, recording.info);
        if (!same) collection.skipped.push_back({recording.path, same.error()});
        return !same;
    });
}

} // namespace ovation::ui
