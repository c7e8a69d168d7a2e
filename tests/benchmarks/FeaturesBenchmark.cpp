// SPDX-License-Identifier: GPL-3.0-or-later
// One thread; the counter x_realtime is seconds of audio per second of work.
#include "core/audio/MonoStream.h"
#include "core/features/SeedFeatures.h"

#include <benchmark/benchmark.h>

using namespace ovation;

namespace {

const std::string kReference = std::string(OVATION_TEST_DATA) + "/reference/";

std::vector<float> samplesOf(benchmark::State& state, const char* name) {
    auto samples = readMono(kReference + name + ".flac");
    if (!samples) {
        state.SkipWithError(describe(samples.error()).c_str());
        return {};
    }
    return std::move(*samples);
}

void countAudio(benchmark::State& state, double audioS) {
    state.counters["x_realtime"] =
        benchmark::Counter(audioS * static_cast<double>(state.iterations()), benchmark::Counter::kIsRate);
}

void seedFeatures(benchmark::State& state, const char* name) {
    const auto samples = samplesOf(state, name);
    for (auto _ : state) {
        const FrameFeatures frames = frameFeatures(std::span<const float>(samples));
        benchmark::DoNotOptimize(clipFeatures(frames, 0, frames.frames()));
    }
    countAudio(state, static_cast<double>(samples.size()) / seed::kSampleRate);
}
BENCHMARK_CAPTURE(seedFeatures, speech, "speech_22k")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(seedFeatures, applause, "applause_22k")->Unit(benchmark::kMillisecond);

void mfccAlone(benchmark::State& state, const char* name) {
    const auto samples = samplesOf(state, name);
    for (auto _ : state) {
        FrameExtractor extractor(FrameContent::MelOnly);
        FrameFeatures frames;
        extractor.push(samples, frames);
        extractor.finish(frames);
        benchmark::DoNotOptimize(mfcc(frames, 0, frames.frames()));
    }
    countAudio(state, static_cast<double>(samples.size()) / seed::kSampleRate);
}
BENCHMARK_CAPTURE(mfccAlone, speech, "speech_22k")->Unit(benchmark::kMillisecond);

void clipOfCachedFrames(benchmark::State& state) {
    const auto samples = samplesOf(state, "speech_22k");
    const FrameFeatures frames = frameFeatures(std::span<const float>(samples));
    for (auto _ : state)
        benchmark::DoNotOptimize(clipFeatures(frames, 0, seed::kWindowFrames));
    countAudio(state, seed::kWindowS);
}
BENCHMARK(clipOfCachedFrames)->Unit(benchmark::kMicrosecond);

void decodeAndResample(benchmark::State& state) {
    double audioS = 0;
    for (auto _ : state) {
        const auto samples = readMono(kReference + "mix_44k_stereo.flac");
        if (!samples) return state.SkipWithError(describe(samples.error()).c_str());
        audioS = static_cast<double>(samples->size()) / seed::kSampleRate;
    }
    countAudio(state, audioS);
}
BENCHMARK(decodeAndResample)->Unit(benchmark::kMillisecond);

} // namespace
