// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/ExampleMixer.h"

#include "core/dataset/FrameData.h"
#include "core/dataset/MadeUpSounds.h"
#include "core/dataset/SceneSounds.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace ovation {

namespace {

/// Shares of its amplitude between which fading applause is labelled. People hear it begin sooner than they hear that
/// it has not ended yet.
constexpr float kHeardFrom = 0.18F, kHeardUntil = 0.34F;

/// How often a recording is cut from: by its length, or where it is labelled in part, by what is labelled, which was
/// chosen to be learnt from.
double shareOf(const MixSources::Recording& recording, int sampleRate) {
    constexpr double kChosen = 4;
    const auto all = static_cast<double>(recording.sound.size());
    if (!recording.partly) return all;
    double known = 0;
    for (const LabelTimeline::Stretch& stretch : recording.stretches)
        if (stretch.labelClass && *stretch.labelClass != LabelClass::Unsure) known += stretch.span.length();
    return std::min(all, kChosen * known * sampleRate);
}

} // namespace

/// One example being made. Levels are relative to an active level of 1.
class ExampleMixer::Scene {
public:
    Scene(const ExampleMixer& mixer, uint64_t seed, uint64_t number)
        : m_mixer(mixer),
          m_sources(mixer.m_sources),
          m_settings(mixer.m_settings),
          m_rate(mixer.m_sources.sampleRate),
          m_hop(static_cast<size_t>(mixer.m_features.hop)),
          m_random(seed, number),
          m_out(static_cast<size_t>(mixer.m_frames) * m_hop),
          m_targets(static_cast<size_t>(mixer.m_frames)),
          m_weights(m_targets.size(), 1.0F),
          m_sounds(m_sources, m_settings, mixer.m_kindWeights, m_out.size(), m_random) {}

    Sound make() {
        const double mixed = m_sources.recordings.empty() ? 1 : m_settings.mixShare;
        const double draw = m_random.uniform();
        if (draw >= mixed)
            cutRecording();
        else if (draw < 0.47 * mixed)
            speechScene();
        else if (draw < 0.69 * mixed)
            stretches();
        else
            negatives();
        recordingChain();
        return {std::move(m_out), std::move(m_targets), std::move(m_weights)};
    }

private:
    size_t samples(double seconds) const { return static_cast<size_t>(std::max(0.0, seconds) * m_rate); }
    double seconds() const { return static_cast<double>(m_out.size()) / m_rate; }

    void unit(Samples& sound) const { toUnitLevel(sound, m_rate); }

    /// Lays one applause into m_out, with the speaker waiting for it or not.
    void layApplause(Samples& speech, double level) {
        const double lengthS = m_random.chance(0.7) ? m_random.uniform(1.2, 9) : m_random.uniform(1.2, 4);
        const size_t length = samples(lengthS);
        const auto start = static_cast<std::ptrdiff_t>(m_random.uniform(
            -0.4 * static_cast<double>(length), static_cast<double>(m_out.size()) - 0.3 * static_cast<double>(length)));
        const auto size = static_cast<std::ptrdiff_t>(m_out.size());
        const auto from = static_cast<size_t>(std::clamp<std::ptrdiff_t>(start, 0, size));
        const auto to =
            static_cast<size_t>(std::clamp<std::ptrdiff_t>(start + static_cast<std::ptrdiff_t>(length), 0, size));
        // None within 0.8 s of another.
        const size_t margin = samples(0.8) / m_hop;
        for (size_t f = from / m_hop > margin ? from / m_hop - margin : 0;
             f < std::min(m_targets.size(), to / m_hop + margin); ++f)
            if (m_targets[f] > 0) return;
        const size_t in = m_random.chance(0.15) ? 0 : std::min(samples(m_random.uniform(0.05, 1.5)), length * 45 / 100);
        const size_t out = m_random.chance(0.1) ? 0 : std::min(samples(m_random.uniform(0.1, 3)), length * 6 / 10);
        Samples sound = m_sounds.applause(length);
        Samples envelope(length, 1.0F);
        fade(envelope, in, out);
        for (size_t i = 0; i < length; ++i)
            sound[i] *= envelope[i];
        const size_t skipped = from - static_cast<size_t>(std::max<std::ptrdiff_t>(0, start)) +
                               static_cast<size_t>(std::max<std::ptrdiff_t>(0, -start));
        mixIn(std::span(m_out).subspan(from, to - from), std::span(sound).subspan(skipped, to - from), gainOf(level));
        m_quietestDb = std::min(m_quietestDb, level);
        label(start, envelope);
        speakerWaits(speech, start, static_cast<std::ptrdiff_t>(length), in, out);
    }

