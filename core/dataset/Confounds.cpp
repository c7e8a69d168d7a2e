// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/Confounds.h"

#include "core/dataset/Random.h"
#include "core/training/Metrics.h"

#include <algorithm>
#include <map>

namespace ovation {

namespace {

constexpr int kOrders = 500; ///< random ones tried

struct OfValue {
    int64_t applause = 0, other = 0;
};

double shareRight(const std::vector<OfValue>& counts, double applause, double other) {
    double right = 0;
    for (const OfValue& count : counts)
        right += std::max(static_cast<double>(count.applause) / applause, static_cast<double>(count.other) / other) / 2;
    return right;
}

std::vector<OfValue> countsOfValues(const std::vector<size_t>& values, size_t different,
                                    const std::vector<bool>& applause) {
    std::vector<OfValue> counts(different);
    for (size_t i = 0; i < values.size(); ++i)
        ++(applause[i] ? counts[values[i]].applause : counts[values[i]].other);
    return counts;
}

} // namespace

std::optional<ClassGuess> guessByName(const std::vector<std::string>& values, const std::vector<bool>& applause) {
    const auto positives = static_cast<double>(std::ranges::count(applause, true));
    const double negatives = static_cast<double>(applause.size()) - positives;
    if (positives == 0 || negatives == 0) return std::nullopt;
    std::map<std::string, size_t> numbers;
    std::vector<size_t> numbered;
    for (const std::string& value : values)
        numbered.push_back(numbers.try_emplace(value, numbers.size()).first->second);
    const std::vector<OfValue> counts = countsOfValues(numbered, numbers.size(), applause);
    ClassGuess guess;
    guess.values = static_cast<int64_t>(numbers.size());
    guess.right = shareRight(counts, positives, negatives);
    guess.disjoint =
        std::ranges::all_of(counts, [](const OfValue& count) { return count.applause == 0 || count.other == 0; });
    std::vector<bool> shuffled = applause;
    Random random(1);
    int asGood = 0;
    for (int order = 0; order < kOrders; ++order) {
        for (size_t i = shuffled.size(); i > 1; --i) {
            const size_t other = random.below(i);
            const bool kept = shuffled[i - 1];
            shuffled[i - 1] = shuffled[other];
            shuffled[other] = kept;
        }
        const double right = shareRight(countsOfValues(numbered, numbers.size(), shuffled), positives, negatives);
        asGood += right >= guess.right - 1e-9 ? 1 : 0;
    }
    guess.byChance = static_cast<double>(asGood) / kOrders;
    return guess;
}

std::optional<ClassOrder> orderByNumber(const std::vector<float>& values, const std::vector<bool>& applause) {
    std::vector<RankedExample> examples;
    for (size_t i = 0; i < values.size(); ++i)
        examples.push_back({values[i], applause[i]});
    const auto area = rocAuc(examples);
    if (!area) return std::nullopt;
    return ClassOrder{std::max(*area, 1 - *area), *area > 0.5};
}

} // namespace ovation
