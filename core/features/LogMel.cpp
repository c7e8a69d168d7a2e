// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/features/LogMel.h"

#include "core/features/Fft.h"
#include "core/features/MelBank.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace ovation {
namespace {

constexpr float kDb = 4.34294482F; ///< 10 / ln 10

std::vector<float> hannWindow(int size) {
    std::vector<float> window(static_cast<size_t>(size));
    for (size_t i = 0; i < window.size(); ++i)
        window[i] = static_cast<float>(0.5 - 0.5 * std::cos(2 * std::numbers::pi * static_cast<double>(i) / size));
    return window;
}

/// ln x for x in [1e-30, 1e30] to about 1e-7: exponent and a polynomial (Cephes logf), without branches, so that
/// compilers vectorise loops over it.
inline float quickLog(float x) {
    uint32_t bits;
    static_assert(sizeof bits == sizeof x);
    __builtin_memcpy(&bits, &x, sizeof bits);
    const auto shifted = static_cast<int32_t>(bits - 0x3f3504f3U); // so that the mantissa is in [sqrt 1/2, sqrt 2)
    const auto exponent = static_cast<float>(shifted >> 23);
    bits = (static_cast<uint32_t>(shifted) & 0x007fffffU) + 0x3f3504f3U;
    float m;
    __builtin_memcpy(&m, &bits, sizeof m);
    m -= 1.0F;
    float p = 7.0376836292e-2F;
    p = p * m - 1.1514610310e-1F;
    p = p * m + 1.1676998740e-1F;
    p = p * m - 1.2420140846e-1F;
    p = p * m + 1.4249322787e-1F;
    p = p * m - 1.6668057665e-1F;
    p = p * m + 2.0000714765e-1F;
    p = p * m - 2.4999993993e-1F;
    p = p * m + 3.3333331174e-1F;
    const float square = m * m;
    return m - 0.5F * square + p * m * square + exponent * 0.69314718056F;
}

} // namespace

int64_t LogMelOptions::levelFrames() const {
    return static_cast<int64_t>(std::llround(levelS / hopS()));
}

std::string problemOf(const LogMelOptions& o) {
    const auto outside = [](double value, double low, double high) { return !(value >= low && value <= high); };
    if (outside(o.sampleRate, 4000, 192000)) return "the sample rate of its features is outside 4000 to 192000 Hz";
    if (outside(o.window, 16, 65536) || o.window % 2 != 0)
        return "the window of its features is not an even number from 16 to 65536 samples";
    if (outside(o.fft, o.window, 65536) || (o.fft & (o.fft - 1)) != 0)
        return "the transform of its features is not a power of two from the window to 65536 samples";
    if (outside(o.hop, 1, o.window)) return "the hop of its features is outside 1 to its window";
    if (outside(o.bands, 1, 512)) return "the number of bands of its features is outside 1 to 512";
    if (outside(o.lowHz, 0, o.sampleRate / 2.0) || outside(o.highHz, o.lowHz + 1, o.sampleRate / 2.0))
        return "the frequencies of its features are not in order up to half the sample rate";
    if (outside(o.floorDb, -200, 0)) return "the floor of its features is outside -200 to 0 dB";
    if (outside(o.levelS, 0, 60)) return "the reach of its features' level is outside 0 to 60 s";
    return {};
}

int64_t frameCount(int64_t samples, const LogMelOptions& options) {
    return samples <= 0 ? 0 : 1 + samples / options.hop;
}

struct MelExtractor::Impl {
    const LogMelOptions options;
    const std::vector<float> window;
    const MelBank bank;
    RealFft fft;
    std::vector<float> power;
    std::vector<float> pending; // padded samples from the next frame's first on
    bool empty = true;

    explicit Impl(const LogMelOptions& o)
        : options(o),
          window(hannWindow(o.window)),
          bank(o.sampleRate, o.fft, o.bands, o.lowHz, o.highHz),
          fft(o.fft),
          power(static_cast<size_t>(o.fft / 2 + 1)) {
        restart();
    }

    void restart() {
        pending.assign(window.size() / 2, 0.0F);
        empty = true;
    }

    void emitCompleteFrames(FeatureMatrix& out) {
        const auto hop = static_cast<size_t>(options.hop);
        const size_t complete = pending.size() < window.size() ? 0 : 1 + (pending.size() - window.size()) / hop;
        const int64_t first = out.rows;
        out.columns = options.bands;
        out.rows += static_cast<int64_t>(complete);
        out.values.resize(static_cast<size_t>(out.rows * out.columns));
        for (size_t i = 0; i < complete; ++i)
            computeFrame(pending.data() + i * hop, out.row(first + static_cast<int64_t>(i)));
        pending.erase(pending.begin(), pending.begin() + static_cast<std::ptrdiff_t>(complete * hop));
    }