    /// Labels frames whose middle is where the envelope is audible. It rises once and falls once.
    void label(std::ptrdiff_t start, const Samples& envelope) {
        const auto heard = [&](float share) { return [share](float value) { return value >= share; }; };
        const auto from = std::ranges::find_if(envelope, heard(kHeardFrom)) - envelope.begin();
        const auto to = envelope.rend() - std::find_if(envelope.rbegin(), envelope.rend(), heard(kHeardUntil));
        for (size_t f = 0; f < m_targets.size(); ++f) {
            const auto i = static_cast<std::ptrdiff_t>(f * m_hop) - start;
            if (i >= from && i < to) m_targets[f] = 1;
        }
    }

    void speakerWaits(Samples& speech, std::ptrdiff_t start, std::ptrdiff_t length, size_t in, size_t out) {
        const double draw = m_random.uniform();
        if (draw >= 0.85) return;
        auto from = start + static_cast<std::ptrdiff_t>(m_random.uniform(0, 1) * static_cast<double>(in));
        auto to = start + length - static_cast<std::ptrdiff_t>(m_random.uniform(-0.5, 0.6) * static_cast<double>(out));
        if (draw < 0.7 && m_random.chance(0.35)) // and goes on before it has ended
            to -= static_cast<std::ptrdiff_t>(m_random.uniform(0.2, 0.6) * static_cast<double>(to - from));
        const float gain = draw < 0.7 ? 0 : gainOf(m_random.uniform(-15, -3));
        from = std::max<std::ptrdiff_t>(from, 0);
        to = std::min(to, static_cast<std::ptrdiff_t>(speech.size()));
        for (std::ptrdiff_t i = from; i < to; ++i)
            speech[static_cast<size_t>(i)] *= gain;
    }

    void speechScene() {
        Samples voice = m_sounds.speech(m_out.size());
        for (size_t count = std::array<size_t, 10>{0, 0, 1, 1, 1, 1, 1, 2, 2, 2}[m_random.below(10)]; count > 0;
             --count)
            layApplause(voice, m_random.uniform(m_settings.applauseLowDb, m_settings.applauseHighDb));
        for (size_t count = std::array<size_t, 10>{0, 0, 0, 1, 1, 1, 1, 1, 2, 2}[m_random.below(10)]; count > 0;
             --count)
            layNegative(voice);
        Shaping shaping;
        if (m_random.chance(m_settings.reverberationShare)) {
            shaping.reverberationS = m_random.uniform(0.15, 1.3);
            shaping.reverberationDb = m_random.uniform(-12, 2);
        }
        if (m_random.chance(0.6)) shaping.equaliser = Equaliser::random(m_random, 3.5);
        shape(voice, shaping, m_rate, m_random);
        mixIn(m_out, voice, 1);
    }

    void layNegative(Samples& speech) {
        Samples sound = m_sounds.negative(samples(m_random.uniform(1, 6)));
        const auto length = static_cast<double>(sound.size());
        const auto start = static_cast<std::ptrdiff_t>(
            m_random.uniform(-0.2 * length, static_cast<double>(m_out.size()) - 0.5 * length));
        const size_t edge = std::min(sound.size() / 3, samples(m_random.uniform(0.02, 0.8)));
        fade(sound, edge, edge);
        const float gain = gainOf(m_random.uniform(-18, 4));
        const bool waits = m_random.chance(0.6);
        for (size_t i = 0; i < sound.size(); ++i) {
            const std::ptrdiff_t at = start + static_cast<std::ptrdiff_t>(i);
            if (at < 0 || at >= static_cast<std::ptrdiff_t>(m_out.size())) continue;
            m_out[static_cast<size_t>(at)] += gain * sound[i];
            if (waits) speech[static_cast<size_t>(at)] = 0;
        }
    }

