// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/SceneSounds.h"

#include "core/dataset/MadeUpSounds.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>
#include <utility>

namespace ovation {

namespace {

/// How much more often than others a kind of sound is mixed in, by the word that it begins with: what is noise-like, or
/// made by many, is what a network takes for applause.
double likeness(std::string_view kind) {
    constexpr std::array<std::pair<std::string_view, double>, 21> kLikeApplause{
        {{"laugh", 4},  {"rain", 3},   {"sea", 3},     {"wave", 3},    {"water", 3},    {"fire", 3},    {"fry", 3},
         {"crowd", 3},  {"music", 3},  {"boo", 2},     {"static", 2},  {"surface", 2},  {"typing", 2},  {"dishes", 2},
         {"shower", 2}, {"vacuum", 2}, {"machine", 2}, {"traffic", 2}, {"engine", 1.5}, {"train", 1.5}, {"wind", 1.5}}};
    for (const auto& [word, factor] : kLikeApplause)
        if (kind.starts_with(word)) return factor;
    return 1;
}

} // namespace

std::vector<double> SceneSounds::kindWeights(const MixSources& sources) {
    std::vector<double> weights;
    double total = 0;
    for (const MixSources::Kind& kind : sources.others)
        weights.push_back(total += likeness(kind.name) * std::sqrt(static_cast<double>(kind.sounds.size())));
    return weights;
}

SceneSounds::SceneSounds(const MixSources& sources, const Hyperparameters& settings,
                         const std::vector<double>& kindWeights, size_t longest, Random& random)
    : m_sources(sources),
      m_settings(settings),
      m_kindWeights(kindWeights),
      m_rate(sources.sampleRate),
      m_longest(longest),
      m_random(random) {}

size_t SceneSounds::samples(double seconds) const {
    return static_cast<size_t>(std::max(0.0, seconds) * m_rate);
}

const StoredSound& SceneSounds::any(const std::vector<StoredSound>& sounds) {
    return sounds[m_random.below(sounds.size())];
}

void SceneSounds::unit(Samples& sound) const {
    toUnitLevel(sound, m_rate);
}

Samples SceneSounds::loop(const Samples& sound, size_t count) {
    if (sound.empty()) return Samples(count);
    if (sound.size() >= count) {
        const size_t first = m_random.below(sound.size() - count + 1);
        return {sound.begin() + static_cast<std::ptrdiff_t>(first),
                sound.begin() + static_cast<std::ptrdiff_t>(first + count)};
    }
    const size_t overlap = std::min(samples(0.3), sound.size() / 4);
    Samples result(count);
    for (size_t position = 0; position < count;) {
        const size_t length = m_random.chance(0.4)
                                  ? sound.size()
                                  : static_cast<size_t>(static_cast<double>(sound.size()) * m_random.uniform(0.6, 1));
        const size_t first = m_random.below(sound.size() - length + 1);
        for (size_t i = 0; i < length && position + i < count; ++i) {
            float gain = 1; // of equal power
            if (position > 0 && i < overlap) gain = std::sqrt(static_cast<float>(i) / static_cast<float>(overlap));
            if (length - i <= overlap) gain *= std::sqrt(static_cast<float>(length - i) / static_cast<float>(overlap));
            result[position + i] += gain * sound[first + i];
        }
        position += std::max<size_t>(1, length - overlap);
    }
    return result;
}

Samples SceneSounds::some(const StoredSound& sound) {
    constexpr double kLongS = 60;
    const size_t most = std::max(samples(kLongS), 2 * m_longest);
    if (sound.size() <= most) return sound.all();
    return sound.part(m_random.below(sound.size() - most + 1), most);
}

Samples SceneSounds::varied(const StoredSound& sound, double chance, double spread) {
    Samples samples = some(sound);
    return m_random.chance(chance) ? atSpeed(samples, std::exp(m_random.uniform(-spread, spread))) : samples;
}

Samples SceneSounds::applause(size_t count) {
    Samples sound;
    if (m_sources.applause.empty() || m_random.chance(0.2))
        sound = madeUpClaps(count, m_rate, m_random);
    else
        sound = loop(varied(any(m_sources.applause), 0.6, 0.22), count);
    unit(sound);
    if (!m_sources.applause.empty() && m_random.chance(0.2)) {
        Samples second = loop(some(any(m_sources.applause)), count);
        unit(second);
        mixIn(sound, second, gainOf(m_random.uniform(-10, 3)));
    }
    hearIn({.shortestS = 0.25, .longestS = 1.6, .lowDb = -8, .highDb = 6, .coloured = 0.6, .colourDb = 4}, sound);
    return sound;
}

Samples SceneSounds::negative(size_t count) {
    Samples sound;
    if (m_sources.others.empty() || m_random.chance(0.4)) {
        const double draw = m_random.uniform();
        if (draw < 0.35)
            sound = colouredNoise(count, m_rate, m_random);
        else if (draw < 0.66)
            sound = crackle(count, m_rate, draw < 0.46, m_random);
        else if (draw < 0.82)
            sound = madeUpMusic(count, m_rate, m_random);
        else
            sound = crowd(count);
    } else {
        sound = varied(anyOther(), 0.6, 0.25);
        if (sound.size() >= count || m_random.chance(0.7)) sound = loop(sound, count);
        if (m_random.chance(0.15)) {
            Samples second = loop(some(anyOther()), sound.size());
            unit(sound);
            unit(second);
            mixIn(sound, second, gainOf(m_random.uniform(-10, 3)));
        }
    }
    hearIn({.shortestS = 0.2, .longestS = 1.5, .lowDb = -10, .highDb = 4, .coloured = 0.7, .colourDb = 4.5}, sound);
    return sound;
}

void SceneSounds::hearIn(const Rooms& rooms, Samples& sound) {
    Shaping shaping;
    if (m_random.chance(m_settings.reverberationShare)) {
        shaping.reverberationS = m_random.uniform(rooms.shortestS, rooms.longestS);
        shaping.reverberationDb = m_random.uniform(rooms.lowDb, rooms.highDb);
    }
    if (shaping.reverberationS > 0 || m_random.chance(rooms.coloured))
        shaping.equaliser = Equaliser::random(m_random, rooms.colourDb);
    shape(sound, shaping, m_rate, m_random);
    unit(sound);
}

const StoredSound& SceneSounds::anyOther() {
    return any(m_sources.others[m_random.among(m_kindWeights)].sounds);
}

Samples SceneSounds::crowd(size_t count) {
    const std::vector<StoredSound>* voices = &m_sources.speech;
    if (m_random.chance(0.4))
        for (const MixSources::Kind& kind : m_sources.others)
            if (kind.name == "laughter" || kind.name == "laugh" || kind.name == "crowdmurmur")
                if (m_random.chance(0.6)) voices = &kind.sounds;
    Samples sound(count);
    if (voices->empty()) return colouredNoise(count, m_rate, m_random);
    for (auto people = static_cast<int>(m_random.scale(3, 12)); people > 0; --people) {
        Samples voice = loop(varied(any(*voices), 1, 0.2), count);
        unit(voice);
        mixIn(sound, voice, gainOf(m_random.uniform(-10, 0)));
    }
    unit(sound);
    return sound;
}

Samples SceneSounds::speech(size_t count) {
    Samples sound(count);
    if (m_sources.speech.empty()) return sound;
    const bool oneVoice = m_random.chance(0.6);
    const double speed = m_random.uniform(0.87, 1.15);
    const StoredSound* voice = &any(m_sources.speech);
    auto position = -static_cast<std::ptrdiff_t>(samples(m_random.uniform(0, 3)));
    const auto end = static_cast<std::ptrdiff_t>(sound.size());
    while (position < end) {
        Samples words = atSpeed(some(*voice), speed);
        if (words.empty()) break;
        unit(words);
        for (std::ptrdiff_t i = std::max<std::ptrdiff_t>(0, -position);
             i < static_cast<std::ptrdiff_t>(words.size()) && position + i < end; ++i)
            sound[static_cast<size_t>(position + i)] += words[static_cast<size_t>(i)];
        position += static_cast<std::ptrdiff_t>(words.size() + samples(m_random.uniform(0.1, 1.5)));
        if (!oneVoice) voice = &any(m_sources.speech);
    }
    return sound;
}

Samples SceneSounds::pieceOfSpeech(size_t count) {
    Samples sound = loop(some(any(m_sources.speech)), count);
    unit(sound);
    return sound;
}

} // namespace ovation
