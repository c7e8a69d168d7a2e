// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/timeline/TileCache.h"

#include "core/audio/LibraryVersions.h"
#include "core/base/BlobCache.h"
#include "core/base/Files.h"
#include "core/features/FeatureCache.h"

#include <cstring>

namespace ovation::ui {
namespace {

constexpr int kFinestKept = 9; ///< finer ones are computed as fast as they are read

} // namespace

TileCache::TileCache(std::string path, std::string contentHash)
    : m_path(std::move(path)), m_hash(std::move(contentHash)) {}

/// Only where the file is known to be what was added: it may have been replaced.
bool TileCache::usable(const TileKey& key) const {
    const FeatureCache* hashes = FeatureCache::ofUser();
    return key.level >= kFinestKept && !m_hash.empty() && hashes && BlobCache::ofUser() &&
           hashes->rememberedHash(m_path) == m_hash;
}

std::string TileCache::nameOf(const TileKey& key) const {
    static const std::string kind = hashOf("tiles 1, " + std::to_string(kTileColumns) + "x" +
                                           std::to_string(kTileRows) + ", " + audioLibraryVersions())
                                        .substr(0, 16);
    return m_hash + "-" + kind + (key.scale == FrequencyScale::Mel ? "-mel-" : "-lin-") + std::to_string(key.level) +
           "-" + std::to_string(key.index);
}

std::optional<SpectrogramTile> TileCache::read(const TileKey& key) const {
    if (!usable(key)) return {};
    const auto bytes = BlobCache::ofUser()->read(nameOf(key));
    SpectrogramTile tile;
    if (!bytes || bytes->size() != tile.levels.size()) return {};
    std::memcpy(tile.levels.data(), bytes->data(), bytes->size());
    return tile;
}

void TileCache::keep(const TileKey& key, const SpectrogramTile& tile) const {
    if (!usable(key)) return;
    BlobCache::ofUser()->write(nameOf(key), {reinterpret_cast<const char*>(tile.levels.data()), tile.levels.size()});
}

} // namespace ovation::ui