    /// Stretches of anything back to back, applause among them; or one applause alone.
    void stretches() {
        if (m_random.chance(0.35)) {
            Samples sound = m_sounds.applause(m_out.size());
            Samples envelope(m_out.size(), 1.0F);
            if (m_random.chance(0.5)) {
                const size_t length = samples(std::min(m_random.uniform(0.5, 4), 0.8 * seconds()));
                const bool start = m_random.chance(0.5);
                fade(envelope, start ? length : 0, start ? 0 : length);
            }
            for (size_t i = 0; i < sound.size(); ++i)
                m_out[i] = sound[i] * envelope[i];
            label(0, envelope);
            return;
        }
        bool before = false; // whether the stretch before is applause
        for (size_t position = 0; position + samples(0.1) < m_out.size();) {
            const size_t length = std::min(samples(m_random.uniform(1.2, 5)), m_out.size() - position);
            const double draw = before ? m_random.uniform(0.5, 1) : m_random.uniform();
            Samples sound;
            before = draw < 0.5;
            if (before) {
                sound = m_sounds.applause(length);
            } else if (draw < 0.6 || (draw < 0.75 && m_sources.speech.empty())) {
                sound.resize(length);
                for (float& sample : sound)
                    sample = 1e-3F * m_random.quickNormal();
            } else if (draw < 0.75) {
                sound = m_sounds.pieceOfSpeech(length);
            } else {
                sound = m_sounds.negative(length);
            }
            const size_t edge = std::min(sound.size() / 4, samples(m_random.uniform(0.005, 0.15)));
            fade(sound, edge, edge);
            const double level = m_random.uniform(-12, 4);
            mixIn(std::span(m_out).subspan(position), sound, gainOf(level));
            if (before) m_quietestDb = std::min(m_quietestDb, level);
            if (before) label(static_cast<std::ptrdiff_t>(position), Samples(length, 1.0F));
            position += length;
        }
    }

    void negatives() {
        const double draw = m_random.uniform();
        if (draw < 0.2) {
            m_out = m_sounds.speech(m_out.size());
            if (m_random.chance(0.6))
                mixIn(m_out, m_sounds.loop(m_sounds.negative(m_out.size()), m_out.size()),
                      gainOf(m_random.uniform(-25, 3)));
            Shaping shaping;
            if (m_random.chance(0.5)) {
                shaping.equaliser = Equaliser::random(m_random, 5);
                shaping.reverberationS = m_random.uniform(0.2, 1.8);
                shaping.reverberationDb = m_random.uniform(-6, 6);
            }
            shape(m_out, shaping, m_rate, m_random);
        } else if (draw < 0.7) {
            const Samples sound = m_sounds.negative(m_out.size());
            mixIn(std::span(m_out).subspan(m_random.below(m_out.size() - std::min(sound.size(), m_out.size()) + 1)),
                  sound, 1);
        } else {
            for (size_t position = 0; position < m_out.size();) {
                Samples sound = m_sounds.negative(samples(m_random.uniform(1, 6)));
                const size_t edge = std::min(sound.size() / 4, samples(m_random.uniform(0.005, 0.2)));
                fade(sound, edge, edge);
                mixIn(std::span(m_out).subspan(position), sound, gainOf(m_random.uniform(-14, 3)));
                position += std::max<size_t>(sound.size(), 1);
            }
        }
    }

    /// A stretch that is known to be applause or not, each alike; all of the recording where there is none.
    TimeSpan anyKnown(const MixSources::Recording& recording) {
        std::vector<TimeSpan> known;
        for (const LabelTimeline::Stretch& stretch : recording.stretches)
            if (stretch.labelClass && *stretch.labelClass != LabelClass::Unsure) known.push_back(stretch.span);
        if (known.empty()) return {0, static_cast<double>(recording.sound.size()) / m_rate};
        return known[m_random.below(known.size())];
    }

    /// A stretch of a labelled recording, often around an edge of applause.
    void cutRecording() {
        const size_t index = m_random.among(m_mixer.m_recordingEnds);
        const MixSources::Recording& recording = m_sources.recordings[std::min(index, m_sources.recordings.size() - 1)];
        std::vector<TimeSpan> applauses;
        for (const LabelTimeline::Stretch& stretch : recording.stretches)
            if (stretch.labelClass == LabelClass::Applause) applauses.push_back(stretch.span);
        const double last =
            std::max(0.0, static_cast<double>(recording.sound.size()) - static_cast<double>(m_out.size()));
        const auto around = [&](double moment) {
            return std::clamp(moment * m_rate - m_random.uniform(0.1, 0.9) * static_cast<double>(m_out.size()), 0.0,
                              last);
        };
        double first = m_random.uniform(0, last);
        if (recording.partly) { // most of it would teach nothing
            const TimeSpan span = anyKnown(recording);
            first = around(m_random.uniform(span.start, span.end));
        } else if (!applauses.empty() && m_random.chance(0.6)) {
            const TimeSpan& span = applauses[m_random.below(applauses.size())];
            first = around(m_random.chance(0.5) ? span.start : span.end);
        }
        const Samples sound = recording.sound.part(static_cast<size_t>(first), m_out.size());
        std::ranges::copy(sound, m_out.begin());
        unit(m_out);
        FrameLabels labels = labelsOfFrames(recording.stretches, static_cast<int64_t>(m_targets.size()),
                                            static_cast<double>(m_hop) / m_rate, std::floor(first) / m_rate);
        m_targets = std::move(labels.targets);
        m_weights = std::move(labels.weights);
        heedQuietApplause();
    }

