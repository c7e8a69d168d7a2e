// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/audio/WaveformPeaks.h"

#include "core/audio/AudioReader.h"
#include "core/audio/LibraryVersions.h"
#include "core/base/Files.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstring>
#include <type_traits>

namespace ovation {
namespace {

constexpr int kLevels = 10; // the coarsest has one Peak for 67 million frames
constexpr auto kPartialInterval = std::chrono::milliseconds(250);
constexpr auto kFirstPartial = std::chrono::milliseconds(40); ///< something is seen at once

struct BytesHeader {
    char magic[8];
    int64_t frames;
    int64_t nonFinite;
    int64_t sampleRate;
};
constexpr char kMagic[8] = {'O', 'V', 'P', 'E', 'A', 'K', '0', '1'};
static_assert(sizeof(Peak) == 2 * sizeof(float) && std::is_trivially_copyable_v<Peak>);

void include(Peak& peak, const Peak& other) {
    peak.low = std::min(peak.low, other.low);
    peak.high = std::max(peak.high, other.high);
}

} // namespace

class WaveformPeaksBuilder {
public:
    explicit WaveformPeaksBuilder(int sampleRate) {
        m_peaks.m_sampleRate = sampleRate;
        m_peaks.m_levels.resize(kLevels);
    }

    void reserve(int64_t frames) {
        const int64_t peaks = std::clamp<int64_t>(frames / WaveformPeaks::kFramesPerPeak + 1, 0, int64_t{1} << 24);
        m_peaks.m_levels[0].reserve(static_cast<size_t>(peaks));
    }

    /// Takes over what bytes() gave.
    WaveformPeaks restore(const BytesHeader& header, std::vector<Peak> finest) {
        m_peaks.m_frames = header.frames;
        m_peaks.m_nonFinite = header.nonFinite;
        m_peaks.m_levels[0] = std::move(finest);
        return peaks();
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
    WaveformPeaksBuilder builder((*reader)->info().sampleRate);
    builder.reserve((*reader)->info().frames);
    std::vector<float> block(size_t{1} << 15);
    auto nextPartial = std::chrono::steady_clock::now() + kFirstPartial;
    while (true) {
        if (cancel.cancelled()) return Error{ErrorCode::Cancelled, path, ""};
        auto n = (*reader)->readMono(block);
        if (!n) return n.error();
        if (*n == 0) break;
        builder.add(std::span(block).first(static_cast<size_t>(*n)));
        const auto now = std::chrono::steady_clock::now();
        if (partial && now >= nextPartial) {
            nextPartial = now + kPartialInterval;
            partial(builder.peaks());
        }
    }
    WaveformPeaks whole = builder.peaks();
    whole.m_nonFinite = (*reader)->nonFiniteSamples();
    whole.m_damage = damageIn((*reader)->info(), path);
    return whole;
}

std::string WaveformPeaks::bytes() const {
    BytesHeader header{};
    std::memcpy(header.magic, kMagic, sizeof kMagic);
    header.frames = m_frames;
    header.nonFinite = m_nonFinite;
    header.sampleRate = m_sampleRate;
    std::string result(reinterpret_cast<const char*>(&header), sizeof header);
    if (!m_levels.empty())
        result.append(reinterpret_cast<const char*>(m_levels[0].data()), m_levels[0].size() * sizeof(Peak));
    return result;
}

std::optional<WaveformPeaks> WaveformPeaks::fromBytes(std::string_view bytes) {
    BytesHeader header{};
    if (bytes.size() < sizeof header) return {};
    std::memcpy(&header, bytes.data(), sizeof header);
    bytes.remove_prefix(sizeof header);
    const auto most = static_cast<int64_t>(bytes.size() / sizeof(Peak)) * kFramesPerPeak;
    if (std::memcmp(header.magic, kMagic, sizeof kMagic) != 0 || bytes.size() % sizeof(Peak) != 0) return {};
    if (header.frames > most || header.frames <= most - kFramesPerPeak || header.frames < 0) return {};
    if (header.sampleRate <= 0 || header.sampleRate > INT32_MAX) return {};
    std::vector<Peak> finest(bytes.size() / sizeof(Peak));
    if (!finest.empty()) std::memcpy(finest.data(), bytes.data(), bytes.size());
    return WaveformPeaksBuilder(static_cast<int>(header.sampleRate)).restore(header, std::move(finest));
}

std::string WaveformPeaks::cacheName(const std::string& contentHash) {
    static const std::string kind = hashOf("peaks 1, " + audioLibraryVersions()).substr(0, 16);
    return contentHash + "-peaks-" + kind;
}

size_t WaveformPeaks::memoryBytes() const {
    size_t bytes = 0;
    for (const auto& level : m_levels)
        bytes += level.capacity() * sizeof(Peak);
    return bytes;
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
