// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/Confounds.h"

#include "core/base/Text.h"
#include "core/dataset/Random.h"
#include "core/training/Metrics.h"

#include <algorithm>
#include <map>

namespace ovation {

namespace {

constexpr int kOrders = 500;         ///< random ones tried
constexpr double kAlwaysMore = 0.95; ///< share of pairs in the same order
constexpr int64_t kFewToCompare = 4; ///< of a class

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

std::optional<Finding> findingOfGuess(const char* id, const std::string& by, const std::vector<std::string>& values,
                                      const std::vector<bool>& applause, bool alsoFew) {
    const auto guess = guessByName(values, applause);
    if (!guess || guess->values < 2 || (!guess->tells() && !(alsoFew && guess->disjoint))) return std::nullopt;
    std::map<std::string, OfValue> counts;
    for (size_t i = 0; i < values.size(); ++i)
        ++(applause[i] ? counts[values[i]].applause : counts[values[i]].other);
    std::vector<std::string> evidence{"by " + by + " alone one guesses the class right in " +
                                      fixed(100 * guess->right, 0) + " % (50 % by chance)"};
    for (const auto& [value, count] : counts)
        evidence.push_back(value + ": applause in " + std::to_string(count.applause) + ", other sounds in " +
                           std::to_string(count.other));
    return Finding{Severity::Warning, id,
                   "Applause and other sounds can be told apart by " + by +
                       ", so the network may learn the recording equipment instead of the sound.",
                   shortEvidence(std::move(evidence)), "Add recordings of both classes from the same sources."};
}

std::optional<Finding> findingOfOrder(const OrderWords& words, const std::vector<float>& values,
                                      const std::vector<bool>& applause) {
    const int64_t positives = std::ranges::count(applause, true);
    const int64_t negatives = static_cast<int64_t>(applause.size()) - positives;
    const auto order = orderByNumber(values, applause);
    if (!order || std::min(positives, negatives) < kFewToCompare || order->right < kAlwaysMore) return std::nullopt;
    const std::string by = words.by;
    return Finding{Severity::Warning,
                   words.id,
                   std::string("Applause is nearly always ") + (order->applauseIsMore ? words.more : words.less) +
                       " than other sounds, so the network may go by " + by + " alone.",
                   {"by " + by + " alone one puts applause and other sounds in the right order in " +
                        fixed(100 * order->right, 0) + " % of pairs (50 % by chance)",
                    std::to_string(positives) + " with applause, " + std::to_string(negatives) + " with other sounds"},
                   "Add applause and other sounds that are alike in it."};
}

} // namespace ovation
