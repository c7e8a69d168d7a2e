// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/Commands.h"
#include "app/cli/EvaluateWindows.h"
#include "app/cli/Interrupt.h"
#include "app/cli/LeftOut.h"
#include "app/cli/ProgressLine.h"
#include "core/base/Files.h"
#include "core/base/Resources.h"
#include "core/dataset/LabelTimeline.h"
#include "core/dataset/Recordings.h"
#include "core/detection/DecoderTuning.h"
#include "core/detection/Evaluation.h"
#include "core/detection/NoiseCurve.h"
#include "core/detection/Proposals.h"
#include "core/detection/RecordingDetection.h"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <memory>
#include <nlohmann/json.hpp>

namespace ovation::cli {

namespace {

struct EvaluateOptions {
    std::vector<std::string> data;
    std::string model;    ///< or
    std::string baseline; ///< what is scored in its place
    bool json = false;
    bool unseen = false;
    bool windows = false;
};

/// What is known of a recording.
std::vector<Label> referenceOf(const LabelledRecording& recording) {
    if (!recording.wholeClip) return recording.labels;
    Label whole;
    whole.span = {0, recording.info.durationS()};
    whole.labelClass = *recording.wholeClip;
    return {whole};
}

bool labelled(const LabelledRecording& recording) {
    return recording.wholeClip || recording.fullyLabelled || !recording.labels.empty();
}

std::string text(const std::optional<double>& value, int digits = 3) {
    if (!value) return "n/a";
    char buffer[40];
    std::snprintf(buffer, sizeof buffer, "%.*f", digits, *value);
    const bool minusNothing = buffer[0] == '-' && std::strpbrk(buffer, "123456789") == nullptr;
    return buffer + (minusNothing ? 1 : 0);
}

void printText(const Evaluation& evaluation) {
    const Scores& pooled = evaluation.pooled;
    const auto row = [&](const char* title, const std::string& value, const char* name, const char* unit = "") {
        const auto interval = evaluation.intervals.find(name);
        std::printf("%-28s %8s%s", title, value.c_str(), value == "n/a" ? "" : unit);
        if (interval != evaluation.intervals.end())
            std::printf("   95 %%: %.3f to %.3f", interval->second.low, interval->second.high);
        std::printf("\n");
    };
    row("Frame F1 (10 ms)", text(pooled.frameF1), "frame_f1");
    row("Frame precision", text(pooled.framePrecision), "frame_precision");
    row("Frame recall", text(pooled.frameRecall), "frame_recall");
    row("Segment F1 (1 s)", text(pooled.segmentF1), "segment_f1");
    for (const auto& [collar, value] : pooled.eventF1)
        row(("Event F1 (" + collar + " s)").c_str(), text(value), ("event_f1_" + collar).c_str());
    row("Average precision", text(pooled.averagePrecision), "average_precision");
    row("Prevalence", text(pooled.prevalence), "prevalence");
    row("ROC-AUC", text(pooled.rocAuc), "roc_auc");
    row("Accuracy", text(pooled.accuracy), "accuracy");
    row("False alarms per hour", text(pooled.falseAlarmsPerHour, 1), "false_alarms_per_hour");
    row("Applause seconds, error", text(pooled.secondsError, 1), "", " s");
    row("Applause count, error", text(pooled.countError, 0), "");
    row("Median boundary error", text(pooled.medianBoundaryErrorS, 2), "median_boundary_error_s", " s");
    std::printf("Confusion (10 ms frames)     tn %lld  fp %lld  fn %lld  tp %lld\n\n",
                static_cast<long long>(pooled.confusion.tn), static_cast<long long>(pooled.confusion.fp),
                static_cast<long long>(pooled.confusion.fn), static_cast<long long>(pooled.confusion.tp));
    std::printf("%10s %9s %9s %9s %12s  %s\n", "length s", "frame F1", "segm. F1", "event 0.5", "false alarms/h",
                "recording");
    for (size_t i = 0; i < evaluation.recordings.size(); ++i) {
        const auto& [file, scores] = evaluation.recordings[i];
        const auto event = scores.eventF1.find("0.5");
        std::printf("%10.1f %9s %9s %9s %12s  %s\n", evaluation.durationsS[i], text(scores.frameF1).c_str(),
                    text(scores.segmentF1).c_str(),
                    text(event == scores.eventF1.end() ? std::nullopt : event->second).c_str(),
                    text(scores.falseAlarmsPerHour, 1).c_str(), file.c_str());
    }
}

/// What the scores are worth: a model knows the recordings it was trained on.
void printSeen(const ModelBundle& bundle, const std::vector<std::string>& seen, size_t scored) {
    if (bundle.trainingHashes.empty()) {
        std::printf("\nThe model does not say which recordings it was trained on; these may be among them.\n");
        return;
    }
    if (seen.empty()) return;
    std::printf(
        "\nwarning: the model was trained on %zu of these %zu recordings, so their scores say little about new ones:\n",
        seen.size(), scored);
    for (const std::string& file : seen)
        std::printf("  %s\n", file.c_str());
}

constexpr double kBaselineSensitivity = 0.5; ///< the proposals' slider in its middle

/// What is proposed without a model: the energy and flatness of the sound alone.
Result<ScoredRecording> proposed(const LabelledRecording& recording, const FeatureCache* cache,
                                 const CancelToken& cancel, const ProgressCallback& progress) {
    Result<ProbabilityCurve> curve = noiseCurve(recording.path, cache, cancel, progress);
    if (!curve) return curve.error();
    ScoredRecording one;
    const AudioInfo& info = recording.info;
    for (const Proposal& proposal : proposals(*curve, kBaselineSensitivity, {}, info.frames, info.sampleRate))
        one.detected.push_back(toSeconds(proposal.range, info.sampleRate));
    one.curve = std::move(*curve);
    return one;
}

Result<ScoredRecording> detected(const LabelledRecording& recording, const ModelBundle& bundle, Network& network,
                                 const DetectorOptions& options, const CancelToken& cancel,
                                 const ProgressCallback& progress) {
    auto detection = detectRecording(recording.path, bundle, network, options, bundle.decoder, cancel, progress);
    if (!detection) return detection.error();
    ScoredRecording one;
    for (const DecodedSegment& segment : detection->segments)
        one.detected.push_back(segment.span);
    one.curve = std::move(detection->curve);
    return one;
}

int evaluateModel(const EvaluateOptions& options, const Common& common) {
    ProgressLine progress(common.quiet);
    const CancelToken cancel = cancelOnInterrupt();
    const auto failed = [&progress](const Error& error) {
        progress.clear();
        return fail(error);
    };
    const bool baseline = !options.baseline.empty();
    if (baseline && options.windows)
        return failed({ErrorCode::WrongUsage, "", "--windows scores a model: it takes no --baseline", 0});
    const Result<ModelBundle> bundle =
        baseline ? Result<ModelBundle>(ModelBundle{}) : readModel(modelFileNamed(options.model));
    if (!bundle) return failed(bundle.error());
    const Result<RecordingCollection> collection = collectRecordings(options.data, cancel, progress.callback());
    if (!collection) return failed(collection.error());
    progress.clear();
    for (const std::string& sentence : leftOutOf(*collection, common.quiet))
        std::fprintf(stderr, "ovation: %s\n", sentence.c_str());
    std::unique_ptr<Network> network;
    if (!baseline) {
        const Result<Engine*> loaded = engine();
        if (!loaded) return failed(loaded.error());
        (*loaded)->setThreads(0);
        if (options.windows)
            return evaluateByWindows(*collection, *bundle, **loaded, options.json, common, progress, cancel);
        Result<std::unique_ptr<Network>> made = (*loaded)->load(*bundle);
        if (!made) return failed(made.error());
        network = std::move(*made);
    }

    DetectorOptions detector;
    detector.cache = common.cache();
    std::vector<Error> failures;
    for (const SkippedFile& skipped : collection->skipped)
        failures.push_back(skipped.error);
    std::vector<ScoredRecording> scored;
    std::vector<std::string> seen; // files that the model was trained on
    size_t seenLeftOut = 0;
    const auto total = static_cast<double>(collection->recordings.size());
    for (size_t i = 0; i < collection->recordings.size(); ++i) {
        const LabelledRecording& recording = collection->recordings[i];
        if (!labelled(recording)) {
            progress.warn(recording.path + ": no labels, so it is not scored");
            continue;
        }
        const auto hash = detector.cache ? detector.cache->contentHash(recording.path) : contentHash(recording.path);
        const bool known = hash && std::ranges::find(bundle->trainingHashes, *hash) != bundle->trainingHashes.end();
        if (known && options.unseen) {
            ++seenLeftOut;
            continue;
        }
        const auto show = [&](const Progress& part) {
            progress.show({static_cast<double>(i) + (part.total > 0 ? part.done / part.total : 0), total, "Evaluating",
                           recording.path});
        };
        Result<ScoredRecording> one = baseline ? proposed(recording, detector.cache, cancel, show)
                                               : detected(recording, *bundle, *network, detector, cancel, show);
        if (!one) {
            if (one.error().code == ErrorCode::Cancelled) return failed(one.error());
            failures.push_back(one.error());
            continue;
        }
        one->file = recording.path;
        one->durationS = one->curve.durationS;
        one->reference = referenceOf(recording);
        one->unknown = unknownOf(LabelTimeline(recording).stretches());
        scored.push_back(std::move(*one));
        if (known) seen.push_back(recording.path);
    }
    progress.clear();
    if (!scored.empty()) {
        const Evaluation evaluation = evaluate(scored);
        if (options.json) {
            auto json = nlohmann::json::parse(toJson(evaluation));
            json["seen_in_training"] = bundle->trainingHashes.empty() ? nlohmann::json() : nlohmann::json(seen);
            std::printf("%s\n", json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace).c_str());
        } else {
            printText(evaluation);
            if (!baseline) printSeen(*bundle, seen, scored.size());
        }
    }
    const int printed = finishOutput();
    for (const Error& error : failures)
        fail(error);
    if (scored.empty() && seenLeftOut > 0) {
        std::fprintf(stderr, "ovation: the model was trained on all of these recordings, so --unseen leaves none.\n");
        return kFailed;
    }
    if (scored.empty() && failures.empty()) return fail({ErrorCode::NoData, "", "", 0});
    return failures.empty() ? printed : kFailed;
}

} // namespace

void addEvaluate(CLI::App& app, const Common& common, Run& run) {
    CLI::App* command = app.add_subcommand("evaluate", "Score a model against labelled recordings");
    const auto options = std::make_shared<EvaluateOptions>();
    command->add_option("data", options->data, "Projects, folders of recordings with labels, class folders of clips")
        ->required()
        ->type_name("DATA...");
    CLI::Option_group* scored = command->add_option_group("What is scored");
    scored->require_option(1);
    scored->add_option("--model", options->model, "Model to score (.safetensors)")->type_name("FILE");
    scored
        ->add_option("--baseline", options->baseline,
                     "Score what needs no training: energy (energy and flatness, as in proposals without a model)")
        ->check(CLI::IsMember({"energy"}));
    command->add_flag("--json", options->json, "Print JSON");
    command->add_flag("--unseen", options->unseen, "Leave out the recordings that the model was trained on");
    command->add_flag("--windows", options->windows,
                      "Score the validation windows of the model's own training's split instead, as the training did: "
                      "beside simple rules, with calibration and the worst mistakes");
    command->callback(
        [options, &common, &run] { run = [options, &common] { return evaluateModel(*options, common); }; });
}

} // namespace ovation::cli
