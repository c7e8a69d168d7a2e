// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Files.h"
#include "core/dataset/ClipAugmentation.h"
#include "core/detection/RecordingCounts.h"
#include "core/detection/ScoreWindows.h"
#include "core/engine/Engine.h"
#include "core/features/FeatureCache.h"
#include "ui/session/AudioCheck.h"
#include "ui/session/SessionImpl.h"

namespace ovation::ui {

namespace {

using Evaluated = std::shared_ptr<const WindowEvaluation>;
using Seen = std::shared_ptr<const ClipView>;
using Surface = std::shared_ptr<const LossSurface>;

const Error& noModelYet() {
    static const Error error{ErrorCode::NoData, {}, "there is no model yet: train one, or open one"};
    return error;
}

RecordingCollection unchangedOf(const ProjectData& data) {
    RecordingCollection collection = collectRecordings(data);
    leaveOutChanged(collection);
    return collection;
}

Result<Evaluated> evaluateOnWorker(const ProjectData& data, const Hyperparameters& settings, const ModelBundle& bundle,
                                   const JobContext& context) {
    auto loaded = engine();
    if (!loaded) return loaded.error();
    auto evaluation = evaluateWindows(unchangedOf(data), settings, nullptr, bundle, **loaded, FeatureCache::ofUser(),
                                      context.cancel, context.progress);
    if (!evaluation) return evaluation.error();
    return std::make_shared<const WindowEvaluation>(*std::move(evaluation));
}

Result<Surface> surfaceOnWorker(const ProjectData& data, const Hyperparameters& settings, const ModelBundle& bundle,
                                const SurfaceOptions& options, const JobContext& context) {
    auto loaded = engine();
    if (!loaded) return loaded.error();
    const auto dataset =
        buildDataset(unchangedOf(data), settings, nullptr, context.cancel, context.progress, FeatureCache::ofUser());
    if (!dataset) return dataset.error();
    WeightPath path;
    if (options.alongPath && bundle.taughtBy.empty()) // of those no path is kept
        path = readPath(pathFolderOf(weightPathRoot(), bundle.trainingJson, bundle.datasetFingerprint));
    auto surface = (*loaded)->lossSurface(*dataset, settings, bundle, path, options, context.cancel, context.progress);
    if (!surface) return surface.error();
    return std::make_shared<const LossSurface>(*std::move(surface));
}

/// A fully labelled recording that two models have searched.
struct SearchedTwice {
    Speech speech;
    std::vector<Segment> labels;
    std::vector<SampleRange> before, now;
};

MatchCounts frameCounts(const SearchedTwice& searched, const std::vector<SampleRange>& detected) {
    const int rate = searched.speech.sampleRate;
    ScoredRecording recording;
    recording.file = searched.speech.path;
    recording.durationS = searched.speech.durationS();
    recording.reference = toLabels(searched.labels, rate);
    for (const SampleRange& range : detected)
        recording.detected.push_back(toSeconds(range, rate));
    return countsOf(recording).frames;
}

Result<ChangeScores> scoreOnWorker(const std::vector<SearchedTwice>& recordings, const JobContext& context) {
    MatchCounts before, now;
    for (const SearchedTwice& searched : recordings) {
        if (context.cancel.cancelled()) return Error{ErrorCode::Cancelled, {}, {}};
        before.add(frameCounts(searched, searched.before), 1);
        now.add(frameCounts(searched, searched.now), 1);
    }
    return ChangeScores{before.f1(), now.f1()};
}

} // namespace

Hyperparameters SessionImpl::settingsOfModel() const {
    const auto settings = hyperparametersFromJson(model->trainingJson);
    return settings ? *settings : hyperparameters;
}

bool Session::evaluating() const {
    return m_impl->evaluationJob != 0;
}

void Session::startEvaluation() {
    SessionImpl& impl = *m_impl;
    if (evaluating()) return;
    if (!impl.model) {
        impl.raise(noModelYet());
        Q_EMIT evaluationFinished(nullptr);
        return;
    }
    impl.evaluationJob = impl.jobs.start<Evaluated>(
        tr("Evaluating"),
        [data = impl.dataForTraining(impl.settingsOfModel()), settings = impl.settingsOfModel(),
         bundle = impl.model](const JobContext& context) { return evaluateOnWorker(data, settings, *bundle, context); },
        [this, &impl, bundle = impl.model, generation = impl.generation](Result<Evaluated> evaluation) {
            impl.evaluationJob = 0;
            if (!evaluation && evaluation.error().code != ErrorCode::Cancelled) impl.raise(evaluation.error());
            if (evaluation && generation == impl.generation) impl.evaluated = bundle;
            Q_EMIT evaluationFinished(evaluation && generation == impl.generation ? *evaluation : nullptr);
        });
}

void Session::lookAtClip(const QString& path, double startS, double endS) {
    SessionImpl& impl = *m_impl;
    const auto listener = impl.evaluated ? impl.evaluated : impl.model;
    if (!listener) return;
    impl.jobs.cancel(impl.clipJob);
    impl.clipJob = impl.jobs.start<Seen>(
        {},
        [file = path.toStdString(), startS, endS, bundle = listener](const JobContext& context) -> Result<Seen> {
            auto loaded = engine();
            if (!loaded) return loaded.error();
            auto view = ovation::lookAtClip(file, startS, endS, *bundle, **loaded, context.cancel);
            if (!view) return view.error();
            return std::make_shared<const ClipView>(*std::move(view));
        },
        [this, &impl, path, startS, request = ++impl.clipRequest, generation = impl.generation](Result<Seen> view) {
            if (request != impl.clipRequest || generation != impl.generation) return;
            if (!view)
                impl.raise(view.error());
            else
                Q_EMIT clipSeen(path, startS, *view);
        });
}

void Session::makeAugmentation(uint64_t number) {
    using Example = std::shared_ptr<const AugmentationExample>;
    SessionImpl& impl = *m_impl;
    if (impl.augmentationJob != 0) return;
    impl.augmentationJob = impl.jobs.start<Example>(
        tr("Making an example"),
        [data = impl.dataForTraining(impl.hyperparameters), settings = impl.hyperparameters,
         number](const JobContext& context) -> Result<Example> {
            auto example = augmentationExample(unchangedOf(data), settings, number, context.cancel);
            if (!example) return example.error();
            return std::make_shared<const AugmentationExample>(*std::move(example));
        },
        [this, &impl, generation = impl.generation](Result<Example> example) {
            impl.augmentationJob = 0;
            if (generation != impl.generation) example = Error{ErrorCode::Cancelled, {}, {}}; // of another project
            if (!example && example.error().code != ErrorCode::Cancelled) impl.raise(example.error());
            Q_EMIT augmentationMade(example ? *example : nullptr);
        });
}

void Session::scoreChanges() {
    SessionImpl& impl = *m_impl;
    std::vector<SearchedTwice> recordings;
    for (const Speech& speech : impl.data.speeches) {
        const EarlierDetection* was = earlierDetection(speech.id);
        const Detection* is = detection(speech.id);
        if (!was || !is || !speech.fullyLabelled || speech.sampleRate <= 0) continue;
        SearchedTwice& searched =
            recordings.emplace_back(SearchedTwice{speech, segments(speech.id), was->segments, {}});
        for (const DetectedSegment& segment : is->segments)
            searched.now.push_back(segment.range);
    }
    impl.jobs.cancel(impl.changesJob);
    impl.changesJob = impl.jobs.start<ChangeScores>(
        {},
        [recordings = std::move(recordings)](const JobContext& context) { return scoreOnWorker(recordings, context); },
        [this, &impl, request = ++impl.changesRequest, generation = impl.generation](Result<ChangeScores> scores) {
            if (request != impl.changesRequest || generation != impl.generation) return;
            if (scores)
                Q_EMIT changesScored(*scores);
            else if (scores.error().code != ErrorCode::Cancelled)
                impl.raise(scores.error());
        });
}

bool Session::computingSurface() const {
    return m_impl->surfaceJob != 0;
}

void Session::startSurface(const SurfaceOptions& options) {
    SessionImpl& impl = *m_impl;
    if (computingSurface()) return;
    if (!impl.model) {
        impl.raise(noModelYet());
        Q_EMIT surfaceFinished(nullptr);
        return;
    }
    impl.surfaceJob = impl.jobs.start<Surface>(
        tr("Computing the loss surface"),
        [data = impl.dataForTraining(impl.settingsOfModel()), settings = impl.settingsOfModel(), bundle = impl.model,
         options](const JobContext& context) { return surfaceOnWorker(data, settings, *bundle, options, context); },
        [this, &impl, generation = impl.generation](Result<Surface> surface) {
            impl.surfaceJob = 0;
            if (!surface && surface.error().code != ErrorCode::Cancelled) impl.raise(surface.error());
            Q_EMIT surfaceFinished(surface && generation == impl.generation ? *surface : nullptr);
        });
}

} // namespace ovation::ui
