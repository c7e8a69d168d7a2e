// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/timeline/SpectrogramOptions.h"
#include "ui/timeline/SpectrogramTile.h"
#include "ui/timeline/TimeAxis.h"

#include <QImage>

#include <functional>
#include <memory>
#include <vector>

namespace ovation::ui {

/// Gives a tile, or nullptr while it is not there.
using TileSource = std::function<std::shared_ptr<const SpectrogramTile>(const TileKey&)>;

/// Tiles that the visible part needs at `devicePixelRatio`, from the middle outwards.
std::vector<TileKey> visibleTiles(const TimeAxis& axis, double devicePixelRatio, FrequencyScale scale);

/// The tiles to be computed, in the order in which they should come: where a visible one is missing, first coarse ones
/// that stand in for it, then the visible ones, then those half a view to either side.
std::vector<TileKey> tilesToRequest(const TimeAxis& axis, double devicePixelRatio, FrequencyScale scale,
                                    const TileSource& tiles);

/// The visible part as an opaque picture, `size` in device pixels. Where a tile is missing, coarser and then finer ones
/// stand in; where there is none either, and beyond the recording, it is `empty`. `earlier` is overwritten where it
/// fits.
QImage spectrogramImage(QSize size, const TimeAxis& axis, FrequencyScale scale, const TileSource& tiles,
                        const ColourTable& levelColours, QRgb empty, QImage earlier = {});

} // namespace ovation::ui
