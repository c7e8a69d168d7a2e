// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/TrainingState.h"

#include "core/engine/networks/Dropout.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

namespace ovation {

void Tally::add(float score, bool truth) {
    scores.push_back(score);
    truths.push_back(truth);
}

PartMetrics Tally::metrics() const {
    PartMetrics result;
    if (weightSum > 0) result.loss = lossSum / weightSum;
    std::vector<RankedExample> examples;
    examples.reserve(scores.size());
    for (size_t i = 0; i < scores.size(); ++i) {
        result.confusion.add(truths[i], scores[i] >= 0.5F);
        examples.push_back({scores[i], truths[i]});
    }
    result.accuracy = result.confusion.accuracy();
    result.precision = result.confusion.precision();
    result.recall = result.confusion.recall();
    result.f1 = result.confusion.f1();
    result.rocAuc = rocAuc(examples);
    result.averagePrecision = averagePrecision(examples);
    return result;
}

double PlateauSchedule::next(double loss, double learningRate, double factor, int64_t patience) {
    constexpr double kThreshold = 1e-4;
    constexpr double kSmallestChange = 1e-8;
    if (!best || loss < *best * (1 - kThreshold)) {
        best = loss;
        badEpochs = 0;
    } else {
        ++badEpochs;
    }
    if (badEpochs <= patience) return learningRate;
    badEpochs = 0;
    const double lowered = learningRate * factor;
    return learningRate - lowered > kSmallestChange ? lowered : learningRate;
}

double oneCycleRate(double highest, uint64_t step, uint64_t steps) {
    constexpr double kRise = 0.15, kFirst = 1.0 / 25, kLast = 1e-5;
    const double position = steps > 0 ? static_cast<double>(step) / static_cast<double>(steps) : 0;
    const auto between = [](double from, double to, double share) {
        return to + (from - to) / 2 * (1 + std::cos(std::numbers::pi * std::clamp(share, 0.0, 1.0)));
    };
    return highest * (position < kRise ? between(kFirst, 1, position / kRise)
                                       : between(1, kLast, (position - kRise) / (1 - kRise)));
}

double cosineRate(double highest, uint64_t step, uint64_t steps) {
    const double share = steps > 0 ? static_cast<double>(step) / static_cast<double>(steps) : 0;
    return highest / 2 * (1 + std::cos(std::numbers::pi * std::clamp(share, 0.0, 1.0)));
}

std::vector<int64_t> shuffledOrder(int64_t count, uint64_t seed, int64_t epoch) {
    std::vector<int64_t> order(static_cast<size_t>(count));
    std::iota(order.begin(), order.end(), int64_t{0});
    const uint64_t key = mix64(mix64(seed) ^ mix64(static_cast<uint64_t>(epoch) + 0x5bf03635ULL));
    for (int64_t i = count - 1; i > 0; --i) {
        const uint64_t draw = mix64(key + static_cast<uint64_t>(i) * 0x9e3779b97f4a7c15ULL);
        std::swap(order[static_cast<size_t>(i)], order[draw % static_cast<uint64_t>(i + 1)]);
    }
    return order;
}

DecoderOptions chooseDecoder(const std::vector<float>& scores, const std::vector<bool>& truths) {
    constexpr double kLowest = 0.01;
    DecoderOptions options;
    std::vector<size_t> order(scores.size());
    std::iota(order.begin(), order.end(), size_t{0});
    std::sort(order.begin(), order.end(), [&](size_t a, size_t b) { return scores[a] > scores[b]; });
    const auto positives = static_cast<double>(std::count(truths.begin(), truths.end(), true));
    if (positives == 0 || positives == static_cast<double>(truths.size())) return options;

    double bestF1 = -1;
    double truePositives = 0;
    for (size_t i = 0; i < order.size(); ++i) {
        truePositives += truths[order[i]] ? 1 : 0;
        const double score = scores[order[i]];
        const double below = i + 1 < order.size() ? scores[order[i + 1]] : 0.0;
        if (i + 1 < order.size() && below == score) continue; // a threshold cannot part equal scores
        const double f1 = 2 * truePositives / (static_cast<double>(i + 1) + positives);
        const double threshold = std::clamp((score + below) / 2, kLowest, 1 - kLowest);
        const bool nearer = std::abs(threshold - 0.5) < std::abs(options.threshold - 0.5);
        if (f1 > bestF1 || (f1 == bestF1 && nearer)) {
            bestF1 = f1;
            options.threshold = threshold;
        }
    }
    options.hysteresis = std::min(options.hysteresis, options.threshold / 2);
    return options;
}

} // namespace ovation
