// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dataset/ExampleMixer.h"
#include "core/features/Standardizer.h"

#include <atomic>
#include <cstdint>
#include <future>
#include <map>
#include <vector>

namespace ovation {

/// A batch of examples as a frame network takes them: standardised.
struct FrameExamples {
    int64_t count = 0, frames = 0;
    std::vector<float> values;           ///< (count, frames, bands)
    std::vector<float> targets, weights; ///< (count, frames / kAnswerFrames)
};

/// The batches of a training, each a function of its step, made on another thread one step ahead. Mixing takes longer
/// than a step, so each example serves about twice within a few steps, augmented differently. Used by one thread.
class ExampleStream {
public:
    /// `mixer` and `standardizer` outlive it. `floorDb`: of the network's features. `frames`: of an example.
    ExampleStream(const ExampleMixer& mixer, const Standardizer& standardizer, double floorDb,
                  const Hyperparameters& hyperparameters, int64_t frames, int threads);
    ~ExampleStream();
    ExampleStream(const ExampleStream&) = delete;
    ExampleStream& operator=(const ExampleStream&) = delete;

    /// Waits for what is not ready yet, a second or so before the first one.
    FrameExamples batch(uint64_t step);

private:
    FrameExamples prepare(uint64_t step);
    void fill(uint64_t step);

    const ExampleMixer& m_mixer;
    const Standardizer& m_standardizer;
    const float m_floorDb;
    const uint64_t m_seed;
    const uint64_t m_batchSize;
    const uint64_t m_fresh; ///< new examples with every step
    const int64_t m_frames;
    const int m_threads;
    const FrameAugmentation m_augmentation;
    std::atomic<bool> m_stopping = false;
    std::map<uint64_t, MixedExample> m_pool; ///< by number; the preparing thread's
    uint64_t m_nextStep = 0;
    std::future<FrameExamples> m_next; ///< of m_nextStep; may be empty
};

} // namespace ovation
