// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dataset/Dataset.h"
#include "core/training/WindowScores.h"

#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace ovation {

/// What a network has to beat: a simple rule, fitted on the training part and asked about the validation part.
struct Baseline {
    std::string id;                    ///< "majority", "energy", "logistic"
    std::string name;                  ///< for people
    std::vector<ScoredWindow> windows; ///< of the validation part, in its order
    double threshold = 0.5;
    std::map<std::string, std::pair<double, double>> intervals{}; ///< figureIntervals()
    bool probabilities = true; ///< else only the order of the answers means something
};

/// "majority" always says what is more frequent, "energy" goes by the mean level alone, "logistic" is a logistic
/// regression on the 12 clip values. Of a clip data set; empty where a part is empty.
std::vector<Baseline> baselinesOf(const Dataset& dataset);

/// Weights of a logistic regression, the last one of the constant: the least sum of cross-entropies and half the
/// squared weights but the constant's (scikit-learn's LogisticRegression with its defaults). `rows`: (labels, columns).
std::vector<double> fitLogistic(std::span<const float> rows, size_t columns, std::span<const int32_t> labels);

} // namespace ovation
