// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/ExampleStream.h"

#include "core/base/OnThreads.h"
#include "core/dataset/FrameData.h"
#include "core/models/ModelRegistry.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <new>
#include <system_error>
#include <thread>

namespace ovation {

namespace {
constexpr uint64_t kPoolSteps = 6;                                ///< an example may serve for so many steps
constexpr uint64_t kDrawing = 0x64726177, kChanging = 0x6368616e; ///< set the streams of random numbers apart
} // namespace

ExampleStream::ExampleStream(const ExampleMixer& mixer, const Standardizer& standardizer, double floorDb,
                             const Hyperparameters& hyperparameters, int64_t frames, int threads)
    : m_mixer(mixer),
      m_standardizer(standardizer),
      m_floorDb(static_cast<float>(floorDb)),
      m_seed(hyperparameters.seed),
      m_batchSize(static_cast<uint64_t>(hyperparameters.batchSize)),
      m_fresh((m_batchSize + 1) / 2),
      m_frames(frames),
      m_threads(std::max(1, threads)),
      m_augmentation{6, 2, hyperparameters.maskShare} {}

ExampleStream::~ExampleStream() {
    m_stopping = true;
    if (m_next.valid()) m_next.wait();
}

FrameExamples ExampleStream::batch(uint64_t step) {
    FrameExamples result;
    if (m_next.valid() && m_nextStep == step) {
        result = m_next.get();
    } else {
        if (m_next.valid()) m_next.wait();
        result = prepare(step);
    }
    m_nextStep = step + 1;
    try {
        m_next = std::async(std::launch::async, [this, next = m_nextStep] { return prepare(next); });
    } catch (const std::system_error&) {
        // No thread may be had for now: the next batch is made when it is asked for.
        m_next = {};
    }
    return result;
}

/// Makes what the pool of a step lacks, and drops what came before.
void ExampleStream::fill(uint64_t step) {
    const uint64_t first = step * m_fresh, end = first + kPoolSteps * m_fresh;
    m_pool.erase(m_pool.begin(), m_pool.lower_bound(first));
    m_pool.erase(m_pool.lower_bound(end), m_pool.end());
    std::vector<uint64_t> missing;
    for (uint64_t number = first; number < end; ++number)
        if (!m_pool.contains(number)) missing.push_back(number);
    std::vector<MixedExample> made(missing.size());
    std::atomic<size_t> next{0};
    std::exception_ptr failure;
    std::mutex mutex; // guards it
    const auto work = [&] {
        for (size_t i = next++; i < missing.size() && !m_stopping; i = next++) {
            try {
                made[i] = m_mixer.make(m_seed, missing[i]);
            } catch (const std::bad_alloc&) {
                next = missing.size();
                const std::lock_guard lock(mutex);
                failure = std::current_exception();
            }
        }
    };
    // At the start nothing else is to be done.
    onThreads(missing.size() > m_fresh ? static_cast<size_t>(std::max(1, m_threads)) : 1, work);
    if (failure) std::rethrow_exception(failure);
    for (size_t i = 0; i < missing.size(); ++i)
        m_pool[missing[i]] = std::move(made[i]);
}

FrameExamples ExampleStream::prepare(uint64_t step) {
    fill(step);
    FrameExamples batch;
    if (m_stopping) return batch;
    std::vector<uint64_t> numbers;
    for (const auto& [number, example] : m_pool)
        numbers.push_back(number);
    Random drawing(m_seed ^ kDrawing, step);
    batch.count = static_cast<int64_t>(m_batchSize);
    batch.frames = m_frames;
    for (uint64_t i = 0; i < m_batchSize; ++i) {
        std::swap(numbers[i % numbers.size()],
                  numbers[i % numbers.size() + drawing.below(numbers.size() - i % numbers.size())]);
        MixedExample example = m_pool.at(numbers[i % numbers.size()]);
        Random changing(m_seed ^ kChanging, step * m_batchSize + i);
        augment(example.values, m_augmentation, changing);
        for (float& value : example.values.values)
            value = std::max(value, m_floorDb);
        m_standardizer.apply(example.values.values);
        // Answers fall on another grid of frames each time; the frames that are pushed out at the front come back
        // unlabelled at the end.
        const auto shift = static_cast<int64_t>(changing.below(kAnswerFrames));
        auto& values = example.values.values;
        std::rotate(values.begin(), values.begin() + shift * example.values.columns, values.end());
        std::rotate(example.targets.begin(), example.targets.begin() + shift, example.targets.end());
        std::rotate(example.weights.begin(), example.weights.begin() + shift, example.weights.end());
        std::fill(example.weights.end() - shift, example.weights.end(), 0.0F);
        const FrameLabels answers = labelsOfAnswers({std::move(example.targets), std::move(example.weights)});
        batch.values.insert(batch.values.end(), values.begin(), values.end());
        batch.targets.insert(batch.targets.end(), answers.targets.begin(), answers.targets.end());
        batch.weights.insert(batch.weights.end(), answers.weights.begin(), answers.weights.end());
    }
    return batch;
}

} // namespace ovation
