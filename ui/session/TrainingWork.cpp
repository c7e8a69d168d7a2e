// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/TrainingWork.h"

#include "core/base/BlobCache.h"
#include "core/base/Files.h"
#include "core/base/Resources.h"
#include "core/dataset/Dataset.h"
#include "core/dataset/DatasetCheck.h"
#include "core/detection/WindowChoice.h"
#include "core/features/FeatureCache.h"
#include "core/project/CheckpointLock.h"
#include "core/training/FineTuning.h"
#include "ui/session/AudioCheck.h"
#include "ui/session/RunCheckpoints.h"

#include <algorithm>
#include <filesystem>
#include <functional>

namespace ovation::ui {

namespace {

/// Why training must not start, in the words of the dataset check.
Error fatalFinding(const CheckReport& report) {
    std::string texts;
    for (const Finding& finding : report.findings)
        if (finding.severity == Severity::Fatal) texts += (texts.empty() ? "" : " ") + wordsOf(finding);
    return {ErrorCode::FatalFinding, {}, texts};
}

/// That no checkpoint could be written: the first one is, before the network learns anything.
bool isOfWriting(const Error& error, const std::string& folder) {
    switch (error.code) {
    case ErrorCode::WriteFailed:
    case ErrorCode::DiskFull:
    case ErrorCode::NoPermission:
        return !folder.empty() && error.file.rfind(folder, 0) == 0;
    default:
        return false;
    }
}

/// The network's part. Training from the beginning must not fail for want of a place for checkpoints.
Result<TrainingOutcome> trainNetwork(Engine& engine, const Dataset& dataset, const TrainingTask& task,
                                     ModelBundles teachers, const TrainingCallbacks& callbacks,
                                     EventQueue<TrainingEvent>& queue, const CancelToken& cancel) {
    TrainingOptions options{task.hyperparameters, task.checkpointFolder, task.resume, task.from, std::move(teachers)};
    options.pathRoot = weightPathRoot();
    options.extend = task.extend;
    std::optional<Error> problem;
    std::optional<ProjectLock> held; // as long as the run may write
    if (!options.checkpointFolder.empty()) {
        auto lock = lockCheckpoints(options.checkpointFolder);
        if (lock)
            held.emplace(std::move(*lock));
        else
            problem = lock.error();
    }
    if (!problem && !options.checkpointFolder.empty() && !task.resume)
        if (const auto kept = keepTeachers(options.checkpointFolder, options.teachers); !kept) problem = kept.error();
    if (!options.pathRoot.empty()) limitPaths(options.pathRoot);
    if (!problem) {
        auto outcome = engine.train(dataset, options, callbacks, cancel);
        if (outcome || !isOfWriting(outcome.error(), options.checkpointFolder)) return outcome;
        problem = outcome.error();
    }
    if (task.resume) return *problem;
    queue.push(NoCheckpoints{*problem});
    options.checkpointFolder.clear();
    return engine.train(dataset, options, callbacks, cancel);
}

bool hasLabel(const ProjectData& data, SpeechId id, const std::function<bool(const Segment&)>& matches) {
    const auto labelled = data.segments.find(id);
    return labelled != data.segments.end() && std::ranges::any_of(labelled->second, matches);
}

bool isDrawn(const ProjectData& data, SpeechId id) {
    return hasLabel(data, id, [](const Segment& segment) { return segment.origin == Origin::Drawn; });
}

/// What was judged, or labelled in part by hand; beside it, against forgetting, the project's other recordings and the
/// example's where that is installed.
Result<RecordingCollection> correctedAndOthers(const TrainingTask& task, const JobContext& context) {
    ProjectData corrected = task.data, others = task.data;
    const auto isOther = [&](const Speech& speech) {
        return !isCorrected(task.data, speech.id) && (speech.fullyLabelled || !isDrawn(task.data, speech.id));
    };
    std::erase_if(corrected.speeches, isOther);
    std::erase_if(others.speeches, [&](const Speech& speech) { return !isOther(speech); });
    RecordingCollection rehearsal = collectRecordings(others);
    if (const std::string example = resourcePath("example"); !example.empty()) {
        const auto more = collectRecordings({example}, context.cancel, context.progress);
        if (!more) return more.error();
        rehearsal.recordings.insert(rehearsal.recordings.end(), more->recordings.begin(), more->recordings.end());
        rehearsal.skipped.insert(rehearsal.skipped.end(), more->skipped.begin(), more->skipped.end());
        rehearsal.notes.insert(rehearsal.notes.end(), more->notes.begin(), more->notes.end());
        rehearsal.doubts.insert(rehearsal.doubts.end(), more->doubts.begin(), more->doubts.end());
    }
    if (rehearsal.recordings.empty())
        return Error{ErrorCode::NotInstalled, "example",
                     "its recordings are trained on beside corrections, and so would be labelled recordings of the "
                     "project that are not corrected, but there are none"};
    RecordingCollection collection = collectRecordings(corrected);
    for (LabelledRecording& recording : collection.recordings) {
        const auto speech = std::ranges::find(corrected.speeches, recording.path, &Speech::path);
        const auto beside = task.beside.find(speech->id);
        recording.beside.clear();
        if (beside == task.beside.end()) continue;
        for (const SampleRange& range : beside->second)
            recording.beside.push_back(toSeconds(range, speech->sampleRate));
    }
    return withRehearsal(std::move(collection), rehearsal, task.hyperparameters);
}

Result<ModelBundles> teachersOf(const TrainingTask& task) {
    if (task.resume) return keptTeachers(task.checkpointFolder, task.taughtBy);
    ModelBundles bundles;
    if (!task.teachers.valid()) return bundles;
    const auto& fetched = task.teachers.get();
    if (!fetched) return fetched.error();
    for (const TeacherFile& teacher : *fetched) {
        auto bundle = teacher.bytes ? fromSafetensors(*teacher.bytes, teacher.file) : readModel(teacher.file);
        if (!bundle) return bundle.error();
        bundle->name = teacher.name;
        bundles.push_back(std::make_shared<const ModelBundle>(*std::move(bundle)));
    }
    return bundles;
}

Result<Trained> prepareAndTrain(const TrainingTask& task, EventQueue<TrainingEvent>& queue, const JobContext& context) {
    auto teachers = teachersOf(task);
    if (!teachers) return teachers.error();
    context.progress({0, 0, "Looking at the data", {}});
    auto collected = task.corrections ? correctedAndOthers(task, context) : collectRecordings(task.data);
    if (!collected) return collected.error();
    RecordingCollection& collection = *collected;
    leaveOutChanged(collection);
    const auto report = checkBySound(collection, task.hyperparameters, nullptr, FeatureCache::ofUser(),
                                     BlobCache::ofUser(), context.cancel, context.progress);
    if (!report) return report.error();
    if (report->fatal()) return fatalFinding(*report);

    auto dataset = buildDataset(collection, task.hyperparameters, nullptr, context.cancel, context.progress,
                                FeatureCache::ofUser());
    std::vector<SkippedFile> leftOut = collection.skipped;
    if (dataset) leftOut.insert(leftOut.end(), dataset->skipped.begin(), dataset->skipped.end());
    if (!leftOut.empty()) queue.push(LeftOut{std::move(leftOut)});
    if (!dataset) return dataset.error();
    context.progress({0, 0, "Starting the network", {}});
    auto loaded = engine();
    if (!loaded) return loaded.error();

    const int64_t epochs = task.hyperparameters.epochs;
    const auto textOf = [epochs](int64_t epoch) {
        return "epoch " + std::to_string(std::min(epoch, epochs)) + " of " + std::to_string(epochs);
    };
    std::string epochText = textOf(1);
    TrainingCallbacks callbacks;
    callbacks.resumed = [&](const TrainingRun& run) {
        epochText = textOf(static_cast<int64_t>(run.epochs.size()) + 1);
        queue.push(TrainingResumed{run});
    };
    std::map<std::string, SplitSide> sides;
    if (!task.corrections) sides = sidesByPath(planWindows(collection, task.hyperparameters, nullptr));
    callbacks.started = [&](const DatasetSummary& summary, int64_t parameters, int64_t threads) {
        queue.push(TrainingStart{summary, parameters, threads, sides});
    };
    callbacks.batch = [&](const BatchMetrics& batch) {
        epochText = textOf(batch.epoch);
        queue.push(batch);
    };
    callbacks.epoch = [&](const EpochMetrics& epoch) { queue.push(epoch); };
    callbacks.progress = [&](const Progress& progress) {
        context.progress({progress.done, progress.total, {}, epochText});
    };
    auto outcome = trainNetwork(**loaded, *dataset, task, *std::move(teachers), callbacks, queue, context.cancel);
    if (!outcome) return outcome.error();
    chooseWindow(*outcome, *dataset, **loaded, FeatureCache::ofUser(), context.cancel, context.progress);
    Trained trained{std::move(*outcome), {}};
    trained.modelFile = toSafetensors(trained.outcome.model);
    return trained;
}

} // namespace

std::map<std::string, SplitSide> sidesByPath(const WindowPlan& plan) {
    const std::vector<SplitSide> sides = sidesOf(plan);
    std::map<std::string, SplitSide> result;
    for (size_t i = 0; i < sides.size(); ++i)
        result[plan.collection.recordings[i].path] = sides[i];
    return result;
}

bool isCorrected(const ProjectData& data, SpeechId id) {
    return hasLabel(data, id, isVerdict);
}

TrainingEnd train(const TrainingTask& task, EventQueue<TrainingEvent>& queue, const JobContext& context) {
    TrainingEnd end{prepareAndTrain(task, queue, context), false};
    if (task.checkpointFolder.empty()) return end;
    end.checkpoint = holdsCheckpoint(task.checkpointFolder);
    if (!end.checkpoint) removeCheckpoint(task.checkpointFolder);
    return end;
}

} // namespace ovation::ui
