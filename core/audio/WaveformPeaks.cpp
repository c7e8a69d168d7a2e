// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/audio/WaveformPeaks.h"

#include "core/audio/AudioReader.h"

#include <algorithm>
#include <chrono>
#include <cmath>

namespace ovation {
namespace {

constexpr int kLevels = 10; // the coarsest has one Peak for 67 million frames
constexpr auto kPartialInterval = std::chrono::milliseconds(250);

void include(Peak& peak, const Peak& other) {
    peak.low = std::min(peak.low, other.low);
    peak.high = std::max(peak.high, other.high);
}

} // namespace

class WaveformPeaksBuilder {
public:
    explicit WaveformPeaksBuilder(const AudioInfo& info) {
        m_peaks.m_sampleRate = info.sampleRate;
        m_peaks.m_levels.resize(kLevels);
    }

    void add(std::span<const float> samples) {
        auto& level = m_peaks.m_levels[0];
        size_t i = 0;
        while (i < samples.size()) {
            const int64_t inPeak = m_peaks.m_frames % WaveformPeaks::kFramesPerPeak;
            const auto n =
                std::min<size_t>(samples.size() - i, static_cast<size_t>(WaveformPeaks::kFramesPerPeak - inPeak));
            const auto [low, high] = std::minmax_element(samples.begin() + static_cast<std::ptrdiff_t>(i),
                                                         samples.begin() + static_cast<std::ptrdiff_t>(i + n));
            if (inPeak == 0)
                level.push_back({*low, *high});
            else
                include(level.back(), {*low, *high});
            i += n;
            m_peaks.m_frames += static_cast<int64_t>(n);
        }
    }

    /// Brings the coarser levels up to date with level 0, their last, incomplete Peak included.
    const WaveformPeaks& peaks() {
        for (size_t l = 1; l < m_peaks.m_levels.size(); ++l) {
            const auto& below = m_peaks.m_levels[l - 1];
            auto& level = m_peaks.m_levels[l];
            constexpr size_t factor = WaveformPeaks::kLevelFactor;
            if (!level.empty()) level.pop_back(); // it may have been incomplete
            for (size_t k = level.size(); k * factor < below.size(); ++k) {
                Peak peak = below[k * factor];
                for (size_t j = k * factor + 1; j < std::min((k + 1) * factor, below.size()); ++j)
                    include(peak, below[j]);
                level.push_back(peak);
            }
        }
        return m_peaks;
    }

private:
    WaveformPeaks m_peaks;
};

Result<WaveformPeaks> WaveformPeaks::compute(const std::string& path, const CancelToken& cancel,
                                             const std::function<void(const WaveformPeaks&)>& partial) {
    auto reader = AudioReader::open(path);
    if (!reader) return reader.error();
    WaveformPeaksBuilder builder((*reader)->info());
    std::vector<float> block(size_t{1} << 15);
    auto lastPartial = std::chrono::steady_clock::now();
    while (true) {
        if (cancel.cancelled()) return Error{ErrorCode::Cancelled, path, ""};
        auto n = (*reader)->readMono(block);
        if (!n) return n.error();
        if (*n == 0) break;
        builder.add(std::span(block).first(static_cast<size_t>(*n)));
        const auto now = std::chrono::steady_clock::now();
        if (partial && now - lastPartial >= kPartialInterval) {
            lastPartial = now;
            partial(builder.peaks());
        }
    }
    WaveformPeaks whole = builder.peaks();
    whole.m_nonFinite = (*reader)->nonFiniteSamples();
    return whole;
}

float WaveformPeaks::largest() const {
    float largest = 0;
    if (m_levels.empty()) return largest;
    for (const Peak& peak : m_levels.back())
        largest = std::max({largest, std::fabs(peak.low), std::fabs(peak.high)});
    return largest;
}

std::vector<Peak> WaveformPeaks::columns(SampleRange range, int columns) const {
    std::vector<Peak> result(static_cast<size_t>(std::max(columns, 0)));
    if (result.empty() || range.empty() || m_frames == 0) return result;
    const double perColumn = static_cast<double>(range.length()) / columns;
    size_t l = 0;
    int64_t perPeak = kFramesPerPeak;
    while (l + 1 < m_levels.size() && static_cast<double>(perPeak * kLevelFactor) <= perColumn) {
        perPeak *= kLevelFactor;
        ++l;
    }
    const auto& level = m_levels[l];
    for (size_t c = 0; c < result.size(); ++c) {
        const auto begin = range.begin + static_cast<int64_t>(static_cast<double>(c) * perColumn);
        const auto end =
            std::max(begin + 1, range.begin + static_cast<int64_t>(static_cast<double>(c + 1) * perColumn));
        if (end <= 0 || begin >= m_frames) continue;
        const auto first = static_cast<size_t>(std::max<int64_t>(begin, 0) / perPeak);
        const auto last = static_cast<size_t>((std::min(end, m_frames) - 1) / perPeak);
        Peak peak = level[std::min(first, level.size() - 1)];
        for (size_t k = first + 1; k <= last && k < level.size(); ++k)
            include(peak, level[k]);
        result[c] = peak;
    }
    return result;
}

} // namespace ovation
