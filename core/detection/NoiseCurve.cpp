// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/detection/NoiseCurve.h"

#include "core/features/FeatureCache.h"

#include <algorithm>
#include <cmath>

namespace ovation {
namespace {

constexpr int kFirstMel = 10;       // about 300 Hz
constexpr int kMelsPerBand = 5;     // 16 bands to about 5 kHz
constexpr int kAround = 5;          // steps to either side: about a second in all
constexpr double kFloorShare = 0.1; // of the steps, the quietest: the recording's background
constexpr double kSilence = 1e-12;  // power

double decibels(double power) {
    return 10 * std::log10(power + kSilence);
}

double percentile(std::vector<double> values, double share) {
    if (values.empty()) return 0;
    const auto place = values.begin() + static_cast<std::ptrdiff_t>(share * static_cast<double>(values.size() - 1));
    std::nth_element(values.begin(), place, values.end());
    return *place;
}

} // namespace

void NoiseCurveBuilder::push(const FrameFeatures& frames) {
    for (int64_t frame = 0; frame < frames.frames(); ++frame) {
        const auto mel = frames.melPower.row(frame);
        for (size_t band = 0; band < kBands; ++band)
            for (size_t i = 0; i < kMelsPerBand; ++i)
                m_sum[band] += mel[kFirstMel + band * kMelsPerBand + i] / (kMelsPerBand * kFramesPerStep);
        if (++m_inStep < kFramesPerStep) continue;
        m_steps.push_back(m_sum);
        m_sum = {};
        m_inStep = 0;
    }
}

std::vector<NoiseCurveBuilder::Measures> NoiseCurveBuilder::measures() const {
    const auto count = static_cast<int64_t>(m_steps.size());
    std::vector<double> level;
    for (const Bands& step : m_steps) {
        double sum = 0;
        for (const float power : step)
            sum += static_cast<double>(power);
        level.push_back(decibels(sum / kBands));
    }
    const double floor = percentile(level, kFloorShare);
    std::vector<Measures> result(m_steps.size());
    for (int64_t i = 0; i < count; ++i) {
        const int64_t first = std::max<int64_t>(0, i - kAround), last = std::min(count - 1, i + kAround);
        std::array<double, kBands> mean{};
        double change = 0;
        for (int64_t j = first; j <= last; ++j) {
            for (size_t band = 0; band < kBands; ++band)
                mean[band] +=
                    static_cast<double>(m_steps[static_cast<size_t>(j)][band]) / static_cast<double>(last - first + 1);
            if (j > first) change += std::abs(level[static_cast<size_t>(j)] - level[static_cast<size_t>(j - 1)]);
        }
        double sum = 0, logSum = 0;
        for (const double power : mean) {
            sum += power / kBands;
            logSum += decibels(power) / kBands;
        }
        double now = 0;
        const int64_t before = std::max<int64_t>(0, i - 1), after = std::min(count - 1, i + 1);
        for (int64_t j = before; j <= after; ++j)
            now += level[static_cast<size_t>(j)] / static_cast<double>(after - before + 1);
        result[static_cast<size_t>(i)] = {decibels(sum) - floor, now - floor, logSum - decibels(sum),
                                          last > first ? change / static_cast<double>(last - first) : 0};
    }
    return result;
}

/// Weights by logistic regression on three quarters of an hour of labelled speeches; the last one moved so that 0.5
/// finds five sixths of the applause. What hardly rises above the background is the background, however flat and steady
/// it is.
double NoiseCurveBuilder::noiseLikeness(const Measures& m) {
    const auto logistic = [](double x) { return 1 / (1 + std::exp(-x)); };
    const double score = 0.15 * std::min(m.aboveFloorDb, 30.0) + 0.67 * m.flatnessDb - 0.83 * m.unsteadyDb + 1.6;
    return logistic(score) * logistic((m.nowAboveFloorDb - 6) / 1.5);
}

ProbabilityCurve NoiseCurveBuilder::finish(double durationS) const {
    ProbabilityCurve curve;
    curve.startS = (kFramesPerStep - 1) / 2.0 * seed::kHopS; // a step's middle
    curve.stepS = kFramesPerStep * seed::kHopS;
    curve.durationS = durationS;
    for (const Measures& step : measures())
        curve.values.push_back(static_cast<float>(noiseLikeness(step)));
    return curve;
}

Result<ProbabilityCurve> noiseCurve(const std::string& path, const FeatureCache* cache, const CancelToken& cancel,
                                    const ProgressCallback& progress) {
    auto stream = openFrames(path, cache, cancel);
    if (!stream) return stream.error();
    const double durationS = (*stream)->durationS();
    NoiseCurveBuilder builder;
    FrameFeatures frames;
    double doneS = 0;
    for (;;) {
        if (cancel.cancelled()) return Error{ErrorCode::Cancelled, path, {}};
        clearFrames(frames);
        const Result<bool> more = (*stream)->read(frames);
        if (!more) return more.error();
        if (!*more) break;
        builder.push(frames);
        doneS += static_cast<double>(frames.frames()) * seed::kHopS;
        if (progress) progress({std::min(doneS, durationS), durationS, {}, {}});
    }
    return builder.finish(durationS);
}

} // namespace ovation
