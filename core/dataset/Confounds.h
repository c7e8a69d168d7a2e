// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dataset/Finding.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace ovation {

/// How well a property that has nothing to do with applause tells the classes apart. Both classes count the same,
/// however many examples they have.
struct ClassGuess {
    double right = 0.5;    ///< share guessed right by the best rule, 0.5 to 1
    double byChance = 1;   ///< share of random orders of the classes in which the rule is as good
    bool disjoint = false; ///< no value stands in both classes
    int64_t values = 0;    ///< different ones
    bool tells() const { return right >= 0.85 && byChance < 0.01; }
};

/// By a property with names: for each value the class that is more frequent among its examples. nullopt without both
/// classes. Deterministic.
std::optional<ClassGuess> guessByName(const std::vector<std::string>& values, const std::vector<bool>& applause);

/// By a number: share of pairs of one applause and one other example that are in the more frequent order (the area
/// under the ROC curve, or 1 less it). nullopt without both classes.
struct ClassOrder {
    double right = 0.5;
    bool applauseIsMore = false;
};
std::optional<ClassOrder> orderByNumber(const std::vector<float>& values, const std::vector<bool>& applause);

/// A warning where the property `by` tells the classes apart; with `alsoFew` also where no value stands in both,
/// however few the examples.
std::optional<Finding> findingOfGuess(const char* id, const std::string& by, const std::vector<std::string>& values,
                                      const std::vector<bool>& applause, bool alsoFew);

struct OrderWords {
    const char* id;
    const char* more; ///< "longer"
    const char* less;
    const char* by; ///< "the length of a clip"
};
/// A warning where applause nearly always has more, or nearly always less.
std::optional<Finding> findingOfOrder(const OrderWords& words, const std::vector<float>& values,
                                      const std::vector<bool>& applause);

} // namespace ovation
