// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <complex>
#include <cstddef>
#include <memory>
#include <span>

namespace ovation {

/// FFTW plans are made once per size under a lock (planning is not thread-safe, executing is) and by estimate, not by
/// measurement, so that the same input gives the same bits in every run.

/// Real single-precision transform with its own aligned buffers. One thread at a time; any number of objects.
class RealFft {
public:
    explicit RealFft(int size);
    ~RealFft();
    RealFft(const RealFft&) = delete;
    RealFft& operator=(const RealFft&) = delete;

    std::span<float> input() { return {m_input, m_size}; }
    std::span<const std::complex<float>> output() const { return {m_output, m_size / 2 + 1}; }
    void run(); ///< output := DFT of input, unscaled

private:
    size_t m_size;
    float* m_input;
    std::complex<float>* m_output;
    void* m_plan;
};

/// The inverse of RealFft, likewise unscaled: a transform and its inverse multiply by the size.
class InverseRealFft {
public:
    explicit InverseRealFft(int size);
    ~InverseRealFft();
    InverseRealFft(const InverseRealFft&) = delete;
    InverseRealFft& operator=(const InverseRealFft&) = delete;

    std::span<std::complex<float>> input() { return {m_input, m_size / 2 + 1}; } ///< lost by run()
    std::span<const float> output() const { return {m_output, m_size}; }
    void run();

private:
    size_t m_size;
    std::complex<float>* m_input;
    float* m_output;
    void* m_plan;
};

/// RealFft in double precision.
class PreciseRealFft {
public:
    explicit PreciseRealFft(int size);
    ~PreciseRealFft();
    PreciseRealFft(const PreciseRealFft&) = delete;
    PreciseRealFft& operator=(const PreciseRealFft&) = delete;

    std::span<double> input() { return {m_input, m_size}; }
    std::span<const std::complex<double>> output() const { return {m_output, m_size / 2 + 1}; }
    void run();

private:
    size_t m_size;
    double* m_input;
    std::complex<double>* m_output;
    void* m_plan;
};

/// Complex double-precision transform in place, forward.
class ComplexFft {
public:
    explicit ComplexFft(int size);
    ~ComplexFft();
    ComplexFft(const ComplexFft&) = delete;
    ComplexFft& operator=(const ComplexFft&) = delete;

    std::span<std::complex<double>> data() { return {m_data, m_size}; }
    void run();

private:
    size_t m_size;
    std::complex<double>* m_data;
    void* m_plan;
};

} // namespace ovation
