// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/audio/MonoStream.h"
#include "core/features/Fft.h"
#include "core/features/FrameSpectrum.h"
#include "core/features/MelBank.h"
#include "core/features/SeedFeatures.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace ovation {
namespace {

constexpr size_t kFft = seed::kFft;
constexpr size_t kHop = seed::kHop;
constexpr size_t kBins = kFft / 2 + 1;
/// Samples nearer to 0 than this have no sign, as in librosa.zero_crossings.
constexpr float kZeroCrossingThreshold = 1e-10F;

const std::vector<double>& preciseHannWindow() {
    static const std::vector<double> window = [] {
        std::vector<double> w(kFft);
        for (size_t i = 0; i < kFft; ++i)
            w[i] = 0.5 - 0.5 * std::cos(2 * std::numbers::pi * static_cast<double>(i) / kFft);
        return w;
    }();
    return window;
}

const std::vector<float>& hannWindow() {
    static const std::vector<float> window(preciseHannWindow().begin(), preciseHannWindow().end());
    return window;
}

const MelBank& melBank() {
    static const MelBank bank(seed::kSampleRate, seed::kFft, seed::kMelBands, 0, seed::kSampleRate / 2.0);
    return bank;
}

float rmsOf(const float* samples) {
    float lanes[8] = {};
    for (size_t i = 0; i < kFft; i += 8)
        for (size_t j = 0; j < 8; ++j)
            lanes[j] += samples[i + j] * samples[i + j];
    double sum = 0;
    for (const float lane : lanes)
        sum += static_cast<double>(lane);
    return static_cast<float>(std::sqrt(sum / kFft));
}

/// Sign changes between neighbours in [first, last] of a frame.
int crossingsIn(const float* samples, size_t first, size_t last) {
    int crossings = 0;
    for (size_t i = first + 1; i <= last; ++i)
        crossings += static_cast<int>(samples[i] < -kZeroCrossingThreshold) ^
                     static_cast<int>(samples[i - 1] < -kZeroCrossingThreshold);
    return crossings;
}

} // namespace

int64_t frameCount(int64_t samples) {
    return samples <= 0 ? 0 : 1 + samples / seed::kHop;
}

struct FrameExtractor::Impl {
    RealFft fft{seed::kFft};
    PreciseRealFft preciseFft{seed::kFft};
    std::vector<float> magnitude = std::vector<float>(kBins);
    std::vector<float> power = std::vector<float>(kBins);
    std::vector<float> pending; // padded samples from the next frame's first on
    int64_t samples = 0;        // real samples taken so far
    int64_t nextFrame = 0;

    const bool melOnly;

    explicit Impl(FrameContent content) : melOnly(content == FrameContent::MelOnly) { restart(); }

    void restart() {
        pending.assign(kFft / 2, 0.0F);
        samples = 0;
        nextFrame = 0;
    }

    void emitCompleteFrames(FrameFeatures& out) {
        size_t begin = 0;
        size_t complete = pending.size() < kFft ? 0 : 1 + (pending.size() - kFft) / kHop;
        for (; complete > 0; --complete, begin += kHop)
            emitFrame(pending.data() + begin, out);
        pending.erase(pending.begin(), pending.begin() + static_cast<std::ptrdiff_t>(begin));
    }

    void emitFrame(const float* frame, FrameFeatures& out) {
        const float* window = hannWindow().data();
        float* input = fft.input().data();
        for (size_t i = 0; i < kFft; ++i)
            input[i] = frame[i] * window[i];
        fft.run();
        const auto* bins = reinterpret_cast<const float*>(fft.output().data());
        for (size_t k = 0; k < kBins; ++k) {
            power[k] = bins[2 * k] * bins[2 * k] + bins[2 * k + 1] * bins[2 * k + 1];
        }
        FeatureMatrix& mel = out.melPower;
        mel.columns = seed::kMelBands;
        mel.values.resize(static_cast<size_t>((mel.rows + 1) * mel.columns));
        ++mel.rows;
        melBank().apply(power, mel.row(mel.rows - 1));
        if (!melOnly) out.scalars.push_back(scalarsOf(frame));
        ++nextFrame;
    }

