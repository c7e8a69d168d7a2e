// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/features/SeedFeatures.h"

#include <cstdint>
#include <string>

namespace ovation {

/// Frame features of whole recordings on disk, under the recording's content hash: one file for each, written whole or
/// not at all. Safe from several threads and several programs at once; entries that are damaged, or of another version
/// of the features, are computed anew. Nothing about the cache makes a call fail: a full or read-only disk only makes
/// it slower.
class FeatureCache {
public:
    static constexpr int64_t kDefaultMaxBytes = int64_t{4} << 30;

    /// `folder` need not exist; empty: "features" in cacheFolder(). When entries together exceed `maxBytes`, those that
    /// were used least recently go.
    explicit FeatureCache(std::string folder = {}, int64_t maxBytes = kDefaultMaxBytes);

    /// Features of the whole recording, from the cache where it has them. Errors: those of frameFeatures().
    Result<FrameFeatures> frameFeatures(const std::string& path, const CancelToken& cancel = {}) const;

    const std::string& folder() const { return m_folder; }

private:
    void store(const std::string& entry, const FrameFeatures& features) const;
    void trim(const std::string& newest) const;

    std::string m_folder;
    int64_t m_maxBytes;
};

} // namespace ovation
