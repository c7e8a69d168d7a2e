// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/Engine.h"
#include "core/features/SeedFeatures.h"

#include <functional>
#include <gtest/gtest.h>
#include <random>
#include <vector>

namespace ovation::test {

/// Answers with a function of each clip, and remembers what it was asked.
class FakeNetwork : public Network {
public:
    struct Clip {
        std::vector<float> mfcc, clipValues;
        int32_t length;
    };

    explicit FakeNetwork(std::function<float(const Clip&)> answer = [](const Clip&) { return 0.25F; })
        : m_answer(std::move(answer)) {}

    int64_t parameterCount() const override { return 0; }
    TensorMap weights() const override { return {}; }
    Result<std::vector<float>> probabilities(const ClipBatch& batch) override {
        batches.push_back(batch.count);
        if (failing) return Error{ErrorCode::OutOfMemory, "", "", 0};
        EXPECT_EQ(static_cast<int64_t>(batch.mfcc.size()), batch.count * batch.frames * 13);
        EXPECT_EQ(static_cast<int64_t>(batch.clipValues.size()), batch.count * 12);
        EXPECT_EQ(static_cast<int64_t>(batch.lengths.size()), batch.count);
        std::vector<float> answers;
        for (int64_t i = 0; i < batch.count; ++i) {
            const auto mfcc =
                batch.mfcc.subspan(static_cast<size_t>(i * batch.frames * 13), static_cast<size_t>(batch.frames * 13));
            const auto values = batch.clipValues.subspan(static_cast<size_t>(i * 12), 12);
            clips.push_back(
                {{mfcc.begin(), mfcc.end()}, {values.begin(), values.end()}, batch.lengths[static_cast<size_t>(i)]});
            answers.push_back(m_answer(clips.back()));
            if (!keep) clips.pop_back();
        }
        return answers;
    }

    std::vector<int64_t> batches;
    std::vector<Clip> clips;
    bool failing = false;
    bool keep = true;

private:
    std::function<float(const Clip&)> m_answer;
};

inline ModelBundle plainBundle() {
    ModelBundle bundle;
    bundle.name = "test";
    bundle.mfccStandardizer = {std::vector<float>(13, 0.0F), std::vector<float>(13, 1.0F)};
    bundle.clipStandardizer = {std::vector<float>(12, 0.0F), std::vector<float>(12, 1.0F)};
    return bundle;
}

inline std::vector<float> noise(double seconds, float level = 0.1F, unsigned seedValue = 1) {
    std::vector<float> samples(static_cast<size_t>(seconds * seed::kSampleRate));
    std::mt19937 random(seedValue);
    std::normal_distribution<float> normal(0, level);
    for (float& sample : samples)
        sample = normal(random);
    return samples;
}

} // namespace ovation::test
