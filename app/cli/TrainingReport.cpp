// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/TrainingReport.h"

#include "core/features/SeedFeatures.h"

#include <cstdio>

namespace ovation::cli {

namespace {

std::string decimals(const std::optional<double>& value, const char* format = "%.4f") {
    if (!value) return "n/a";
    char text[64];
    std::snprintf(text, sizeof text, format, *value);
    return text;
}

/// 13415042 -> "13,415,042"
std::string grouped(int64_t value) {
    std::string text = std::to_string(value);
    for (auto at = static_cast<ptrdiff_t>(text.size()) - 3; at > 0; at -= 3)
        text.insert(static_cast<size_t>(at), ",");
    return text;
}

std::string endOf(const TrainingRun& run) {
    switch (run.stopped) {
    case StopReason::Early:
        return "stopped early";
    case StopReason::Cancelled:
        return "cancelled";
    case StopReason::Failed:
        return "failed";
    case StopReason::Epochs:
    case StopReason::Running:
        break;
    }
    return "finished";
}

} // namespace

TrainingCallbacks TrainingReport::callbacks() {
    TrainingCallbacks callbacks;
    callbacks.started = [this](const DatasetSummary& dataset, int64_t parameters, int64_t threads) {
        m_line.line(grouped(parameters) + " parameters, " + std::to_string(dataset.trainExamples) +
                    " training examples (" + std::to_string(dataset.trainPositives) + " applause), " +
                    std::to_string(dataset.validationExamples) + " validation examples (" +
                    std::to_string(dataset.validationPositives) + " applause), " + std::to_string(threads) +
                    (threads == 1 ? " thread" : " threads"));
    };
    callbacks.epoch = [this](const EpochMetrics& epoch) {
        const std::string text = "epoch " + std::to_string(epoch.epoch) + "  loss " + decimals(epoch.train.loss) +
                                 "  accuracy " + decimals(epoch.train.accuracy) + "  F1 " + decimals(epoch.train.f1) +
                                 "  | validation loss " + decimals(epoch.validation.loss) + "  accuracy " +
                                 decimals(epoch.validation.accuracy) + "  F1 " + decimals(epoch.validation.f1) +
                                 "  ROC-AUC " + decimals(epoch.validation.rocAuc) + "  | rate " +
                                 decimals(epoch.learningRate, "%.2e") + "  " + decimals(epoch.seconds, "%.1f s") +
                                 (epoch.best ? "  best" : "") + (epoch.loweredLearningRate ? "  rate lowered" : "");
        m_line.oneOfMany(text);
    };
    callbacks.progress = progress();
    return callbacks;
}

void TrainingReport::warning(const std::string& text) {
    if (!m_silent) m_line.warn("warning: " + text);
}

void TrainingReport::findings(const std::vector<Finding>& findings) {
    for (const Finding& finding : findings) {
        const bool note = finding.severity == Severity::Info && finding.id == "note";
        if (m_silent || (finding.severity == Severity::Info && !note)) continue;
        std::string text = std::string(note ? "note" : nameOf(finding.severity)) + ": " + wordsOf(finding);
        for (size_t i = 0; i < finding.evidence.size(); ++i)
            text += (i ? "; " : " (") + finding.evidence[i];
        text += finding.evidence.empty() ? "" : ")";
        note ? m_line.line(text) : m_line.warn(text);
    }
}

void TrainingReport::leftOut(const std::vector<SkippedFile>& files) {
    if (m_silent) return;
    for (const SkippedFile& file : files)
        m_line.warn("warning: left out: " + describe(file.error));
}

void TrainingReport::summary(const TrainingOutcome& outcome, const std::string& modelPath) {
    const TrainingRun& run = outcome.run;
    std::printf("%s parameters; %s after %lld %s in %s s; best epoch %lld\n", grouped(run.parameters).c_str(),
                endOf(run).c_str(), static_cast<long long>(run.epochs.size()),
                run.epochs.size() == 1 ? "epoch" : "epochs", decimals(run.seconds, "%.1f").c_str(),
                static_cast<long long>(run.bestEpoch));
    for (const EpochMetrics& epoch : run.epochs) {
        if (epoch.epoch != run.bestEpoch) continue;
        const PartMetrics& v = epoch.validation;
        std::printf(
            "validation: loss %s, accuracy %s, precision %s, recall %s, F1 %s, ROC-AUC %s, average precision %s\n",
            decimals(v.loss).c_str(), decimals(v.accuracy).c_str(), decimals(v.precision).c_str(),
            decimals(v.recall).c_str(), decimals(v.f1).c_str(), decimals(v.rocAuc).c_str(),
            decimals(v.averagePrecision).c_str());
        std::printf("confusion: %lld true negatives, %lld false positives, %lld false negatives, %lld true positives\n",
                    static_cast<long long>(v.confusion.tn), static_cast<long long>(v.confusion.fp),
                    static_cast<long long>(v.confusion.fn), static_cast<long long>(v.confusion.tp));
    }
    if (outcome.model.windowFrames > 0)
        std::printf("detection: windows of %s s, by which validation recordings' edges are found best\n",
                    decimals(static_cast<double>(outcome.model.windowFrames) * seed::kHopS, "%.2f").c_str());
    if (!run.notes.empty()) std::printf("%s\n", run.notes.c_str());
    if (!modelPath.empty()) std::printf("model written to %s\n", modelPath.c_str());
}

} // namespace ovation::cli
