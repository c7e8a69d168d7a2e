// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/Engine.h"

#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace ovation::test {

/// The engine, which these tests cannot do without.
Engine& theEngine();

/// A fresh folder, removed at the end.
class TemporaryFolder {
public:
    TemporaryFolder();
    ~TemporaryFolder();
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    const std::string& path() const { return m_path; }
    std::string file(const std::string& name) const { return m_path + "/" + name; }

private:
    std::string m_path;
};

/// Clips of made-up values, owned.
struct Clips {
    int64_t count = 0;
    int64_t frames = 0;
    std::vector<float> mfcc, clipValues;
    std::vector<int32_t> lengths;

    ClipBatch batch() const { return {count, frames, mfcc, clipValues, lengths}; }
    /// The same clips with another padded length and this in the padding.
    Clips padded(int64_t newFrames, float padding) const;
    Clips only(int64_t index) const;
};
Clips makeClips(const std::vector<int32_t>& lengths, int64_t frames, unsigned seed);

/// A small architecture, quick to run.
Architecture smallArchitecture(const std::string& id);
Hyperparameters smallHyperparameters(const std::string& id = "bilstm-attention");

/// Examples of two classes that a network can tell apart, `separation` standard deviations from each other.
Dataset makeDataset(int64_t train, int64_t validation, double separation, unsigned seed = 7, int64_t frames = 12);

/// The same sounds, by other standardisers.
Dataset standardisedOtherwise(Dataset data);

/// The parts of two histories that must agree bit for bit: everything but the time taken.
void expectSameHistory(const TrainingRun& a, const TrainingRun& b);

} // namespace ovation::test