    /// Takes the level of what is labelled applause in m_out as that of the quietest.
    void heedQuietApplause() {
        double power = 0;
        size_t count = 0;
        for (size_t f = 0; f < m_targets.size(); ++f) {
            if (m_targets[f] <= 0 || m_weights[f] <= 0) continue;
            for (const float sample : std::span(m_out).subspan(f * m_hop, m_hop))
                power += static_cast<double>(sample) * static_cast<double>(sample);
            count += m_hop;
        }
        if (power > 0) m_quietestDb = std::min(m_quietestDb, 10 * std::log10(power / static_cast<double>(count)));
    }

    void recordingChain() {
        const double loudest = m_quietestDb - 5; // louder noise would bury applause that is labelled
        if (m_random.chance(m_settings.crackleShare))
            mixIn(m_out, crackle(m_out.size(), m_rate, false, m_random),
                  gainOf(std::min(m_random.uniform(-35, -3), loudest)));
        if (m_random.chance(m_settings.noiseShare)) {
            const double level = m_random.chance(0.8) ? m_random.uniform(-60, -25) : m_random.uniform(-25, -12);
            const float gain = gainOf(std::min(level, loudest));
            if (m_random.chance(0.5))
                mixIn(m_out, colouredNoise(m_out.size(), m_rate, m_random), gain);
            else
                for (float& sample : m_out)
                    sample += gain * m_random.quickNormal();
        }
        Shaping shaping;
        constexpr std::array<double, 7> kCuts{3000, 3600, 4000, 5000, 5500, 7000, 7600};
        if (m_random.chance(m_settings.bandLimitShare)) shaping.highCutHz = kCuts[m_random.below(kCuts.size())];
        if (m_random.chance(0.4)) shaping.equaliser = Equaliser::random(m_random, 4);
        if (m_random.chance(m_settings.rumbleShare)) shaping.lowCutHz = m_random.scale(60, 350);
        shaping.order = std::array<int, 3>{4, 8, 16}[m_random.below(3)];
        shape(m_out, shaping, m_rate, m_random);
        if (m_random.chance(0.1)) { // overloaded
            const auto drive = static_cast<float>(m_random.uniform(0.3, 1.5));
            for (float& sample : m_out)
                sample = std::tanh(sample * drive);
        }
        if (m_random.chance(m_settings.codingShare)) codeAtLowRate(m_out, m_rate, m_random);
    }

    const ExampleMixer& m_mixer;
    const MixSources& m_sources;
    const Hyperparameters& m_settings;
    const int m_rate;
    const size_t m_hop;
    Random m_random;
    Samples m_out;
    std::vector<float> m_targets, m_weights; ///< by frame
    double m_quietestDb = 0;                 ///< level of the quietest applause
    SceneSounds m_sounds;
};

ExampleMixer::ExampleMixer(const MixSources& sources, const LogMelOptions& features,
                           const Hyperparameters& hyperparameters, int64_t frames)
    : m_sources(sources),
      m_features([&] {
          LogMelOptions options = features;
          options.floorDb = kMixFloorDb;
          return options;
      }()),
      m_settings(hyperparameters),
      m_frames(std::max<int64_t>(1, frames)),
      m_kindWeights(SceneSounds::kindWeights(sources)) {
    double total = 0;
    for (const MixSources::Recording& recording : sources.recordings)
        m_recordingEnds.push_back(total += shareOf(recording, sources.sampleRate));
}

ExampleMixer::Sound ExampleMixer::sound(uint64_t seed, uint64_t number) const {
    return Scene(*this, seed, number).make();
}

MixedExample ExampleMixer::make(uint64_t seed, uint64_t number) const {
    Sound made = sound(seed, number);
    MixedExample example;
    example.values = logMel(made.samples, m_features).values;
    example.values.rows = m_frames; // the last one is centred on the end
    example.values.values.resize(static_cast<size_t>(m_frames * example.values.columns));
    example.targets = std::move(made.targets);
    example.weights = std::move(made.weights);
    return example;
}

} // namespace ovation
