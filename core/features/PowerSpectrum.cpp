// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/features/PowerSpectrum.h"

#include <fftw3.h>

#include <algorithm>
#include <bit>
#include <cassert>
#include <cmath>
#include <mutex>
#include <numbers>
#include <vector>

namespace ovation {
namespace {

// FFTW's planner is not thread-safe; executing plans is.
std::mutex& plannerMutex() {
    static std::mutex mutex;
    return mutex;
}

} // namespace

struct PowerSpectrum::Impl {
    int size = 0;
    float scale = 1; ///< to power 1 for a full-scale sine
    std::vector<float> window;
    float* input = nullptr;
    fftwf_complex* output = nullptr;
    fftwf_plan plan = nullptr;
};

PowerSpectrum::PowerSpectrum(int size) : m_impl(std::make_unique<Impl>()) {
    m_impl->size = static_cast<int>(std::bit_ceil(static_cast<unsigned>(std::clamp(size, 16, 65536))));
    const int n = m_impl->size;
    m_impl->window.resize(static_cast<size_t>(n));
    for (int i = 0; i < n; ++i)
        m_impl->window[static_cast<size_t>(i)] = static_cast<float>(0.5 - 0.5 * std::cos(2 * std::numbers::pi * i / n));
    m_impl->scale = std::pow(4.0F / static_cast<float>(n), 2.0F); // the window's sum is n / 2, a sine has half of it
    const std::lock_guard lock(plannerMutex());
    m_impl->input = fftwf_alloc_real(static_cast<size_t>(n));
    m_impl->output = fftwf_alloc_complex(static_cast<size_t>(n / 2 + 1));
    m_impl->plan = fftwf_plan_dft_r2c_1d(n, m_impl->input, m_impl->output, FFTW_ESTIMATE);
}

PowerSpectrum::~PowerSpectrum() {
    const std::lock_guard lock(plannerMutex());
    fftwf_destroy_plan(m_impl->plan);
    fftwf_free(m_impl->input);
    fftwf_free(m_impl->output);
}

int PowerSpectrum::size() const {
    return m_impl->size;
}

int PowerSpectrum::bins() const {
    return m_impl->size / 2 + 1;
}

void PowerSpectrum::compute(std::span<const float> samples, std::span<float> power) {
    assert(samples.size() == static_cast<size_t>(size()) && power.size() == static_cast<size_t>(bins()));
    for (size_t i = 0; i < samples.size(); ++i)
        m_impl->input[i] = samples[i] * m_impl->window[i];
    fftwf_execute(m_impl->plan);
    for (size_t k = 0; k < power.size(); ++k) {
        const float re = m_impl->output[k][0], im = m_impl->output[k][1];
        power[k] = (re * re + im * im) * m_impl->scale;
    }
}

} // namespace ovation
