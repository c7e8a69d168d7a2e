// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/ClipAugmentation.h"

#include "core/audio/MonoStream.h"
#include "core/dataset/ExampleMixer.h"
#include "core/dataset/LabelTimeline.h"
#include "core/dataset/MadeUpSounds.h"
#include "core/dataset/WindowPlan.h"
#include "core/models/ModelRegistry.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <cstring>

namespace ovation {

namespace {

template <typename... Values>
std::string words(const char* format, Values... values) {
    char text[120];
    std::snprintf(text, sizeof text, format, values...);
    return text;
}

/// The band of a telephone, or what is left of the heights by lossy coding at a low rate.
void limitBand(Samples& sound, Random& random, std::vector<std::string>& done) {
    Shaping shaping;
    if (random.chance(0.5)) {
        shaping.lowCutHz = 300;
        shaping.highCutHz = 3400;
        shaping.order = 8;
        done.emplace_back("telephone band, 300 to 3400 Hz");
    } else {
        constexpr std::array<double, 4> kCuts{4000, 5500, 7000, 8500};
        shaping.highCutHz = kCuts[random.below(kCuts.size())];
        shaping.order = 16;
        done.push_back(words("cut off at %.1f kHz, as by MP3", shaping.highCutHz / 1000));
    }
    shape(sound, shaping, seed::kSampleRate, random);
}

void addRoom(Samples& sound, Random& random, std::vector<std::string>& done) {
    Shaping shaping;
    shaping.reverberationS = random.uniform(0.2, 1.6);
    shaping.reverberationDb = random.uniform(-10, 3);
    shape(sound, shaping, seed::kSampleRate, random);
    done.push_back(words("a room of %.1f s", shaping.reverberationS));
}

void addNoise(Samples& sound, double level, Random& random, std::vector<std::string>& done) {
    const double db = random.uniform(-40, -12);
    const Samples noise = colouredNoise(sound.size(), seed::kSampleRate, random);
    mixIn(sound, noise, gainOf(db) * static_cast<float>(level));
    done.push_back(words("noise at %.0f dB", db));
}

void hide(AlteredClip& clip, Random& random) {
    constexpr int64_t kMostBands = 24;
    const int64_t frames = frameCount(static_cast<int64_t>(clip.samples.size()));
    const auto bands = 1 + static_cast<int64_t>(random.below(kMostBands));
    clip.firstBand = static_cast<int64_t>(random.below(static_cast<size_t>(seed::kMelBands - bands)));
    clip.endBand = clip.firstBand + bands;
    const auto hidden = static_cast<int64_t>(random.below(static_cast<size_t>(std::max<int64_t>(1, frames / 5))));
    clip.firstFrame = static_cast<int64_t>(random.below(static_cast<size_t>(std::max<int64_t>(1, frames - hidden))));
    clip.endFrame = clip.firstFrame + hidden;
    clip.done.push_back(words("%d bands and %d frames hidden", static_cast<int>(bands), static_cast<int>(hidden)));
}

/// Where a copy may begin: the label of what it then holds is the same.
double shiftedStart(const LabelledRecording& recording, const Window& window, double mostS, Random& random) {
    const double start = static_cast<double>(window.firstFrame) * seed::kHopS;
    const double length = window.frames * seed::kHopS;
    const double wanted =
        std::clamp(start + random.uniform(-mostS, mostS), 0.0, std::max(0.0, recording.info.durationS() - length));
    const double end = std::min(wanted + length, recording.info.durationS());
    const LabelTimeline timeline(recording);
    const double applause = timeline.seconds(LabelClass::Applause, wanted, end);
    const bool same = window.applause
                          ? applause >= 0.5 * (end - wanted)
                          : timeline.seconds(LabelClass::NotApplause, wanted, end) >= (end - wanted) * (1 - 1e-6);
    return same ? wanted : start;
}

Result<Samples> readWindow(const LabelledRecording& recording, double startS, int32_t frames) {
    // One hop less: that many samples make that many frames.
    return readMono(recording.path, seed::kSampleRate, startS, std::max(0.05, (frames - 1) * seed::kHopS));
}

AugmentationExample mixedExample(const Dataset& dataset, const ExampleMixer& mixer,
                                 const Hyperparameters& hyperparameters, uint64_t number) {
    const double hopS = dataset.frames.features.hopS();
    ExampleMixer::Sound sound = mixer.sound(hyperparameters.seed, number);
    AugmentationExample example;
    example.file = "mixed from the training recordings";
    const auto applause = std::ranges::count_if(sound.targets, [](float target) { return target >= 0.5F; });
    example.applause = applause > 0;
    example.after.samples = std::move(sound.samples);
    example.after.done.push_back(words("%.1f of %.1f s are applause", static_cast<double>(applause) * hopS,
                                       static_cast<double>(sound.targets.size()) * hopS));
    example.melPower = frameFeatures(example.after.samples).melPower;
    return example;
}

Result<AugmentationExample> alteredExample(const WindowPlan& plan, const Hyperparameters& hyperparameters,
                                           uint64_t number) {
    std::vector<Window> applause, other;
    for (const int32_t index : plan.split.train) {
        const Window& window = plan.windows[static_cast<size_t>(index)];
        (window.applause ? applause : other).push_back(window);
    }
    if (applause.empty() && other.empty())
        return Error{ErrorCode::NoData, "", "no labelled window is left to learn from", 0};
    Random random(hyperparameters.seed, number);
    const bool fromApplause = other.empty() || (!applause.empty() && number % 2 == 0);
    const std::vector<Window>& windows = fromApplause ? applause : other;
    const Window& window = windows[random.below(windows.size())];
    const LabelledRecording& recording = plan.collection.recordings[static_cast<size_t>(window.recording)];
    AugmentationExample example;
    example.file = recording.path;
    example.startS = static_cast<double>(window.firstFrame) * seed::kHopS;
    example.applause = window.applause;
    auto before = readWindow(recording, example.startS, window.frames);
    if (!before) return before.error();
    example.before = *std::move(before);
    auto after = alteredCopy(plan.collection.recordings, window, static_cast<int64_t>(number), other, hyperparameters);
    if (!after) return after.error();
    example.after = *std::move(after);
    example.melPower = featuresOf(example.after).melPower;
    return example;
}

using TakeExample = std::function<Result<void>(const AugmentationExample&)>;

/// Examples `first` to `end` - 1.
Result<void> takeExamples(const RecordingCollection& training, const Hyperparameters& hyperparameters, uint64_t first,
                          uint64_t end, const TakeExample& take, const CancelToken& cancel,
                          const ProgressCallback& progress) {
    const auto each = [&](const auto& make) -> Result<void> {
        for (uint64_t number = first; number < end; ++number) {
            if (cancel.cancelled()) return Error{ErrorCode::Cancelled, "", "", 0};
            const Result<AugmentationExample> example = make(number);
            if (!example) return example.error();
            if (const Result<void> taken = take(*example); !taken) return taken;
        }
        return {};
    };
    if (!isFrameModel(hyperparameters.model)) {
        const WindowPlan plan = planWindows(training, hyperparameters, nullptr);
        return each([&](uint64_t number) { return alteredExample(plan, hyperparameters, number); });
    }
    const auto dataset = buildDataset(training, hyperparameters, nullptr, cancel, progress);
    if (!dataset) return dataset.error();
    const FrameData& data = dataset->frames;
    const auto frames = static_cast<int64_t>(hyperparameters.exampleS / data.features.hopS());
    const ExampleMixer mixer(data.sources, data.features, hyperparameters, frames);
    return each([&](uint64_t number) -> Result<AugmentationExample> {
        return mixedExample(*dataset, mixer, hyperparameters, number);
    });
}

} // namespace

AlteredClip alter(Samples window, bool applause, std::span<const float> speech, const Hyperparameters& hyperparameters,
                  Random& random) {
    AlteredClip clip;
    clip.samples = std::move(window);
    const double level = activeLevel(clip.samples, seed::kSampleRate);
    if (applause && !speech.empty() && random.chance(hyperparameters.speechUnderShare)) {
        const double db = random.uniform(-15, 0);
        const double other = activeLevel(speech, seed::kSampleRate);
        if (other > 1e-6) {
            mixIn(clip.samples, speech, gainOf(db) * static_cast<float>(level / other));
            clip.done.push_back(words("speech %.0f dB under it", -db));
        }
    }
    if (random.chance(hyperparameters.reverberationShare)) addRoom(clip.samples, random, clip.done);
    if (random.chance(hyperparameters.noiseShare)) addNoise(clip.samples, level, random, clip.done);
    if (random.chance(hyperparameters.bandLimitShare)) limitBand(clip.samples, random, clip.done);
    if (random.chance(hyperparameters.codingShare))
        if (const int rate = codeAtLowRate(clip.samples, seed::kSampleRate, random))
            clip.done.push_back(words("MP3 at about %d kbit/s", rate));
    const double gain = random.uniform(-hyperparameters.gainDb, hyperparameters.gainDb);
    for (float& sample : clip.samples)
        sample *= gainOf(gain);
    clip.done.push_back(words(gain < 0 ? "%.1f dB quieter" : "%.1f dB louder", std::abs(gain)));
    if (random.chance(hyperparameters.maskShare)) hide(clip, random);
    return clip;
}

FrameFeatures featuresOf(const AlteredClip& clip) {
    FrameFeatures frames = frameFeatures(clip.samples);
    for (int64_t frame = 0; frame < frames.frames(); ++frame) {
        const std::span<float> row = frames.melPower.row(frame);
        const bool all = frame >= clip.firstFrame && frame < clip.endFrame;
        const auto first = all ? 0 : static_cast<size_t>(clip.firstBand);
        const auto end = all ? row.size() : static_cast<size_t>(clip.endBand);
        for (size_t band = first; band < end; ++band)
            row[band] *= 1e-8F; // 80 dB down: what top_db cuts off
    }
    return frames;
}

Result<AlteredClip> alteredCopy(const std::vector<LabelledRecording>& recordings, const Window& window, int64_t copy,
                                const std::vector<Window>& speech, const Hyperparameters& hyperparameters) {
    Random random(hyperparameters.seed, static_cast<uint64_t>(window.recording) << 40 ^
                                            static_cast<uint64_t>(window.firstFrame) << 8 ^
                                            static_cast<uint64_t>(copy));
    const LabelledRecording& recording = recordings[static_cast<size_t>(window.recording)];
    const double usual = static_cast<double>(window.firstFrame) * seed::kHopS;
    const double start = shiftedStart(recording, window, hyperparameters.timeShiftS, random);
    auto samples = readWindow(recording, start, window.frames);
    if (!samples) return samples.error();
    Samples under;
    if (window.applause && !speech.empty() && hyperparameters.speechUnderShare > 0) {
        const Window& from = speech[random.below(speech.size())];
        auto other = readWindow(recordings[static_cast<size_t>(from.recording)],
                                static_cast<double>(from.firstFrame) * seed::kHopS, from.frames);
        if (other) under = *std::move(other);
    }
    AlteredClip clip = alter(*std::move(samples), window.applause, under, hyperparameters, random);
    if (start != usual)
        clip.done.insert(clip.done.begin(),
                         words("begun %.2f s %s", std::abs(start - usual), start < usual ? "earlier" : "later"));
    return clip;
}

Result<AugmentationExample> augmentationExample(const RecordingCollection& training,
                                                const Hyperparameters& hyperparameters, uint64_t number,
                                                const CancelToken& cancel) {
    AugmentationExample made;
    const auto keep = [&made](const AugmentationExample& example) -> Result<void> {
        made = example;
        return {};
    };
    if (const auto taken = takeExamples(training, hyperparameters, number, number + 1, keep, cancel, {}); !taken)
        return taken.error();
    return made;
}

Result<void> forEachAugmentationExample(const RecordingCollection& training, const Hyperparameters& hyperparameters,
                                        uint64_t count, const TakeExample& take, const CancelToken& cancel,
                                        const ProgressCallback& progress) {
    return takeExamples(training, hyperparameters, 0, count, take, cancel, progress);
}

std::string wavOf(std::span<const float> samples) {
    float most = 1;
    for (const float sample : samples)
        most = std::max(most, std::abs(sample));
    const auto bytes = static_cast<uint32_t>(samples.size() * 2);
    std::string wav;
    const auto put = [&](auto value) {
        char raw[sizeof value];
        std::memcpy(raw, &value, sizeof value);
        wav.append(raw, sizeof value);
    };
    wav += "RIFF";
    put(uint32_t{36} + bytes);
    wav += "WAVEfmt ";
    put(uint32_t{16});
    put(uint16_t{1});
    put(uint16_t{1});
    put(uint32_t{seed::kSampleRate});
    put(uint32_t{seed::kSampleRate * 2});
    put(uint16_t{2});
    put(uint16_t{16});
    wav += "data";
    put(bytes);
    for (const float sample : samples)
        put(static_cast<int16_t>(std::lround(sample / most * 32767)));
    return wav;
}

} // namespace ovation
