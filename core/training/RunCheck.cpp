// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/RunCheck.h"

#include <cstdio>

namespace ovation {

namespace {

constexpr int64_t kFirstEpochs = 3;
constexpr double kNoLoss = 1e-6;

std::string figuresOf(const EpochMetrics& epoch) {
    const Confusion& confusion = epoch.validation.confusion;
    char text[160];
    std::snprintf(text, sizeof text, "epoch %lld: validation loss %.3g, %lld of %lld validation examples right",
                  static_cast<long long>(epoch.epoch), epoch.validation.loss.value_or(0),
                  static_cast<long long>(confusion.tp + confusion.tn), static_cast<long long>(confusion.total()));
    return text;
}

} // namespace

std::vector<Finding> checkRun(const TrainingRun& run) {
    std::vector<Finding> findings;
    for (const EpochMetrics& epoch : run.epochs) {
        const PartMetrics& validation = epoch.validation;
        const Confusion& confusion = validation.confusion;
        if (validation.loss && *validation.loss <= kNoLoss && confusion.total() > 0) {
            findings.push_back({Severity::Warning,
                                "zero-loss",
                                "The validation loss is zero, which no honest measurement gives: the data can be told "
                                "apart without listening, or has one class only.",
                                {figuresOf(epoch)},
                                "Look at the Data Check, and at what the validation recordings are."});
            break;
        }
    }
    for (const EpochMetrics& epoch : run.epochs) {
        const Confusion& confusion = epoch.validation.confusion;
        const bool bothClasses = confusion.tp + confusion.fn > 0 && confusion.tn + confusion.fp > 0;
        if (epoch.epoch > kFirstEpochs || confusion.total() == 0 || confusion.fp + confusion.fn > 0) continue;
        findings.push_back(
            {Severity::Warning,
             "too-good",
             bothClasses ? "Every validation example was right within the first epochs, which is too good to be true "
                           "for real recordings: the classes may differ in something other than applause, or the "
                           "validation recordings may be known from training."
                         : "Every validation example was right, but validation has one class only, so that says "
                           "nothing.",
             {figuresOf(epoch)},
             "Run the Data Check, and validate on recordings from elsewhere."});
        break;
    }
    return findings;
}

} // namespace ovation
