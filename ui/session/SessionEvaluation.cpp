// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Files.h"
#include "core/dataset/ClipAugmentation.h"
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
    if (options.alongPath)
        path = readPath(pathFolderOf(weightPathRoot(), bundle.trainingJson, bundle.datasetFingerprint));
    auto surface = (*loaded)->lossSurface(*dataset, settings, bundle, path, options, context.cancel, context.progress);
    if (!surface) return surface.error();
    return std::make_shared<const LossSurface>(*std::move(surface));
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
        [data = impl.dataForTraining(), settings = impl.settingsOfModel(),
         bundle = impl.model](const JobContext& context) { return evaluateOnWorker(data, settings, *bundle, context); },
        [this, &impl, generation = impl.generation](Result<Evaluated> evaluation) {
            impl.evaluationJob = 0;
            if (!evaluation && evaluation.error().code != ErrorCode::Cancelled) impl.raise(evaluation.error());
            Q_EMIT evaluationFinished(evaluation && generation == impl.generation ? *evaluation : nullptr);
        });
}

void Session::lookAtClip(const QString& path, double startS, double endS) {
    SessionImpl& impl = *m_impl;
    if (!impl.model) return;
    impl.jobs.cancel(impl.clipJob);
    impl.clipJob = impl.jobs.start<Seen>(
        {},
        [file = path.toStdString(), startS, endS, bundle = impl.model](const JobContext& context) -> Result<Seen> {
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
        [data = impl.dataForTraining(), settings = impl.hyperparameters,
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
        [data = impl.dataForTraining(), settings = impl.settingsOfModel(), bundle = impl.model,
         options](const JobContext& context) { return surfaceOnWorker(data, settings, *bundle, options, context); },
        [this, &impl, generation = impl.generation](Result<Surface> surface) {
            impl.surfaceJob = 0;
            if (!surface && surface.error().code != ErrorCode::Cancelled) impl.raise(surface.error());
            Q_EMIT surfaceFinished(surface && generation == impl.generation ? *surface : nullptr);
        });
}

} // namespace ovation::ui
