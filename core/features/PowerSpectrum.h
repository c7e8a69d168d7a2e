// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <span>

namespace ovation {

/// Power spectrum of one Hann-windowed frame in single precision, for pictures. (The models' features have their own,
/// exact transform.) One thread at a time per object; objects may be made and used on any thread.
class PowerSpectrum {
public:
    /// `size` in samples: a power of two, 16 to 65536 (clamped and rounded up).
    explicit PowerSpectrum(int size);
    ~PowerSpectrum();
    PowerSpectrum(const PowerSpectrum&) = delete;
    PowerSpectrum& operator=(const PowerSpectrum&) = delete;

    int size() const;
    int bins() const; ///< size / 2 + 1, from 0 Hz to half the sample rate

    /// `samples` has size() values, `power` takes bins(). A full-scale sine in the middle of a bin has power 1 there.
    void compute(std::span<const float> samples, std::span<float> power);

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

} // namespace ovation
