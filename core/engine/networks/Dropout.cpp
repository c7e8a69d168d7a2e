// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/networks/Dropout.h"

#include <algorithm>

namespace ovation {

namespace {
constexpr uint64_t kGamma = 0x9e3779b97f4a7c15ULL;
constexpr double kLargest = 0.99;
} // namespace

// Steele, Lea, Flood: Fast splittable pseudorandom number generators (OOPSLA 2014).
uint64_t mix64(uint64_t value) {
    value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9ULL;
    value = (value ^ (value >> 27)) * 0x94d049bb133111ebULL;
    return value ^ (value >> 31);
}

Dropout::Dropout(double probability, uint64_t seed, uint64_t step, const BatchPart& part)
    : m_probability(std::clamp(probability, 0.0, kLargest)),
      m_key(mix64(mix64(seed + kGamma) + (step + 1) * kGamma)),
      m_part(part) {}

fast::DropoutKey Dropout::next() {
    if (m_probability <= 0) return {};
    return {static_cast<uint32_t>(mix64(m_key + ++m_site * kGamma) >> 32),
            static_cast<uint32_t>(m_probability * 4294967295.0), static_cast<float>(1 / (1 - m_probability)),
            m_part.first, m_part.clips};
}

at::Tensor Dropout::apply(const at::Tensor& x, int64_t clipDimension) {
    return m_probability > 0 ? fast::dropout(x, next(), clipDimension) : x;
}

} // namespace ovation
