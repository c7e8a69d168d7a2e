// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/timeline/ColourMap.h"

#include "ui/timeline/SpectrogramTile.h"

#include <QCoreApplication>

#include <algorithm>
#include <cmath>
#include <span>

namespace ovation::ui {
namespace {

// Support points at equal distances; monotonic in lightness.
constexpr std::array<QRgb, 9> kViridis = {0xff440154, 0xff472c7a, 0xff3b528b, 0xff2c718e, 0xff21918c,
                                          0xff27ad81, 0xff5cc863, 0xffaadc32, 0xfffde725};
constexpr std::array<QRgb, 12> kCividis = {0xff00204d, 0xff00306f, 0xff2a406c, 0xff48526b, 0xff5e626e, 0xff727374,
                                           0xff878479, 0xff9e9677, 0xffb6a971, 0xffd0be67, 0xffead357, 0xffffea46};
constexpr std::array<QRgb, 9> kMagma = {0xff000004, 0xff1d1147, 0xff51127c, 0xff832681, 0xffb73779,
                                        0xffe75263, 0xfffc8961, 0xfffec488, 0xfffcfdbf};
constexpr std::array<QRgb, 2> kGreyOnLight = {0xffffffff, 0xff101010};
constexpr std::array<QRgb, 2> kGreyOnDark = {0xff101014, 0xfff4f4f4};

ColourTable interpolated(std::span<const QRgb> points) {
    ColourTable table{};
    for (size_t i = 0; i < table.size(); ++i) {
        const double place = static_cast<double>(i) / (table.size() - 1) * static_cast<double>(points.size() - 1);
        const size_t left = std::min(static_cast<size_t>(place), points.size() - 2);
        const double share = place - static_cast<double>(left);
        const auto mix = [share](int a, int b) { return static_cast<int>(std::lround(a + (b - a) * share)); };
        const QRgb a = points[left], b = points[left + 1];
        table[i] = qRgb(mix(qRed(a), qRed(b)), mix(qGreen(a), qGreen(b)), mix(qBlue(a), qBlue(b)));
    }
    return table;
}

} // namespace

ColourTable colourTable(ColourMap map, bool dark) {
    switch (map) {
    case ColourMap::Viridis:
        return interpolated(kViridis);
    case ColourMap::Cividis:
        return interpolated(kCividis);
    case ColourMap::Magma:
        return interpolated(kMagma);
    case ColourMap::Grey:
        break;
    }
    return interpolated(dark ? kGreyOnDark : kGreyOnLight);
}

QString nameOf(ColourMap map) {
    switch (map) {
    case ColourMap::Viridis:
        return QCoreApplication::translate("ColourMap", "Viridis");
    case ColourMap::Cividis:
        return QCoreApplication::translate("ColourMap", "Cividis");
    case ColourMap::Magma:
        return QCoreApplication::translate("ColourMap", "Magma");
    case ColourMap::Grey:
        break;
    }
    return QCoreApplication::translate("ColourMap", "Grey");
}

ColourTable levelTable(const ColourTable& colours, double topDb, double rangeDb) {
    ColourTable table{};
    const double range = std::max(rangeDb, 1.0);
    for (size_t level = 0; level < table.size(); ++level) {
        const double share = (decibelsOf(static_cast<uint8_t>(level)) - (topDb - range)) / range;
        table[level] = colours[static_cast<size_t>(std::lround(std::clamp(share, 0.0, 1.0) * 255))];
    }
    return table;
}

} // namespace ovation::ui
