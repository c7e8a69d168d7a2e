// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/TimeStretch.h"

#include <rubberband/RubberBandStretcher.h>

#include <algorithm>
#include <vector>

namespace ovation::ui {

using RubberBand::RubberBandStretcher;

namespace {

/// Only the finer engine leaves a tone whole: the faster one cancels parts of it after each onset. It knows these
/// rates; it treats another one like the nearest of them.
constexpr int kLowestRate = 8000;
constexpr int kHighestRate = 192000;
/// More samples a second than this go through one window length instead of several: about a sixth of a core for two
/// channels at 48 kHz, and never over a quarter.
constexpr int kManySamples = 96000;

RubberBandStretcher::Options optionsFor(int sampleRate, int channels) {
    return RubberBandStretcher::OptionProcessRealTime | RubberBandStretcher::OptionEngineFiner |
           RubberBandStretcher::OptionChannelsTogether |
           (sampleRate * channels > kManySamples ? RubberBandStretcher::OptionWindowShort
                                                 : RubberBandStretcher::OptionWindowStandard);
}

} // namespace

struct TimeStretch::Impl {
    Impl(int sampleRate, int channelCount, double speed)
        : stretcher(static_cast<size_t>(std::clamp(sampleRate, kLowestRate, kHighestRate)),
                    static_cast<size_t>(channelCount), optionsFor(sampleRate, channelCount), 1 / speed),
          channels(static_cast<size_t>(channelCount)),
          planes(channels) {}

    void process(size_t frames, bool last) {
        std::vector<const float*> in;
        for (const auto& plane : planes)
            in.push_back(plane.data());
        stretcher.process(in.data(), frames, last);
    }

    /// Gets rid of what comes out before the first frame that was put in.
    void dropDelay() {
        while (delay > 0) {
            const int ready = stretcher.available();
            if (ready <= 0) return;
            const size_t count = std::min(delay, static_cast<size_t>(ready));
            delay -= retrieve(count);
        }
    }

    size_t retrieve(size_t frames) {
        std::vector<float*> out;
        for (auto& plane : planes) {
            plane.resize(std::max(plane.size(), frames));
            out.push_back(plane.data());
        }
        return stretcher.retrieve(out.data(), frames);
    }

    RubberBandStretcher stretcher;
    const size_t channels;
    std::vector<std::vector<float>> planes; ///< one channel each
    size_t delay = 0;                       ///< frames still to be dropped
    bool closed = false;
};

TimeStretch::TimeStretch(int sampleRate, int channels, double speed)
    : m_impl(std::make_unique<Impl>(sampleRate, channels, std::clamp(speed, kSlowest, kFastest))) {
    Impl& impl = *m_impl;
    const size_t pad = impl.stretcher.getPreferredStartPad();
    impl.delay = impl.stretcher.getStartDelay();
    for (auto& plane : impl.planes)
        plane.assign(pad, 0.0F);
    impl.process(pad, false);
    impl.dropDelay();
}

TimeStretch::~TimeStretch() = default;

void TimeStretch::put(std::span<const float> samples, bool last) {
    Impl& impl = *m_impl;
    const size_t frames = samples.size() / impl.channels;
    for (size_t c = 0; c < impl.channels; ++c) {
        auto& plane = impl.planes[c];
        plane.resize(std::max(plane.size(), frames));
        for (size_t i = 0; i < frames; ++i)
            plane[i] = samples[i * impl.channels + c];
    }
    impl.process(frames, last);
    impl.closed = impl.closed || last;
    impl.dropDelay();
}

int64_t TimeStretch::available() const {
    return m_impl->delay > 0 ? 0 : std::max(0, m_impl->stretcher.available());
}

int64_t TimeStretch::take(std::span<float> samples) {
    Impl& impl = *m_impl;
    const size_t wanted = std::min(samples.size() / impl.channels, static_cast<size_t>(available()));
    if (wanted == 0) return 0;
    const size_t got = impl.retrieve(wanted);
    for (size_t i = 0; i < got; ++i)
        for (size_t c = 0; c < impl.channels; ++c)
            samples[i * impl.channels + c] = impl.planes[c][i];
    return static_cast<int64_t>(got);
}

bool TimeStretch::ended() const {
    return m_impl->closed && m_impl->stretcher.available() <= 0;
}

} // namespace ovation::ui
