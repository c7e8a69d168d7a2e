// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/timeline/SpectrogramOptions.h"

#include <QStringList>

#include <algorithm>
#include <array>
#include <utility>

namespace ovation::ui {
namespace {

constexpr std::array kScaleNames = {std::pair{FrequencyScale::Mel, "mel"}, std::pair{FrequencyScale::Linear, "linear"}};
constexpr std::array kMapNames = {std::pair{ColourMap::Viridis, "viridis"}, std::pair{ColourMap::Cividis, "cividis"},
                                  std::pair{ColourMap::Magma, "magma"}, std::pair{ColourMap::Grey, "grey"}};

template <typename Names, typename Value>
QString nameIn(const Names& names, Value value) {
    const auto found = std::ranges::find(names, value, [](const auto& entry) { return entry.first; });
    return QLatin1String(found->second);
}

template <typename Names, typename Value>
void take(const Names& names, const QString& name, Value& value) {
    for (const auto& [candidate, candidateName] : names)
        if (name == QLatin1String(candidateName)) value = candidate;
}

} // namespace

QString SpectrogramOptions::text() const {
    return QStringLiteral("%1 %2 %3").arg(nameIn(kScaleNames, scale), nameIn(kMapNames, colourMap)).arg(rangeDb);
}

SpectrogramOptions SpectrogramOptions::fromText(const QString& text) {
    SpectrogramOptions options;
    const QStringList words = text.split(QLatin1Char(' '));
    if (words.size() != 3) return options;
    take(kScaleNames, words[0], options.scale);
    take(kMapNames, words[1], options.colourMap);
    bool number = false;
    const double range = words[2].toDouble(&number);
    if (number && range >= kSmallestRangeDb && range <= kLargestRangeDb) options.rangeDb = range;
    return options;
}

} // namespace ovation::ui
