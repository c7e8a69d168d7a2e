// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/networks/Dropout.h"

#include <algorithm>
#include <cmath>

namespace ovation {

namespace {
constexpr uint64_t kGamma = 0x9e3779b97f4a7c15ULL;
constexpr int64_t kGrain = 32768; ///< values a thread takes at least
} // namespace

// Steele, Lea, Flood: Fast splittable pseudorandom number generators (OOPSLA 2014).
uint64_t mix64(uint64_t value) {
    value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9ULL;
    value = (value ^ (value >> 27)) * 0x94d049bb133111ebULL;
    return value ^ (value >> 31);
}

Dropout::Dropout(double probability, uint64_t seed, uint64_t step)
    : m_probability(std::clamp(probability, 0.0, 1.0)), m_key(mix64(mix64(seed + kGamma) + (step + 1) * kGamma)) {}

at::Tensor Dropout::mask(at::IntArrayRef sizes) {
    at::Tensor result = torch::empty(sizes, torch::kFloat32);
    const uint64_t key = mix64(m_key + ++m_site * kGamma);
    // Four values of 16 bits from each draw: the probability is exact to 1/65536.
    const auto limit = static_cast<uint32_t>(std::lround(m_probability * 65536.0));
    const float scale = m_probability < 1 ? static_cast<float>(1.0 / (1.0 - m_probability)) : 0.0F;
    float* values = result.data_ptr<float>();
    const int64_t count = result.numel();
    const int64_t groups = (count + 3) / 4;
    at::parallel_for(0, groups, kGrain / 4, [&](int64_t begin, int64_t end) {
        const int64_t whole = std::min(end, count / 4);
        for (int64_t group = begin; group < whole; ++group) {
            const uint64_t bits = mix64(key + static_cast<uint64_t>(group) * kGamma);
            for (int lane = 0; lane < 4; ++lane)
                values[4 * group + lane] = ((bits >> (16 * lane)) & 0xffffU) >= limit ? scale : 0.0F;
        }
        if (end > whole && whole * 4 < count && begin <= whole) {
            const uint64_t bits = mix64(key + static_cast<uint64_t>(whole) * kGamma);
            for (int64_t i = 4 * whole; i < count; ++i)
                values[i] = ((bits >> (16 * (i & 3))) & 0xffffU) >= limit ? scale : 0.0F;
        }
    });
    return result;
}

at::Tensor Dropout::apply(const at::Tensor& x) {
    return active() ? x * mask(x.sizes()) : x;
}

} // namespace ovation
