// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace ovation {

/// Counts at a threshold: [[tn, fp], [fn, tp]].
struct Confusion {
    int64_t tn = 0, fp = 0, fn = 0, tp = 0;

    void add(bool truth, bool predicted);
    int64_t total() const { return tn + fp + fn + tp; }
    std::optional<double> accuracy() const;
    std::optional<double> precision() const; ///< nullopt without predicted positives
    std::optional<double> recall() const;    ///< nullopt without true positives in the data
    std::optional<double> f1() const;        ///< nullopt where tp + fp + fn = 0
    bool operator==(const Confusion&) const = default;
};

/// A score (higher: more likely applause; not a number ranks lowest) with its truth.
struct RankedExample {
    float score = 0;
    bool truth = false;
};

/// Area under the ROC curve, ties counted half (scikit-learn's roc_auc_score). nullopt with one class only.
std::optional<double> rocAuc(std::span<const RankedExample> examples);

/// Average precision, sum over thresholds of (R_n - R_{n-1}) P_n (scikit-learn's average_precision_score). nullopt
/// without positives.
std::optional<double> averagePrecision(std::span<const RankedExample> examples);

/// One point per distinct score, highest threshold first, after a first point with an infinite threshold: (0, 0) of the
/// ROC curve, (0, 1) of the precision-recall curve. Empty where the curve is undefined.
struct CurvePoint {
    double x = 0, y = 0, threshold = 0;
};
std::vector<CurvePoint> rocCurve(std::span<const RankedExample> examples); ///< (false-positive rate, recall)
std::vector<CurvePoint> precisionRecallCurve(std::span<const RankedExample> examples); ///< (recall, precision)

} // namespace ovation
