// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QRgb>
#include <QString>

#include <array>
#include <cstdint>

namespace ovation::ui {

/// Perceptually uniform maps from faint to strong, which colour-blind eyes read alike (Cividis the same as all others),
/// and plain grey (strong is dark on light themes, light on dark ones).
enum class ColourMap { Viridis, Cividis, Magma, Grey };
inline constexpr std::array kColourMaps = {ColourMap::Viridis, ColourMap::Cividis, ColourMap::Magma, ColourMap::Grey};

/// 256 opaque colours, the faintest first.
using ColourTable = std::array<QRgb, 256>;
ColourTable colourTable(ColourMap map, bool dark);
QString nameOf(ColourMap map);

/// The colour for each quantised level of a spectrogram tile (SpectrogramTile.h): levels at or below topDb - rangeDb
/// are the faintest, at or above topDb the strongest.
ColourTable levelTable(const ColourTable& colours, double topDb, double rangeDb);

} // namespace ovation::ui
