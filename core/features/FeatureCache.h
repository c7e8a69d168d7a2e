// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/CancelToken.h"
#include "core/features/FrameStream.h"

#include <cstdint>
#include <memory>
#include <string>

namespace ovation {

class FeatureStore;

/// Frame features of whole recordings on disk, under the recording's content hash and all that their values depend on:
/// one file for each, written whole or not at all. Safe from several threads and several programs at once; entries that
/// are damaged, or of other features, are computed anew. Nothing about the cache makes a call fail: a read-only disk,
/// or one that is nearly full (hasRoomForCache()), only makes it slower. What it gives is equal to what openFrames()
/// gives, to the bit.
class FeatureCache {
public:
    static constexpr int64_t kDefaultMaxBytes = int64_t{4} << 30; ///< some 48 hours of audio
    static constexpr double kSettleS = 2;                         ///< as HashMemory has it

    /// `folder` need not exist. When entries together would exceed `maxBytes`, those that were used least recently go.
    explicit FeatureCache(std::string folder, int64_t maxBytes = kDefaultMaxBytes, double settleS = kSettleS);

    /// The cache of whoever runs the program: in $OVATION_CACHE, or where that is not set, "features" in cacheFolder().
    /// Null where $OVATION_CACHE is "off".
    static const FeatureCache* ofUser();

    /// The recording's frames, from the cache where it has them; where not, they are computed and kept once they have
    /// been read to the end. Streams may outlive the cache. Errors: those of openFrames(); Cancelled, which is looked
    /// for while the recording is hashed.
    Result<std::unique_ptr<FrameStream>> open(const std::string& path, const CancelToken& cancel = {}) const;

    /// As ovation::contentHash(), without reading the file where it is known from before.
    Result<std::string> contentHash(const std::string& path) const;

    /// The content hash where it is known from before and the file has not changed since, else "".
    std::string rememberedHash(const std::string& path) const;

    const std::string& folder() const;

private:
    std::shared_ptr<FeatureStore> m_store;
};

/// Opens through `cache`, or without where it is null.
Result<std::unique_ptr<FrameStream>> openFrames(const std::string& path, const FeatureCache* cache,
                                                const CancelToken& cancel = {});

} // namespace ovation
