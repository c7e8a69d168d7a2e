// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/SoundFindings.h"

#include "core/base/Text.h"
#include "core/dataset/Confounds.h"
#include "core/features/SeedFeatures.h"

#include <algorithm>
#include <map>

namespace ovation {

namespace {

constexpr double kManyKnown = 0.5; ///< share of validation windows that are known from training

using KnownSpans = std::map<int32_t, std::vector<TimeSpan>>; ///< of validation recordings

/// Share of the validation windows half of which, or more, are known.
double shareOfKnown(const WindowPlan& plan, const KnownSpans& known) {
    const auto isKnown = [&](int32_t index) {
        const Window& window = plan.windows[static_cast<size_t>(index)];
        const double start = static_cast<double>(window.firstFrame) * seed::kHopS;
        const double end = start + window.frames * seed::kHopS;
        const auto spans = known.find(window.recording);
        return spans != known.end() && std::ranges::any_of(spans->second, [&](const TimeSpan& span) {
                   return 2 * (std::min(end, span.end) - std::max(start, span.start)) >= end - start;
               });
    };
    return static_cast<double>(std::ranges::count_if(plan.split.validation, isKnown)) /
           static_cast<double>(plan.split.validation.size());
}

} // namespace

Result<std::optional<Finding>> findingOfCopies(const WindowPlan& plan, const HeardSound& heard,
                                               const CancelToken& cancel) {
    const auto shared = commonSound(heard.prints, sidesOf(plan), cancel);
    if (!shared) return shared.error();
    if (shared->empty()) return std::optional<Finding>();
    std::vector<std::string> evidence;
    KnownSpans known;
    for (const CommonSound& common : *shared) {
        const auto& a = plan.collection.recordings[static_cast<size_t>(common.first)];
        const auto& b = plan.collection.recordings[static_cast<size_t>(common.second)];
        known[common.second].push_back({common.secondStartS, common.secondStartS + common.lengthS});
        evidence.push_back(a.path + " from " + fixed(common.firstStartS, 1) + " s (training) = " + b.path + " from " +
                           fixed(common.secondStartS, 1) + " s (validation): " + fixed(common.lengthS, 1) + " s, " +
                           fixed(100 * common.agreement, 0) + " % of the print alike");
    }
    const double share = shareOfKnown(plan, known);
    evidence.insert(evidence.begin(), fixed(100 * share, 0) + " % of the validation windows hold such sound");
    return std::optional<Finding>(
        {share >= kManyKnown ? Severity::Fatal : Severity::Warning, "near-duplicates",
         "The same sound is on both sides of the split, in files that are coded or levelled differently or cut "
         "elsewhere, so that scores look better than they are.",
         shortEvidence(std::move(evidence)), "Remove one of each pair, or hold both to the same side of the split."});
}

std::optional<Finding> findingOfLoudness(const WindowPlan& plan, const HeardSound& heard) {
    std::map<std::pair<int32_t, bool>, std::pair<double, int>> sums;
    for (const Window& window : plan.windows) {
        const SoundPrint& print = heard.prints[static_cast<size_t>(window.recording)];
        if (print.frames() == 0) continue;
        auto& [sum, count] = sums[{window.recording, window.applause}];
        sum += print.levelDb(window.firstFrame, window.frames);
        ++count;
    }
    std::vector<float> levels;
    std::vector<bool> applause;
    for (const auto& [key, sum] : sums) {
        applause.push_back(key.second);
        levels.push_back(static_cast<float>(sum.first / sum.second));
    }
    return findingOfOrder({"class-loudness", "louder", "quieter", "loudness"}, levels, applause);
}

} // namespace ovation
