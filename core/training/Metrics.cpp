// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/Metrics.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace ovation {

namespace {

std::optional<double> ratio(int64_t part, int64_t whole) {
    if (whole == 0) return std::nullopt;
    return static_cast<double>(part) / static_cast<double>(whole);
}

/// Cumulative counts after all examples that score at least `threshold`.
struct Step {
    double threshold = 0;
    int64_t truePositives = 0;
    int64_t falsePositives = 0;
};

/// One step per distinct score, highest first. A score that is not a number ranks lowest.
std::vector<Step> steps(std::span<const RankedExample> examples) {
    std::vector<RankedExample> sorted(examples.begin(), examples.end());
    for (RankedExample& example : sorted)
        if (std::isnan(example.score)) example.score = -std::numeric_limits<float>::infinity();
    std::ranges::stable_sort(sorted, std::ranges::greater{}, &RankedExample::score);
    std::vector<Step> result;
    Step step;
    for (size_t i = 0; i < sorted.size(); ++i) {
        ++(sorted[i].truth ? step.truePositives : step.falsePositives);
        step.threshold = sorted[i].score;
        if (i + 1 == sorted.size() || sorted[i + 1].score != sorted[i].score) result.push_back(step);
    }
    return result;
}

} // namespace

void Confusion::add(bool truth, bool predicted) {
    ++(truth ? (predicted ? tp : fn) : (predicted ? fp : tn));
}

std::optional<double> Confusion::accuracy() const {
    return ratio(tp + tn, total());
}

std::optional<double> Confusion::precision() const {
    return ratio(tp, tp + fp);
}

std::optional<double> Confusion::recall() const {
    return ratio(tp, tp + fn);
}

std::optional<double> Confusion::f1() const {
    return ratio(2 * tp, 2 * tp + fp + fn);
}

std::optional<double> rocAuc(std::span<const RankedExample> examples) {
    const std::vector<Step> all = steps(examples);
    if (all.empty() || all.back().truePositives == 0 || all.back().falsePositives == 0) return std::nullopt;
    double area = 0;
    Step previous;
    for (const Step& step : all) {
        // A trapezium per distinct score: ties count half.
        area += static_cast<double>(step.falsePositives - previous.falsePositives) *
                static_cast<double>(step.truePositives + previous.truePositives) / 2;
        previous = step;
    }
    return area / static_cast<double>(all.back().truePositives) / static_cast<double>(all.back().falsePositives);
}

std::optional<double> averagePrecision(std::span<const RankedExample> examples) {
    const std::vector<Step> all = steps(examples);
    if (all.empty() || all.back().truePositives == 0) return std::nullopt;
    double sum = 0;
    int64_t previous = 0;
    for (const Step& step : all) {
        sum += static_cast<double>(step.truePositives - previous) * static_cast<double>(step.truePositives) /
               static_cast<double>(step.truePositives + step.falsePositives);
        previous = step.truePositives;
    }
    return sum / static_cast<double>(all.back().truePositives);
}

std::vector<CurvePoint> rocCurve(std::span<const RankedExample> examples) {
    const std::vector<Step> all = steps(examples);
    if (all.empty() || all.back().truePositives == 0 || all.back().falsePositives == 0) return {};
    std::vector<CurvePoint> points{{0, 0, std::numeric_limits<double>::infinity()}};
    for (const Step& step : all)
        points.push_back({static_cast<double>(step.falsePositives) / static_cast<double>(all.back().falsePositives),
                          static_cast<double>(step.truePositives) / static_cast<double>(all.back().truePositives),
                          step.threshold});
    return points;
}

std::vector<CurvePoint> precisionRecallCurve(std::span<const RankedExample> examples) {
    const std::vector<Step> all = steps(examples);
    if (all.empty() || all.back().truePositives == 0) return {};
    std::vector<CurvePoint> points{{0, 1, std::numeric_limits<double>::infinity()}};
    for (const Step& step : all)
        points.push_back(
            {static_cast<double>(step.truePositives) / static_cast<double>(all.back().truePositives),
             static_cast<double>(step.truePositives) / static_cast<double>(step.truePositives + step.falsePositives),
             step.threshold});
    return points;
}

} // namespace ovation
