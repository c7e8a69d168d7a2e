// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/SoundPrint.h"

#include "core/features/SeedFeatures.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <map>
#include <numbers>
#include <tuple>
#include <unordered_map>

namespace ovation {

namespace {

constexpr size_t kFirstMelBand = 10;    ///< about 250 Hz
constexpr size_t kMelBandsPerBand = 3;  ///< up to about 6.5 kHz
constexpr float kQuietestPower = 1e-4F; ///< of all bands: about -80 dB of full scale
constexpr int64_t kShortest = 40;       ///< frames that have to agree: 0.9 s
constexpr int64_t kLongEnough = 100;    ///< frames from which on the looser limit holds
constexpr double kMostDifferent = 0.25; ///< share of differing bits over kLongEnough frames
constexpr double kMostDifferentShort = 0.16;
constexpr size_t kCommonWord = 64;           ///< words that stand in more places tell nothing
constexpr int64_t kVotes = 2;                ///< equal words at the same distance before a place is looked at
constexpr size_t kFramesBetweenLooks = 1024; ///< at whether it is cancelled

struct Place {
    uint32_t word;
    int32_t print;
    int32_t frame;
};

/// Every word of the validation side, sorted; too common ones left out.
std::vector<Place> placesOf(const std::vector<SoundPrint>& prints, const std::vector<SplitSide>& sides) {
    std::vector<Place> places;
    for (size_t i = 0; i < prints.size(); ++i) {
        if (sides[i] != SplitSide::Validation) continue;
        for (size_t frame = 0; frame < prints[i].words.size(); ++frame)
            if (prints[i].words[frame] != SoundPrint::kSilence)
                places.push_back({prints[i].words[frame], static_cast<int32_t>(i), static_cast<int32_t>(frame)});
    }
    std::ranges::sort(places, [](const Place& a, const Place& b) {
        return std::tie(a.word, a.print, a.frame) < std::tie(b.word, b.print, b.frame);
    });
    size_t kept = 0;
    for (size_t begin = 0, end = 0; begin < places.size(); begin = end) {
        while (end < places.size() && places[end].word == places[begin].word)
            ++end;
        if (end - begin > kCommonWord) continue;
        for (size_t i = begin; i < end; ++i)
            places[kept++] = places[i];
    }
    places.resize(kept);
    return places;
}

/// The longest stretch in which b, moved by `shift` frames, agrees with a: frames of a.
struct AlikeStretch {
    int64_t begin = 0, end = 0;
    double different = 1; ///< share of bits
};

AlikeStretch agreeing(const SoundPrint& a, const SoundPrint& b, int64_t shift) {
    int64_t begin = std::max<int64_t>(0, -shift);
    int64_t end = std::min(a.frames(), b.frames() - shift);
    const auto tells = [&](int64_t i) {
        return a.words[static_cast<size_t>(i)] != SoundPrint::kSilence &&
               b.words[static_cast<size_t>(i + shift)] != SoundPrint::kSilence;
    };
    while (begin < end && !tells(begin)) // the first words of a recording are not known yet
        ++begin;
    while (begin < end && !tells(end - 1))
        --end;
    if (end - begin < kShortest) return {};
    const int64_t block = std::min(kLongEnough, end - begin);
    const double limit = block >= kLongEnough ? kMostDifferent : kMostDifferentShort;
    std::vector<int64_t> bits(static_cast<size_t>(end - begin + 1), 0); // differing bits and told frames, summed up
    std::vector<int64_t> told(bits.size(), 0);
    for (int64_t i = begin; i < end; ++i) {
        const auto at = static_cast<size_t>(i - begin);
        const uint32_t differing = a.words[static_cast<size_t>(i)] ^ b.words[static_cast<size_t>(i + shift)];
        bits[at + 1] = bits[at] + (tells(i) ? std::popcount(differing) : 0);
        told[at + 1] = told[at] + (tells(i) ? 1 : 0);
    }
    const auto agrees = [&](int64_t from) {
        const auto at = static_cast<size_t>(from), to = static_cast<size_t>(from + block);
        const int64_t frames = told[to] - told[at];
        return frames * 5 >= block * 4 &&
               static_cast<double>(bits[to] - bits[at]) <= limit * 32.0 * static_cast<double>(frames);
    };
    AlikeStretch best;
    const int64_t last = end - begin - block;
    for (int64_t from = 0; from <= last; ++from) {
        if (!agrees(from)) continue;
        int64_t to = from;
        while (to < last && agrees(to + 1))
            ++to;
        if (to + block - from > best.end - best.begin) {
            const auto first = static_cast<size_t>(from), behind = static_cast<size_t>(to + block);
            best = {begin + from, begin + to + block,
                    static_cast<double>(bits[behind] - bits[first]) /
                        (32.0 * static_cast<double>(std::max<int64_t>(1, told[behind] - told[first])))};
        }
        from = to;
    }
    return best;
}

void lookFor(const std::vector<SoundPrint>& prints, int32_t index, const std::vector<Place>& places,
             const CancelToken& cancel, std::vector<CommonSound>& found) {
    const SoundPrint& print = prints[static_cast<size_t>(index)];
    std::unordered_map<uint64_t, int64_t> votes; // by print and shift
    for (size_t frame = 0; frame < print.words.size(); ++frame) {
        if (frame % kFramesBetweenLooks == 0 && cancel.cancelled()) return;
        const uint32_t word = print.words[frame];
        if (word == SoundPrint::kSilence || (frame > 0 && print.words[frame - 1] == word)) continue;
        for (auto place = std::ranges::lower_bound(places, word, {}, &Place::word);
             place != places.end() && place->word == word; ++place) {
            const int64_t shift = place->frame - static_cast<int64_t>(frame);
            ++votes[static_cast<uint64_t>(place->print) << 32 | static_cast<uint32_t>(static_cast<int32_t>(shift))];
        }
    }
    std::map<int32_t, CommonSound> best; // by the other print
    for (const auto& [key, count] : votes) {
        if (count < kVotes) continue;
        if (cancel.cancelled()) return;
        const auto other = static_cast<int32_t>(key >> 32);
        const auto shift = static_cast<int64_t>(static_cast<int32_t>(key & 0xffffffffU));
        const AlikeStretch stretch = agreeing(print, prints[static_cast<size_t>(other)], shift);
        if (stretch.end == stretch.begin) continue;
        CommonSound common{index,
                           other,
                           static_cast<double>(stretch.begin) * seed::kHopS,
                           static_cast<double>(stretch.begin + shift) * seed::kHopS,
                           static_cast<double>(stretch.end - stretch.begin) * seed::kHopS,
                           1 - stretch.different};
        CommonSound& kept = best[other];
        if (std::tie(common.lengthS, common.agreement) > std::tie(kept.lengthS, kept.agreement)) kept = common;
    }
    for (const auto& [other, common] : best)
        found.push_back(common);
}

} // namespace

double SoundPrint::levelDb(int64_t first, int64_t count) const {
    const int64_t end = std::min<int64_t>(first + count, static_cast<int64_t>(levels.size()));
    double sum = 0;
    for (int64_t i = std::max<int64_t>(first, 0); i < end; ++i)
        sum += std::pow(10, (levels[static_cast<size_t>(i)] / 2.0 - 100) / 10);
    return end > first && sum > 0 ? std::max(-100.0, 10 * std::log10(sum / static_cast<double>(end - first))) : -100;
}

void SoundPrinter::push(const FeatureMatrix& melPower) {
    static const std::array<float, kSpan> slope = [] { // of a Hann window over kSpan - 1 frames
        std::array<float, kSpan> result{};
        const auto hann = [](double k) { return 0.5 - 0.5 * std::cos(2 * std::numbers::pi * k / (kSpan - 1)); };
        for (size_t k = 0; k < kSpan; ++k)
            result[k] = static_cast<float>(hann(static_cast<double>(k) + 0.5) - hann(static_cast<double>(k) - 0.5));
        return result;
    }();
    for (int64_t row = 0; row < melPower.rows; ++row) {
        const std::span<const float> mel = melPower.row(row);
        std::array<float, kBands>& bands = m_last[m_frames % kSpan];
        float all = 0;
        for (const float power : mel)
            all += power;
        for (size_t band = 0; band < kBands; ++band) {
            bands[band] = 0;
            for (size_t i = 0; i < kMelBandsPerBand; ++i)
                bands[band] += mel[kFirstMelBand + band * kMelBandsPerBand + i];
        }
        ++m_frames;
        std::array<float, kBands> rise{};
        for (size_t k = 0; k < std::min(kSpan, m_frames); ++k) {
            const std::array<float, kBands>& earlier = m_last[(m_frames - 1 - k) % kSpan];
            for (size_t band = 0; band < kBands; ++band)
                rise[band] += slope[k] * earlier[band];
        }
        uint32_t word = 0;
        for (size_t band = 0; band + 1 < kBands; ++band)
            word |= static_cast<uint32_t>(rise[band] > rise[band + 1]) << band;
        if (all < kQuietestPower || m_frames < kSpan) word = SoundPrint::kSilence;
        m_print.words.push_back(word);
        const double db = all > 0 ? 10 * std::log10(static_cast<double>(all)) : -100;
        m_print.levels.push_back(static_cast<uint8_t>(std::clamp(std::lround((db + 60) * 2), 0L, 255L)));
    }
}

std::string toBytes(const SoundPrint& print) {
    std::string bytes(print.words.size() * 5, '\0');
    std::memcpy(bytes.data(), print.words.data(), print.words.size() * 4);
    std::memcpy(bytes.data() + print.words.size() * 4, print.levels.data(), print.levels.size());
    return bytes;
}

SoundPrint printFromBytes(std::string_view bytes) {
    SoundPrint print;
    if (bytes.size() % 5 != 0) return print;
    print.words.resize(bytes.size() / 5);
    print.levels.resize(bytes.size() / 5);
    std::memcpy(print.words.data(), bytes.data(), print.words.size() * 4);
    std::memcpy(print.levels.data(), bytes.data() + print.words.size() * 4, print.levels.size());
    return print;
}

Result<std::vector<CommonSound>> commonSound(const std::vector<SoundPrint>& prints, const std::vector<SplitSide>& sides,
                                             const CancelToken& cancel) {
    std::vector<CommonSound> found;
    if (!cancel.cancelled()) {
        const std::vector<Place> places = placesOf(prints, sides);
        for (size_t i = 0; i < prints.size() && !cancel.cancelled(); ++i)
            if (sides[i] == SplitSide::Training) lookFor(prints, static_cast<int32_t>(i), places, cancel, found);
    }
    if (cancel.cancelled()) return Error{ErrorCode::Cancelled, "", "", 0};
    return found;
}

} // namespace ovation
