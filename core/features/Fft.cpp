// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/features/Fft.h"

#include <fftw3.h>

#include <map>
#include <mutex>
#include <new>

namespace ovation {
namespace {

std::mutex planMutex;

/// Plans live as long as the program. They are made for buffers from fftw_malloc, whose alignment all objects share.
fftwf_plan realPlan(int size, float* in, fftwf_complex* out) {
    static std::map<int, fftwf_plan> plans;
    const std::lock_guard lock(planMutex);
    auto& plan = plans[size];
    if (!plan) plan = fftwf_plan_dft_r2c_1d(size, in, out, FFTW_ESTIMATE | FFTW_PRESERVE_INPUT);
    return plan;
}

fftwf_plan inverseRealPlan(int size, fftwf_complex* in, float* out) {
    static std::map<int, fftwf_plan> plans;
    const std::lock_guard lock(planMutex);
    auto& plan = plans[size];
    if (!plan) plan = fftwf_plan_dft_c2r_1d(size, in, out, FFTW_ESTIMATE);
    return plan;
}

fftw_plan preciseRealPlan(int size, double* in, fftw_complex* out) {
    static std::map<int, fftw_plan> plans;
    const std::lock_guard lock(planMutex);
    auto& plan = plans[size];
    if (!plan) plan = fftw_plan_dft_r2c_1d(size, in, out, FFTW_ESTIMATE | FFTW_PRESERVE_INPUT);
    return plan;
}

fftw_plan complexPlan(int size, fftw_complex* data) {
    static std::map<int, fftw_plan> plans;
    const std::lock_guard lock(planMutex);
    auto& plan = plans[size];
    if (!plan) plan = fftw_plan_dft_1d(size, data, data, FFTW_FORWARD, FFTW_ESTIMATE);
    return plan;
}

} // namespace

RealFft::RealFft(int size)
    : m_size(static_cast<size_t>(size)),
      m_input(fftwf_alloc_real(m_size)),
      m_output(reinterpret_cast<std::complex<float>*>(fftwf_alloc_complex(m_size / 2 + 1))) {
    if (!m_input || !m_output) throw std::bad_alloc();
    m_plan = realPlan(size, m_input, reinterpret_cast<fftwf_complex*>(m_output));
}

RealFft::~RealFft() {
    fftwf_free(m_input);
    fftwf_free(m_output);
}

void RealFft::run() {
    fftwf_execute_dft_r2c(static_cast<fftwf_plan>(m_plan), m_input, reinterpret_cast<fftwf_complex*>(m_output));
}

InverseRealFft::InverseRealFft(int size)
    : m_size(static_cast<size_t>(size)),
      m_input(reinterpret_cast<std::complex<float>*>(fftwf_alloc_complex(m_size / 2 + 1))),
      m_output(fftwf_alloc_real(m_size)) {
    if (!m_input || !m_output) throw std::bad_alloc();
    m_plan = inverseRealPlan(size, reinterpret_cast<fftwf_complex*>(m_input), m_output);
}

InverseRealFft::~InverseRealFft() {
    fftwf_free(m_input);
    fftwf_free(m_output);
}

void InverseRealFft::run() {
    fftwf_execute_dft_c2r(static_cast<fftwf_plan>(m_plan), reinterpret_cast<fftwf_complex*>(m_input), m_output);
}

PreciseRealFft::PreciseRealFft(int size)
    : m_size(static_cast<size_t>(size)),
      m_input(fftw_alloc_real(m_size)),
      m_output(reinterpret_cast<std::complex<double>*>(fftw_alloc_complex(m_size / 2 + 1))) {
    if (!m_input || !m_output) throw std::bad_alloc();
    m_plan = preciseRealPlan(size, m_input, reinterpret_cast<fftw_complex*>(m_output));
}

PreciseRealFft::~PreciseRealFft() {
    fftw_free(m_input);
    fftw_free(m_output);
}

void PreciseRealFft::run() {
    fftw_execute_dft_r2c(static_cast<fftw_plan>(m_plan), m_input, reinterpret_cast<fftw_complex*>(m_output));
}

ComplexFft::ComplexFft(int size)
    : m_size(static_cast<size_t>(size)), m_data(reinterpret_cast<std::complex<double>*>(fftw_alloc_complex(m_size))) {
    if (!m_data) throw std::bad_alloc();
    m_plan = complexPlan(size, reinterpret_cast<fftw_complex*>(m_data));
}

ComplexFft::~ComplexFft() {
    fftw_free(m_data);
}

void ComplexFft::run() {
    auto* data = reinterpret_cast<fftw_complex*>(m_data);
    fftw_execute_dft(static_cast<fftw_plan>(m_plan), data, data);
}

} // namespace ovation
