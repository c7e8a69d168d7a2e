// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numbers>
#include <vector>

namespace ovation {

/// Random numbers that are the same on every machine and with every library: SplitMix64 (Steele, Lea, Flood 2014). One
/// generator for each example makes an example a function of its number.
class Random {
public:
    explicit Random(uint64_t seed, uint64_t stream = 0)
        : m_state(mixed(mixed(seed + kGamma) + (stream + 1) * kGamma)) {}

    uint64_t next() { return mixed(m_state += kGamma); }

    /// In [0, 1).
    double uniform() { return static_cast<double>(next() >> 11) * 0x1p-53; }
    double uniform(double low, double high) { return low + (high - low) * uniform(); }
    /// Uniform in the logarithm; both above 0.
    double scale(double low, double high) { return low * std::exp(uniform() * std::log(high / low)); }
    bool chance(double probability) { return uniform() < probability; }

    /// In [0, count); 0 where count is 0.
    size_t below(size_t count) { return count == 0 ? 0 : static_cast<size_t>(static_cast<double>(count) * uniform()); }

    /// An index, as often as its part of the cumulative weights is of their last; there is at least one.
    size_t among(const std::vector<double>& cumulative) {
        const double at = uniform(0, cumulative.back());
        return static_cast<size_t>(std::ranges::upper_bound(cumulative, at) - cumulative.begin());
    }

    double normal(double deviation = 1) {
        const double radius = std::sqrt(-2 * std::log(1 - uniform()));
        return deviation * radius * std::cos(2 * std::numbers::pi * uniform());
    }

    /// Nearly normal and quick: a sum of four uniform numbers of 16 bits, mean 0, deviation 1.
    float quickNormal() {
        const uint64_t bits = next();
        const auto sum =
            static_cast<int32_t>((bits & 0xffff) + (bits >> 16 & 0xffff) + (bits >> 32 & 0xffff) + (bits >> 48)) -
            131070;
        return static_cast<float>(sum) * 2.6429e-5F; // sqrt 3 / 65536
    }

private:
    static constexpr uint64_t kGamma = 0x9e3779b97f4a7c15ULL;
    static uint64_t mixed(uint64_t value) {
        value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9ULL;
        value = (value ^ (value >> 27)) * 0x94d049bb133111ebULL;
        return value ^ (value >> 31);
    }

    uint64_t m_state;
};

} // namespace ovation
