// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/timeline/SpectrogramTile.h"

#include <optional>
#include <string>

namespace ovation::ui {

/// Spectrogram tiles of one recording on disk, under its content. For worker threads; one thread at a time.
class TileCache {
public:
    TileCache() = default; ///< has nothing and keeps nothing
    /// `contentHash` is that of the recording when it was added; "" where it is not known.
    TileCache(std::string path, std::string contentHash);

    std::optional<SpectrogramTile> read(const TileKey& key) const;
    void keep(const TileKey& key, const SpectrogramTile& tile) const;

private:
    bool usable(const TileKey& key) const;
    std::string nameOf(const TileKey& key) const;

    std::string m_path;
    std::string m_hash;
};

} // namespace ovation::ui
