// SPDX-License-Identifier: GPL-3.0-or-later
#include "EngineSupport.h"

#include <cstdlib>
#include <filesystem>
#include <random>

namespace ovation::test {

Engine& theEngine() {
    static const Result<Engine*> loaded = engine();
    if (!loaded) {
        ADD_FAILURE() << describe(loaded.error());
        std::abort();
    }
    return **loaded;
}

TemporaryFolder::TemporaryFolder() {
    char pattern[] = "/tmp/ovation-engine-XXXXXX";
    m_path = mkdtemp(pattern);
}

TemporaryFolder::~TemporaryFolder() {
    std::error_code error;
    std::filesystem::remove_all(m_path, error);
}

Clips Clips::padded(int64_t newFrames, float padding) const {
    Clips result = *this;
    result.frames = newFrames;
    result.mfcc.assign(static_cast<size_t>(count * newFrames * 13), padding);
    for (int64_t clip = 0; clip < count; ++clip)
        std::copy_n(mfcc.begin() + clip * frames * 13, lengths[static_cast<size_t>(clip)] * 13,
                    result.mfcc.begin() + clip * newFrames * 13);
    return result;
}

Clips Clips::only(int64_t index) const {
    Clips result;
    result.count = 1;
    result.frames = frames;
    result.mfcc.assign(mfcc.begin() + index * frames * 13, mfcc.begin() + (index + 1) * frames * 13);
    result.clipValues.assign(clipValues.begin() + index * 12, clipValues.begin() + (index + 1) * 12);
    result.lengths = {lengths[static_cast<size_t>(index)]};
    return result;
}

Clips makeClips(const std::vector<int32_t>& lengths, int64_t frames, unsigned seed) {
    std::mt19937 random(seed);
    std::normal_distribution<float> normal;
    Clips clips;
    clips.count = static_cast<int64_t>(lengths.size());
    clips.frames = frames;
    clips.lengths = lengths;
    clips.mfcc.resize(static_cast<size_t>(clips.count * frames * 13));
    clips.clipValues.resize(static_cast<size_t>(clips.count * 12));
    for (float& value : clips.mfcc)
        value = normal(random);
    for (float& value : clips.clipValues)
        value = normal(random);
    return clips.padded(frames, 0);
}

Architecture smallArchitecture(const std::string& id) {
    const Result<Architecture> architecture = architectureFor(smallHyperparameters(id));
    EXPECT_TRUE(architecture) << describe(architecture.error());
    return *architecture;
}

Hyperparameters smallHyperparameters(const std::string& id) {
    Hyperparameters values = preset(id == "transformer" ? "transformer" : "seed")->values;
    values.hiddenSize = 16;
    values.heads = 4;
    values.layers = 2;
    values.feedForward = 32;
    values.batchSize = 8;
    values.epochs = 4;
    values.threads = 1;
    return values;
}

Dataset makeDataset(int64_t train, int64_t validation, double separation, unsigned seed, int64_t frames) {
    std::mt19937 random(seed);
    std::normal_distribution<double> normal;
    const auto fill = [&](ExampleSet& set, int64_t count) {
        set.count = count;
        set.mfcc.assign(static_cast<size_t>(count * frames * 13), 0.0F);
        for (int64_t clip = 0; clip < count; ++clip) {
            const bool applause = clip % 3 == 0;
            const double shift = applause ? separation / 2 : -separation / 2;
            const auto length = static_cast<int32_t>(frames - clip % 4);
            set.labels.push_back(applause ? 1 : 0);
            set.lengths.push_back(length);
            set.windows.push_back({static_cast<int32_t>(clip), 0, length, applause});
            for (int64_t i = 0; i < length * 13; ++i)
                set.mfcc[static_cast<size_t>(clip * frames * 13 + i)] = static_cast<float>(normal(random) + shift);
            for (int64_t i = 0; i < 12; ++i)
                set.clipValues.push_back(static_cast<float>(normal(random) + shift));
        }
    };
    Dataset data;
    fill(data.train, train);
    fill(data.validation, validation);
    data.mfccStandardizer = {std::vector<float>(13, 5.0F), std::vector<float>(13, 20.0F)};
    data.clipStandardizer = {std::vector<float>(12, 300.0F), std::vector<float>(12, 1000.0F)};
    data.summary.fingerprint = "made-up-" + std::to_string(seed);
    data.summary.trainExamples = train;
    data.summary.validationExamples = validation;
    return data;
}

Dataset standardisedOtherwise(Dataset data) {
    constexpr float kShift = 0.5F, kEven = 2, kOdd = 0.25F; // in deviations
    const auto change = [&](size_t columns, std::vector<float>& values, const std::vector<int32_t>* lengths,
                            size_t frames) {
        for (size_t i = 0; i < values.size(); ++i) {
            const size_t column = i % columns, row = i / columns;
            if (lengths && row % frames >= static_cast<size_t>((*lengths)[row / frames])) continue; // padding
            values[i] = (values[i] - kShift) / (column % 2 == 0 ? kEven : kOdd);
        }
    };
    for (ExampleSet* set : {&data.train, &data.validation}) {
        const size_t frames = set->mfcc.size() / data.mfccStandardizer.mean.size() / static_cast<size_t>(set->count);
        change(data.mfccStandardizer.mean.size(), set->mfcc, &set->lengths, frames);
        change(data.clipStandardizer.mean.size(), set->clipValues, nullptr, 1);
    }
    for (Standardizer* standardizer : {&data.mfccStandardizer, &data.clipStandardizer})
        for (size_t i = 0; i < standardizer->mean.size(); ++i) {
            standardizer->mean[i] += kShift * standardizer->deviation[i];
            standardizer->deviation[i] *= i % 2 == 0 ? kEven : kOdd;
        }
    return data;
}

void expectSameHistory(const TrainingRun& a, const TrainingRun& b) {
    const auto bare = [](TrainingRun run) {
        run.startedMs = 0;
        run.seconds = 0;
        for (EpochMetrics& epoch : run.epochs)
            epoch.seconds = 0;
        return toJson(run);
    };
    EXPECT_EQ(bare(a), bare(b));
}

} // namespace ovation::test
