// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/Dataset.h"
#include "core/dataset/Groups.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>
#include <random>
#include <utility>

namespace ovation {

namespace {

/// Fisher-Yates; std::shuffle may differ between libraries.
template <typename T>
void shuffle(std::vector<T>& items, std::mt19937_64& random) {
    for (size_t i = items.size(); i > 1; --i)
        std::swap(items[i - 1], items[random() % i]);
}

/// Recordings that stay together, as far as no role is given for them.
struct Unit {
    std::vector<int32_t> windows;
    double positives = 0, negatives = 0;
};

struct Totals {
    double positives = 0, negatives = 0;
};

class Stratifier {
public:
    Stratifier(const std::vector<Unit>& units, Totals all, Totals fixedValidation, double share)
        : m_units(units),
          m_all(all),
          m_fixed(fixedValidation),
          m_target{all.positives * (1 - share), all.negatives * (1 - share)} {}

    /// Best of several random orders: for each unit, whether it is for validation.
    std::vector<bool> best(std::mt19937_64& random) const {
        constexpr int kTries = 32;
        std::vector<bool> best;
        double lowest = std::numeric_limits<double>::infinity();
        for (int attempt = 0; attempt < kTries; ++attempt) {
            std::vector<size_t> order(m_units.size());
            std::iota(order.begin(), order.end(), size_t{0});
            shuffle(order, random);
            std::vector<bool> chosen = greedy(order);
            repair(chosen, order);
            const double cost = distance(validation(chosen)) + 100.0 * missing(validation(chosen));
            if (cost < lowest) {
                lowest = cost;
                best = std::move(chosen);
            }
        }
        return best;
    }

private:
    double distance(const Totals& totals) const {
        const double p = (totals.positives - m_target.positives) / std::max(m_all.positives, 1.0);
        const double n = (totals.negatives - m_target.negatives) / std::max(m_all.negatives, 1.0);
        return p * p + n * n;
    }

    /// Classes that a side lacks although they exist.
    int missing(const Totals& v) const {
        const auto lacks = [](double part, double all) { return (all > 0 && part <= 0) + (all > 0 && part >= all); };
        return lacks(v.positives, m_all.positives) + lacks(v.negatives, m_all.negatives);
    }

    Totals validation(const std::vector<bool>& chosen) const {
        Totals totals = m_fixed;
        for (size_t i = 0; i < m_units.size(); ++i)
            if (chosen[i]) {
                totals.positives += m_units[i].positives;
                totals.negatives += m_units[i].negatives;
            }
        return totals;
    }

    std::vector<bool> greedy(const std::vector<size_t>& order) const {
        std::vector<bool> chosen(m_units.size(), false);
        Totals totals = m_fixed;
        for (const size_t i : order) {
            const Totals more{totals.positives + m_units[i].positives, totals.negatives + m_units[i].negatives};
            if (distance(more) >= distance(totals)) continue;
            chosen[i] = true;
            totals = more;
        }
        return chosen;
    }

    /// Moves single units while a side lacks a class, as long as that helps.
    void repair(std::vector<bool>& chosen, const std::vector<size_t>& order) const {
        for (int round = 0; round < 4 && missing(validation(chosen)) > 0; ++round) {
            const int before = missing(validation(chosen));
            size_t bestUnit = m_units.size();
            double bestDistance = std::numeric_limits<double>::infinity();
            for (const size_t i : order) {
                chosen[i] = !chosen[i];
                const Totals totals = validation(chosen);
                if (missing(totals) < before && distance(totals) < bestDistance) {
                    bestDistance = distance(totals);
                    bestUnit = i;
                }
                chosen[i] = !chosen[i];
            }
            if (bestUnit == m_units.size()) return;
            chosen[bestUnit] = !chosen[bestUnit];
        }
    }