    void computeFrame(const float* samples, std::span<float> mel) {
        float* input = fft.input().data();
        for (size_t i = 0; i < window.size(); ++i)
            input[i] = samples[i] * window[i];
        std::fill(input + window.size(), input + options.fft, 0.0F);
        fft.run();
        const auto* bins = reinterpret_cast<const float*>(fft.output().data());
        for (size_t k = 0; k < power.size(); ++k)
            power[k] = bins[2 * k] * bins[2 * k] + bins[2 * k + 1] * bins[2 * k + 1];
        bank.apply(power, mel);
    }
};

MelExtractor::MelExtractor(const LogMelOptions& options) : m_impl(std::make_unique<Impl>(options)) {}

MelExtractor::~MelExtractor() = default;

void MelExtractor::push(std::span<const float> samples, FeatureMatrix& out) {
    const size_t block = 64 * static_cast<size_t>(m_impl->options.hop); // keeps `pending` small whatever is pushed
    while (!samples.empty()) {
        const auto part = samples.first(std::min(samples.size(), block));
        m_impl->pending.insert(m_impl->pending.end(), part.begin(), part.end());
        m_impl->empty = false;
        m_impl->emitCompleteFrames(out);
        samples = samples.subspan(part.size());
    }
}

void MelExtractor::finish(FeatureMatrix& out) {
    if (!m_impl->empty) {
        m_impl->pending.insert(m_impl->pending.end(), m_impl->window.size() / 2, 0.0F);
        m_impl->emitCompleteFrames(out);
    }
    m_impl->restart();
}

LevelRemover::LevelRemover(const LogMelOptions& options)
    : m_bands(options.bands),
      m_reach(options.levelFrames()),
      m_floor(static_cast<float>(std::pow(10, options.floorDb / 10))) {}

void LevelRemover::push(const FeatureMatrix& mel, LogMelFrames& out) {
    for (int64_t row = 0; row < mel.rows; ++row) {
        const std::span<const float> bands = mel.row(row);
        double sum = 0;
        for (const float power : bands)
            sum += static_cast<double>(power);
        m_power.push_back(sum / static_cast<double>(m_bands));
        m_waiting.emplace_back(bands.begin(), bands.end());
        ++m_end;
        emit(false, out);
    }
}

void LevelRemover::finish(LogMelFrames& out) {
    emit(true, out);
    m_power.clear();
    m_waiting.clear();
    m_first = m_next = m_end = 0;
}

double LevelRemover::levelAt(int64_t frame) const {
    const int64_t from = std::max(m_first, frame - m_reach);
    const int64_t to = std::min(m_end, frame + m_reach + 1);
    double sum = 0;
    for (auto it = m_power.begin() + (from - m_first), end = m_power.begin() + (to - m_first); it != end; ++it)
        sum += *it;
    return sum / static_cast<double>(to - from);
}

void LevelRemover::emit(bool ended, LogMelFrames& out) {
    for (; m_next < (ended ? m_end : m_end - m_reach); ++m_next) {
        const double level = levelAt(m_next);
        const std::vector<float>& mel = m_waiting.front();
        out.values.columns = m_bands;
        out.values.values.resize(static_cast<size_t>((out.values.rows + 1) * m_bands));
        const std::span<float> row = out.values.row(out.values.rows++);
        const auto scale = static_cast<float>(level > 0 ? 1 / level : 0);
        if (std::isfinite(scale) && scale > 0)
            for (size_t b = 0; b < row.size(); ++b)
                row[b] = kDb * quickLog(std::max(mel[b] * scale, m_floor));
        else
            std::ranges::fill(row, kDb * quickLog(m_floor));
        out.silent.push_back(m_power[static_cast<size_t>(m_next - m_first)] > 0 ? 0 : 1);
        m_waiting.pop_front();
        if (m_next - m_first >= m_reach) {
            m_power.pop_front();
            ++m_first;
        }
    }
}

LogMelFrames logMel(std::span<const float> samples, const LogMelOptions& options) {
    FeatureMatrix mel;
    MelExtractor extractor(options);
    extractor.push(samples, mel);
    extractor.finish(mel);
    LogMelFrames frames;
    LevelRemover remover(options);
    remover.push(mel, frames);
    remover.finish(frames);
    return frames;
}

} // namespace ovation
