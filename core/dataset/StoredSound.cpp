// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/StoredSound.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace ovation {

namespace {

constexpr float kHighest = 32767;

SampleRange sharedRange(const SampleRange& one, const SampleRange& other) {
    return {std::max(one.begin, other.begin), std::min(one.end, other.end)};
}

/// What of a block lies in `range`.
std::span<const float> partIn(const SampleRange& range, int64_t position, std::span<const float> block) {
    const SampleRange part = sharedRange(range, {position, position + std::ssize(block)});
    if (part.empty()) return {};
    return block.subspan(static_cast<size_t>(part.begin - position), static_cast<size_t>(part.length()));
}

} // namespace

StoredSound::StoredSound(std::span<const float> samples) {
    SoundIntake intake(SampleRange{0, std::ssize(samples)});
    intake.hear(0, samples);
    intake.take(0, samples);
    *this = std::move(intake).sound();
}

Samples StoredSound::part(size_t first, size_t count) const {
    first = std::min(first, m_size);
    count = std::min(count, m_size - first);
    Samples result(count);
    for (const Kept& kept : m_kept) {
        const size_t begin = std::max(first, kept.first), end = std::min(first + count, kept.first + kept.count);
        for (size_t i = begin; i < end; ++i)
            result[i - first] = m_scale * static_cast<float>(m_samples[kept.offset + (i - kept.first)]);
    }
    return result;
}

SoundIntake::SoundIntake(const SampleRange& range, std::vector<SampleRange> kept)
    : m_range(range), m_kept(std::move(kept)) {}

void SoundIntake::hear(int64_t position, std::span<const float> block) {
    const auto samples = partIn(m_range, position, block);
    for (const float sample : samples)
        m_peak = std::max(m_peak, std::abs(sample));
    m_heard += std::ssize(samples);
}

void SoundIntake::reachTheEnd(int64_t reach) {
    const int64_t last = std::max(m_range.begin, ended() - reach);
    std::vector<SampleRange> kept;
    for (const SampleRange& range : m_kept) {
        const SampleRange whole = range.end > last ? SampleRange{std::min(range.begin, last), ended()} : range;
        if (!kept.empty() && whole.begin <= kept.back().end)
            kept.back().end = std::max(kept.back().end, whole.end);
        else
            kept.push_back(whole);
    }
    m_kept = std::move(kept);
}

void SoundIntake::take(int64_t position, std::span<const float> block) {
    if (m_samples.empty()) {
        int64_t count = 0;
        for (const SampleRange& range : m_kept)
            count += std::max<int64_t>(0, sharedRange(range, {m_range.begin, ended()}).length());
        m_samples.reserve(static_cast<size_t>(count));
    }
    const float scale = m_peak / kHighest;
    const float inverse = m_peak > 0 ? 1 / scale : 0;
    for (const SampleRange& range : m_kept)
        for (const float sample : partIn(sharedRange(range, {m_range.begin, ended()}), position, block))
            m_samples.push_back(static_cast<int16_t>(std::lround(std::clamp(sample, -m_peak, m_peak) * inverse)));
}

StoredSound SoundIntake::sound() && {
    StoredSound sound;
    size_t offset = 0;
    for (const SampleRange& range : m_kept) {
        const SampleRange part = sharedRange(range, {m_range.begin, ended()});
        if (part.empty()) continue;
        const auto count = std::min(static_cast<size_t>(part.length()), m_samples.size() - offset);
        sound.m_kept.push_back({static_cast<size_t>(part.begin - m_range.begin), count, offset});
        offset += count;
    }
    sound.m_samples = std::move(m_samples);
    sound.m_size = static_cast<size_t>(m_heard);
    sound.m_scale = m_peak / kHighest;
    return sound;
}

} // namespace ovation