    const std::vector<Unit>& m_units;
    Totals m_all, m_fixed, m_target;
};

/// For each unit whether it is in that fold (from 1): the units with most applause are dealt out first, each to the
/// fold that has least of it, and then of the rest.
std::vector<bool> dealt(const std::vector<Unit>& units, int64_t folds, int64_t fold, std::mt19937_64& random) {
    std::vector<size_t> order(units.size());
    std::iota(order.begin(), order.end(), size_t{0});
    shuffle(order, random);
    std::ranges::stable_sort(order, [&](size_t a, size_t b) {
        return std::pair(units[a].positives, units[a].negatives) > std::pair(units[b].positives, units[b].negatives);
    });
    std::vector<Totals> totals(static_cast<size_t>(folds));
    std::vector<bool> chosen(units.size(), false);
    for (const size_t i : order) {
        const bool applause = units[i].positives > 0;
        const auto fill = [applause](const Totals& t) {
            return applause ? std::pair(t.positives, t.negatives) : std::pair(t.negatives, t.positives);
        };
        const auto least = std::ranges::min_element(totals, {}, fill);
        least->positives += units[i].positives;
        least->negatives += units[i].negatives;
        chosen[i] = least - totals.begin() == fold - 1;
    }
    return chosen;
}

void add(Totals& totals, const Window& window) {
    (window.applause ? totals.positives : totals.negatives) += 1;
}

bool sharesRecording(const RecordingCollection& collection, const std::vector<Window>& windows, const Split& split) {
    const std::vector<int32_t> components = groupComponents(collection.recordings);
    const auto componentOf = [&](int32_t window) {
        return components[static_cast<size_t>(windows[static_cast<size_t>(window)].recording)];
    };
    std::vector<bool> inTraining(components.size(), false);
    for (const int32_t window : split.train)
        inTraining[static_cast<size_t>(componentOf(window))] = true;
    return std::ranges::any_of(split.validation,
                               [&](int32_t window) { return inTraining[static_cast<size_t>(componentOf(window))]; });
}

/// Single windows, the same share of each class.
void splitAtRandom(std::vector<int32_t> free, const std::vector<Window>& windows, double trainShare, uint64_t seed,
                   Split& split) {
    std::mt19937_64 random(seed);
    shuffle(free, random);
    for (const bool applause : {false, true}) {
        std::vector<int32_t> ofClass;
        std::ranges::copy_if(free, std::back_inserter(ofClass),
                             [&](int32_t index) { return windows[static_cast<size_t>(index)].applause == applause; });
        const auto count = static_cast<size_t>(std::llround(trainShare * static_cast<double>(ofClass.size())));
        split.train.insert(split.train.end(), ofClass.begin(), ofClass.begin() + static_cast<ptrdiff_t>(count));
        split.validation.insert(split.validation.end(), ofClass.begin() + static_cast<ptrdiff_t>(count), ofClass.end());
    }
}

} // namespace

Split splitWindows(const RecordingCollection& collection, const std::vector<Window>& windows, const std::string& kind,
                   double trainShare, uint64_t seed, int64_t folds, int64_t fold) {
    Split split;
    const std::vector<int32_t> components = groupComponents(collection.recordings);
    const std::vector<SplitRole> roles = rolesByGroup(collection.recordings, components);
    std::vector<int32_t> free;
    Totals all, fixedValidation;
    for (size_t i = 0; i < windows.size(); ++i) {
        const Window& window = windows[i];
        const SplitRole role = roles[static_cast<size_t>(window.recording)];
        if (role == SplitRole::Test) continue;
        add(all, window);
        if (role == SplitRole::Automatic) free.push_back(static_cast<int32_t>(i));
        if (role == SplitRole::Training) split.train.push_back(static_cast<int32_t>(i));
        if (role == SplitRole::Validation) {
            split.validation.push_back(static_cast<int32_t>(i));
            add(fixedValidation, window);
        }
    }
    if (kind == "random") {
        splitAtRandom(std::move(free), windows, trainShare, seed, split);
    } else {
        std::map<int32_t, Unit> byComponent;
        for (const int32_t index : free) {
            const Window& window = windows[static_cast<size_t>(index)];
            Unit& unit = byComponent[components[static_cast<size_t>(window.recording)]];
            unit.windows.push_back(index);
            (window.applause ? unit.positives : unit.negatives) += 1;
        }
        std::vector<Unit> units;
        for (auto& [component, unit] : byComponent)
            units.push_back(std::move(unit));
        std::mt19937_64 random(seed);
        const std::vector<bool> chosen = folds > 1 ? dealt(units, folds, fold, random)
                                                   : Stratifier(units, all, fixedValidation, trainShare).best(random);
        for (size_t i = 0; i < units.size(); ++i) {
            std::vector<int32_t>& side = chosen[i] ? split.validation : split.train;
            side.insert(side.end(), units[i].windows.begin(), units[i].windows.end());
        }
    }
    std::ranges::sort(split.train);
    std::ranges::sort(split.validation);
    split.leaky = kind == "random" || sharesRecording(collection, windows, split);
    return split;
}

} // namespace ovation
