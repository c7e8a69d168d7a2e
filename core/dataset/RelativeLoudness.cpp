// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/RelativeLoudness.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <iterator>

namespace ovation {
namespace {

constexpr double kWindowS = 0.1, kLullS = 1;
/// Parts that are quieter than this share of the loudest do not count in what is usual.
constexpr float kSilentShare = 0.1F;

std::vector<float> rootMeanSquares(std::span<const float> sound, size_t window, size_t hop) {
    std::vector<double> sums(sound.size() + 1); // of squares before each sample
    for (size_t i = 0; i < sound.size(); ++i)
        sums[i + 1] = sums[i] + static_cast<double>(sound[i]) * static_cast<double>(sound[i]);
    std::vector<float> result((sound.size() + hop - 1) / hop);
    for (size_t k = 0; k < result.size(); ++k) {
        const size_t middle = k * hop;
        const size_t first = middle > window / 2 ? middle - window / 2 : 0;
        const size_t last = std::min(sound.size(), middle + window / 2 + 1);
        result[k] = static_cast<float>(std::sqrt((sums[last] - sums[first]) / static_cast<double>(last - first)));
    }
    return result;
}

/// For each value the first by `order` of those up to `reach` away.
template <typename Order>
std::vector<float> extremes(const std::vector<float>& values, size_t reach, Order order) {
    std::vector<float> result(values.size());
    for (size_t i = 0; i < values.size(); ++i) {
        const size_t first = i > reach ? i - reach : 0, last = std::min(values.size(), i + reach + 1);
        result[i] = *std::min_element(values.begin() + static_cast<std::ptrdiff_t>(first),
                                      values.begin() + static_cast<std::ptrdiff_t>(last), order);
    }
    return result;
}

/// A morphological closing: what is quieter for less than twice `reach` takes the loudness of its surroundings.
std::vector<float> withoutLulls(const std::vector<float>& values, size_t reach) {
    std::vector<float> padded(values.size() + 2 * reach);
    std::ranges::copy(values, padded.begin() + static_cast<std::ptrdiff_t>(reach));
    // The padding is as wide as what the second pass sees of the first beyond the ends.
    const std::vector<float> closed =
        extremes(extremes(padded, reach, std::greater<float>()), reach, std::less<float>());
    const auto first = closed.begin() + static_cast<std::ptrdiff_t>(reach);
    return {first, first + static_cast<std::ptrdiff_t>(values.size())};
}

/// The median of what is not silent.
float usual(const std::vector<float>& values) {
    const float loudest = std::ranges::max(values);
    std::vector<float> loud;
    std::ranges::copy_if(values, std::back_inserter(loud), [&](float v) { return v > kSilentShare * loudest; });
    if (loud.empty()) return 0;
    const auto middle = loud.begin() + static_cast<std::ptrdiff_t>(loud.size() / 2);
    std::ranges::nth_element(loud, middle);
    return *middle;
}

} // namespace

std::vector<float> relativeLoudness(std::span<const float> sound, int sampleRate, size_t hop) {
    if (sound.empty() || hop == 0) return {0};
    std::vector<float> values = rootMeanSquares(sound, static_cast<size_t>(kWindowS * sampleRate), hop);
    values = withoutLulls(values, static_cast<size_t>(kLullS / 2 * sampleRate / static_cast<double>(hop)));
    const float level = usual(values);
    for (float& value : values)
        value = level > 0 ? std::min(1.0F, value / level) : 0.0F;
    return values;
}

} // namespace ovation
