// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/Baselines.h"

#include "core/features/SeedFeatures.h"

#include <algorithm>
#include <cmath>

namespace ovation {

namespace {

constexpr size_t kLevelValue = 4; ///< mean RMS among the clip values

double logistic(double x) {
    return x >= 0 ? 1 / (1 + std::exp(-x)) : std::exp(x) / (1 + std::exp(x));
}

/// Solves a x = b for a symmetric positive definite a (n x n, row-major), by Cholesky. Both are overwritten.
void solve(std::vector<double>& a, std::vector<double>& b) {
    const size_t n = b.size();
    for (size_t j = 0; j < n; ++j) {
        for (size_t k = 0; k < j; ++k)
            for (size_t i = j; i < n; ++i)
                a[i * n + j] -= a[i * n + k] * a[j * n + k];
        const double root = std::sqrt(std::max(a[j * n + j], 1e-12));
        for (size_t i = j; i < n; ++i)
            a[i * n + j] /= root;
    }
    for (size_t i = 0; i < n; ++i) {
        for (size_t k = 0; k < i; ++k)
            b[i] -= a[i * n + k] * b[k];
        b[i] /= a[i * n + i];
    }
    for (size_t i = n; i-- > 0;) {
        for (size_t k = i + 1; k < n; ++k)
            b[i] -= a[k * n + i] * b[k];
        b[i] /= a[i * n + i];
    }
}

double answer(std::span<const float> row, const std::vector<double>& weights) {
    double sum = weights.back();
    for (size_t i = 0; i < row.size(); ++i)
        sum += weights[i] * static_cast<double>(row[i]);
    return sum;
}

std::span<const float> clipValuesOf(const ExampleSet& set, size_t example) {
    return {set.clipValues.data() + example * seed::kClipValues, seed::kClipValues};
}

std::vector<ScoredWindow> windowsOf(const ExampleSet& set) {
    std::vector<ScoredWindow> windows;
    for (const Window& window : set.windows) {
        const double start = static_cast<double>(window.firstFrame) * seed::kHopS;
        windows.push_back({window.recording, start, start + window.frames * seed::kHopS, window.applause, 0.5F});
    }
    return windows;
}

/// The level, and the side of it, that gives the training part its best F1.
struct LevelRule {
    double threshold = 0;
    double sign = 1;
};

LevelRule bestLevel(const ExampleSet& train) {
    LevelRule best;
    double highest = -1;
    for (const double sign : {1.0, -1.0}) {
        std::vector<std::pair<double, bool>> sorted;
        for (size_t i = 0; i < train.windows.size(); ++i)
            sorted.emplace_back(sign * static_cast<double>(clipValuesOf(train, i)[kLevelValue]), train.labels[i] == 1);
        std::ranges::sort(sorted, std::ranges::greater{}, &std::pair<double, bool>::first);
        const auto positives = static_cast<double>(std::ranges::count(train.labels, 1));
        double right = 0;
        for (size_t i = 0; i < sorted.size(); ++i) {
            right += sorted[i].second ? 1 : 0;
            if (i + 1 < sorted.size() && sorted[i + 1].first == sorted[i].first) continue;
            const double f1 = 2 * right / (positives + static_cast<double>(i + 1));
            if (f1 <= highest) continue;
            highest = f1;
            const double below = i + 1 < sorted.size() ? sorted[i + 1].first : sorted[i].first;
            best = {(sorted[i].first + below) / 2, sign};
        }
    }
    return best;
}

} // namespace

std::vector<double> fitLogistic(std::span<const float> rows, size_t columns, std::span<const int32_t> labels) {
    constexpr int kMostSteps = 50;
    const size_t n = columns + 1;
    std::vector<double> weights(n, 0);
    for (int step = 0; step < kMostSteps; ++step) { // Newton's method
        std::vector<double> gradient(n, 0), hessian(n * n, 0);
        for (size_t i = 0; i < columns; ++i) {
            gradient[i] = -weights[i];
            hessian[i * n + i] = 1;
        }
        for (size_t row = 0; row < labels.size(); ++row) {
            const std::span<const float> x = rows.subspan(row * columns, columns);
            const double p = logistic(answer(x, weights));
            const double curvature = std::max(p * (1 - p), 1e-9);
            const auto value = [&](size_t i) { return i < columns ? static_cast<double>(x[i]) : 1.0; };
            for (size_t i = 0; i < n; ++i) {
                gradient[i] += (labels[row] - p) * value(i);
                for (size_t j = 0; j <= i; ++j)
                    hessian[i * n + j] += curvature * value(i) * value(j);
            }
        }
        solve(hessian, gradient);
        double largest = 0, longest = 0;
        for (const double move : gradient)
            longest = std::max(longest, std::abs(move));
        const double scale = longest > 5 ? 5 / longest : 1; // far from the end, Newton's steps can be too long
        for (size_t i = 0; i < n; ++i) {
            weights[i] += scale * gradient[i];
            largest = std::max(largest, std::abs(scale * gradient[i]));
        }
        if (largest < 1e-10) break;
    }
    return weights;
}

std::vector<Baseline> baselinesOf(const Dataset& dataset) {
    const ExampleSet& train = dataset.train;
    const ExampleSet& validation = dataset.validation;
    if (train.count == 0 || validation.count == 0) return {};
    const double prevalence =
        static_cast<double>(std::ranges::count(train.labels, 1)) / static_cast<double>(train.count);
    Baseline majority{"majority", "Always the more frequent class", windowsOf(validation), 0.5, {}, true};
    Baseline energy{"energy", "Level alone", windowsOf(validation), 0.5, {}, false};
    Baseline regression{"logistic", "Logistic regression on the 12 values", windowsOf(validation), 0.5, {}, true};
    const LevelRule level = bestLevel(train);
    const std::vector<double> weights = fitLogistic(train.clipValues, seed::kClipValues, train.labels);
    for (size_t i = 0; i < validation.windows.size(); ++i) {
        const std::span<const float> values = clipValuesOf(validation, i);
        majority.windows[i].probability = static_cast<float>(prevalence);
        energy.windows[i].probability =
            static_cast<float>(logistic(level.sign * static_cast<double>(values[kLevelValue]) - level.threshold));
        regression.windows[i].probability = static_cast<float>(logistic(answer(values, weights)));
    }
    std::vector<Baseline> all{std::move(majority), std::move(energy), std::move(regression)};
    for (Baseline& baseline : all)
        baseline.intervals = figureIntervals(baseline.windows, baseline.threshold);
    return all;
}

} // namespace ovation
