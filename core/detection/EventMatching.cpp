// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/detection/EventMatching.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <queue>

namespace ovation {
namespace {

bool matches(const TimeSpan& reference, const TimeSpan& detected, const Collar& collar) {
    return std::abs(reference.start - detected.start) <= collar.onsetS &&
           std::abs(reference.end - detected.end) <= std::max(collar.onsetS, collar.offsetShare * reference.length());
}

/// Maximum bipartite matching by augmenting paths, breadth first, so that depth costs no stack.
int64_t maximumMatching(const std::vector<std::vector<int>>& neighbours, size_t rightCount) {
    const size_t leftCount = neighbours.size();
    std::vector<int> leftOf(rightCount, -1), reachedFrom(rightCount, -1);
    std::vector<size_t> seenIn(rightCount, 0);
    std::vector<int> rightOf(leftCount, -1);
    int64_t pairs = 0;
    for (size_t root = 0; root < leftCount; ++root) {
        std::queue<int> open;
        open.push(static_cast<int>(root));
        int end = -1;
        while (!open.empty() && end < 0) {
            const int left = open.front();
            open.pop();
            for (int right : neighbours[static_cast<size_t>(left)]) {
                const auto r = static_cast<size_t>(right);
                if (seenIn[r] == root + 1) continue;
                seenIn[r] = root + 1;
                reachedFrom[r] = left;
                if (leftOf[r] < 0) {
                    end = right;
                    break;
                }
                open.push(leftOf[r]);
            }
        }
        if (end < 0) continue;
        ++pairs;
        for (int right = end; right >= 0;) {
            const int left = reachedFrom[static_cast<size_t>(right)];
            const int before = rightOf[static_cast<size_t>(left)];
            leftOf[static_cast<size_t>(right)] = left;
            rightOf[static_cast<size_t>(left)] = right;
            right = before;
        }
    }
    return pairs;
}

/// For each of `events` the index in `others` of its longest overlap, the earliest of equals; -1 where there is none.
std::vector<int> longestOverlaps(const std::vector<TimeSpan>& events, const std::vector<TimeSpan>& others) {
    std::vector<int> best(events.size(), -1);
    for (size_t i = 0; i < events.size(); ++i) {
        double longest = 0;
        for (size_t j = 0; j < others.size(); ++j) {
            const double overlap = std::min(events[i].end, others[j].end) - std::max(events[i].start, others[j].start);
            if (overlap > longest) {
                longest = overlap;
                best[i] = static_cast<int>(j);
            }
        }
    }
    return best;
}

} // namespace

std::span<const Collar> collars() {
    static constexpr std::array<Collar, 3> all = {{{"0.2", 0.2, 0.5}, {"0.5", 0.5, 0.2}, {"1.0", 1.0, 0.2}}};
    return all;
}

int64_t matchedEvents(const std::vector<TimeSpan>& reference, const std::vector<TimeSpan>& detected,
                      const Collar& collar) {
    std::vector<TimeSpan> sorted = detected;
    std::ranges::sort(sorted, {}, &TimeSpan::start);
    std::vector<std::vector<int>> neighbours(reference.size());
    for (size_t i = 0; i < reference.size(); ++i) {
        // A little early, so that rounding in the subtraction decides nothing; matches() does.
        const double earliest = reference[i].start - collar.onsetS - 1e-6;
        const double latest = reference[i].start + collar.onsetS + 1e-6;
        for (auto it = std::ranges::lower_bound(sorted, earliest, {}, &TimeSpan::start);
             it != sorted.end() && it->start <= latest; ++it) {
            if (matches(reference[i], *it, collar)) neighbours[i].push_back(static_cast<int>(it - sorted.begin()));
        }
    }
    return maximumMatching(neighbours, sorted.size());
}

std::vector<std::pair<TimeSpan, TimeSpan>> overlappingPairs(const std::vector<TimeSpan>& reference,
                                                            const std::vector<TimeSpan>& detected) {
    const std::vector<int> forward = longestOverlaps(reference, detected);
    const std::vector<int> backward = longestOverlaps(detected, reference);
    std::vector<std::pair<TimeSpan, TimeSpan>> pairs;
    for (size_t i = 0; i < reference.size(); ++i) {
        if (forward[i] < 0 || backward[static_cast<size_t>(forward[i])] != static_cast<int>(i)) continue;
        pairs.emplace_back(reference[i], detected[static_cast<size_t>(forward[i])]);
    }
    return pairs;
}

std::vector<double> boundaryErrors(const std::vector<TimeSpan>& reference, const std::vector<TimeSpan>& detected) {
    std::vector<double> errors;
    for (const auto& [labelled, found] : overlappingPairs(reference, detected)) {
        errors.push_back(std::abs(found.start - labelled.start));
        errors.push_back(std::abs(found.end - labelled.end));
    }
    return errors;
}

} // namespace ovation
