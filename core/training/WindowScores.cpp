// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/WindowScores.h"

#include "core/training/Bootstrap.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace ovation {

namespace {

constexpr double kLeastProbability = 1e-7;

std::vector<size_t> byProbability(std::span<const ScoredWindow> windows) {
    std::vector<size_t> order(windows.size());
    std::iota(order.begin(), order.end(), size_t{0});
    std::ranges::stable_sort(order, std::ranges::greater{}, [&](size_t i) { return windows[i].probability; });
    return order;
}

/// Figures where each window counts as often as its recording was drawn. `order`: as byProbability() gives it.
WindowFigures weighted(std::span<const ScoredWindow> windows, const std::vector<size_t>& order,
                       const std::vector<int64_t>& times, double threshold) {
    WindowFigures figures;
    double loss = 0, brier = 0, area = 0, precisions = 0;
    int64_t positives = 0, negatives = 0, positivesBefore = 0, negativesBefore = 0;
    for (size_t at = 0; at < order.size(); ++at) {
        const ScoredWindow& window = windows[order[at]];
        const int64_t weight = times.empty() ? 1 : times[static_cast<size_t>(window.recording)];
        if (weight > 0) {
            const bool predicted = window.probability >= static_cast<float>(threshold);
            Confusion& c = figures.confusion;
            (window.applause ? (predicted ? c.tp : c.fn) : (predicted ? c.fp : c.tn)) += weight;
            (window.applause ? positives : negatives) += weight;
            const double off = static_cast<double>(window.probability) - (window.applause ? 1 : 0);
            loss += static_cast<double>(weight) * window.loss();
            brier += static_cast<double>(weight) * off * off;
        }
        const bool last = at + 1 == order.size() || windows[order[at + 1]].probability != window.probability;
        if (!last) continue;
        area += static_cast<double>(negatives - negativesBefore) * static_cast<double>(positives + positivesBefore) / 2;
        if (positives > positivesBefore)
            precisions += static_cast<double>(positives - positivesBefore) * static_cast<double>(positives) /
                          static_cast<double>(positives + negatives);
        positivesBefore = positives;
        negativesBefore = negatives;
    }
    const auto count = static_cast<double>(positives + negatives);
    if (count == 0) return figures;
    figures.loss = loss / count;
    figures.brier = brier / count;
    if (positives > 0) figures.averagePrecision = precisions / static_cast<double>(positives);
    if (positives > 0 && negatives > 0)
        figures.rocAuc = area / static_cast<double>(positives) / static_cast<double>(negatives);
    return figures;
}

} // namespace

double ScoredWindow::loss() const {
    const double right = applause ? static_cast<double>(probability) : 1 - static_cast<double>(probability);
    return -std::log(std::clamp(right, kLeastProbability, 1 - kLeastProbability));
}

WindowFigures figuresOf(std::span<const ScoredWindow> windows, double threshold) {
    return weighted(windows, byProbability(windows), {}, threshold);
}

std::vector<std::pair<const char*, std::optional<double>>> namedFigures(const WindowFigures& figures) {
    const Confusion& confusion = figures.confusion;
    return {{"accuracy", confusion.accuracy()},
            {"precision", confusion.precision()},
            {"recall", confusion.recall()},
            {"f1", confusion.f1()},
            {"roc_auc", figures.rocAuc},
            {"average_precision", figures.averagePrecision},
            {"loss", figures.loss},
            {"brier", figures.brier}};
}

std::map<std::string, std::pair<double, double>> figureIntervals(std::span<const ScoredWindow> windows,
                                                                 double threshold, int resamples) {
    std::vector<size_t> present; // recordings
    size_t behind = 0;
    for (const ScoredWindow& window : windows) {
        present.push_back(static_cast<size_t>(window.recording));
        behind = std::max(behind, present.back() + 1);
    }
    std::ranges::sort(present);
    present.erase(std::unique(present.begin(), present.end()), present.end());
    if (present.size() < 2) return {};
    const std::vector<size_t> order = byProbability(windows);
    std::map<std::string, std::vector<double>> drawn;
    std::vector<int64_t> times(behind, 0);
    forEachResample(present.size(), resamples, [&](const std::vector<int64_t>& ofPresent) {
        for (size_t i = 0; i < present.size(); ++i)
            times[present[i]] = ofPresent[i];
        for (const auto& [name, value] : namedFigures(weighted(windows, order, times, threshold)))
            if (value) drawn[name].push_back(*value);
    });
    std::map<std::string, std::pair<double, double>> intervals;
    for (auto& [name, values] : drawn)
        if (const auto interval = percentileInterval(std::move(values), resamples))
            intervals[name] = {interval->low, interval->high};
    return intervals;
}

std::vector<ProbabilityBin> probabilityBins(std::span<const ScoredWindow> windows, int bins) {
    std::vector<ProbabilityBin> result(static_cast<size_t>(bins));
    for (int i = 0; i < bins; ++i)
        result[static_cast<size_t>(i)] = {static_cast<double>(i) / bins, static_cast<double>(i + 1) / bins, 0, 0, 0};
    for (const ScoredWindow& window : windows) {
        const double probability = std::clamp(static_cast<double>(window.probability), 0.0, 1.0);
        ProbabilityBin& bin = result[static_cast<size_t>(std::min(bins - 1, static_cast<int>(probability * bins)))];
        ++(window.applause ? bin.applause : bin.other);
        bin.probabilitySum += probability;
    }
    return result;
}

std::optional<double> calibrationError(const std::vector<ProbabilityBin>& bins) {
    double sum = 0;
    int64_t count = 0;
    for (const ProbabilityBin& bin : bins) {
        sum += static_cast<double>(bin.count()) * std::abs(bin.meanProbability() - bin.shareOfApplause());
        count += bin.count();
    }
    if (count == 0) return std::nullopt;
    return sum / static_cast<double>(count);
}

std::vector<RecordingFigures> figuresByRecording(std::span<const ScoredWindow> windows, double threshold) {
    std::map<int32_t, std::vector<ScoredWindow>> groups;
    for (const ScoredWindow& window : windows)
        groups[window.recording].push_back(window);
    std::vector<RecordingFigures> result;
    for (const auto& [recording, own] : groups)
        result.push_back({recording, static_cast<int64_t>(own.size()), figuresOf(own, threshold)});
    return result;
}

std::vector<size_t> byLoss(std::span<const ScoredWindow> windows) {
    std::vector<size_t> order(windows.size());
    std::iota(order.begin(), order.end(), size_t{0});
    std::ranges::stable_sort(order, std::ranges::greater{}, [&](size_t i) { return windows[i].loss(); });
    return order;
}

} // namespace ovation