    FrameScalars scalarsOf(const float* frame) {
        for (size_t k = 0; k < kBins; ++k)
            magnitude[k] = std::sqrt(power[k]);
        FrameScalars scalars;
        scalars.rms = rmsOf(frame);
        // The padding repeats the edge sample, so nothing crosses zero there.
        const int64_t origin = nextFrame * seed::kHop - seed::kFft / 2;
        const int64_t first = std::max<int64_t>(0, -origin);
        const int64_t last = std::min<int64_t>(seed::kFft, samples - origin) - 1;
        if (last > first)
            scalars.zeroCrossingRate =
                static_cast<float>(crossingsIn(frame, static_cast<size_t>(first), static_cast<size_t>(last))) / kFft;
        describeSpectrum(magnitude, scalars);
        scalars.rolloff = rolloff(frame);
        trackPitches(magnitude, scalars);
        return scalars;
    }

    /// From `magnitude`; where that is too close to call, from a transform in double precision, whose magnitudes are
    /// the reference's to the last bit or nearly so.
    float rolloff(const float* frame) {
        const Rolloff quick = rolloffOf(magnitude);
        if (quick.certain) return quick.hz;
        const double* window = preciseHannWindow().data();
        double* input = preciseFft.input().data();
        for (size_t i = 0; i < kFft; ++i)
            input[i] = static_cast<double>(frame[i]) * window[i];
        preciseFft.run();
        std::vector<float> precise(kBins);
        for (size_t k = 0; k < kBins; ++k)
            precise[k] = static_cast<float>(std::abs(preciseFft.output()[k]));
        return rolloffOf(precise).hz;
    }
};

FrameExtractor::FrameExtractor(FrameContent content) : m_impl(std::make_unique<Impl>(content)) {}

FrameExtractor::~FrameExtractor() = default;

void FrameExtractor::push(std::span<const float> samples, FrameFeatures& out) {
    constexpr size_t kBlock = 64 * kHop; // keeps `pending` small whatever is pushed
    while (!samples.empty()) {
        const auto block = samples.first(std::min(samples.size(), kBlock));
        m_impl->pending.insert(m_impl->pending.end(), block.begin(), block.end());
        m_impl->samples += static_cast<int64_t>(block.size());
        m_impl->emitCompleteFrames(out);
        samples = samples.subspan(block.size());
    }
}

void FrameExtractor::finish(FrameFeatures& out) {
    if (m_impl->samples > 0) {
        m_impl->pending.insert(m_impl->pending.end(), kFft / 2, 0.0F);
        m_impl->emitCompleteFrames(out);
    }
    m_impl->restart();
}

FrameFeatures frameFeatures(std::span<const float> samples) {
    FrameFeatures features;
    FrameExtractor extractor;
    extractor.push(samples, features);
    extractor.finish(features);
    return features;
}

Result<FrameFeatures> frameFeatures(const std::string& path, double startS, double durationS,
                                    const CancelToken& cancel) {
    auto stream = MonoStream::open(path, seed::kSampleRate, startS, durationS);
    if (!stream) return stream.error();
    FrameFeatures features;
    const auto frames = static_cast<size_t>(frameCount((*stream)->expectedSamples()));
    features.melPower.values.reserve(frames * seed::kMelBands);
    features.scalars.reserve(frames);
    FrameExtractor extractor;
    std::vector<float> block(size_t{1} << 15);
    while (true) {
        if (cancel.cancelled()) return Error{ErrorCode::Cancelled, path, ""};
        auto n = (*stream)->read(block);
        if (!n) return n.error();
        if (*n == 0) break;
        extractor.push(std::span(block).first(static_cast<size_t>(*n)), features);
    }
    extractor.finish(features);
    return features;
}

} // namespace ovation
