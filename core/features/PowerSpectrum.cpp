// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/features/PowerSpectrum.h"

#include "core/features/Fft.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <cmath>
#include <numbers>
#include <vector>

namespace ovation {
namespace {

int usableSize(int size) {
    return static_cast<int>(std::bit_ceil(static_cast<unsigned>(std::clamp(size, 16, 65536))));
}

} // namespace

struct PowerSpectrum::Impl {
    explicit Impl(int wanted) : size(usableSize(wanted)), fft(size), window(static_cast<size_t>(size)) {
        for (int i = 0; i < size; ++i)
            window[static_cast<size_t>(i)] = static_cast<float>(0.5 - 0.5 * std::cos(2 * std::numbers::pi * i / size));
        scale = std::pow(4.0F / static_cast<float>(size), 2.0F); // the window's sum is size / 2, a sine has half of it
    }

    int size;
    RealFft fft;
    float scale = 1; ///< to power 1 for a full-scale sine
    std::vector<float> window;
};

PowerSpectrum::PowerSpectrum(int size) : m_impl(std::make_unique<Impl>(size)) {}

PowerSpectrum::~PowerSpectrum() = default;

int PowerSpectrum::size() const {
    return m_impl->size;
}

int PowerSpectrum::bins() const {
    return m_impl->size / 2 + 1;
}

void PowerSpectrum::compute(std::span<const float> samples, std::span<float> power) {
    assert(samples.size() == static_cast<size_t>(size()) && power.size() == static_cast<size_t>(bins()));
    const auto input = m_impl->fft.input();
    for (size_t i = 0; i < samples.size(); ++i)
        input[i] = samples[i] * m_impl->window[i];
    m_impl->fft.run();
    const auto output = m_impl->fft.output();
    for (size_t k = 0; k < power.size(); ++k)
        power[k] = std::norm(output[k]) * m_impl->scale;
}

} // namespace ovation
