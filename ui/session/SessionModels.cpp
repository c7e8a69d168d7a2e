// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Resources.h"
#include "core/engine/Engine.h"
#include "core/export/ModelExport.h"
#include "ui/session/SessionImpl.h"

#include <nlohmann/json.hpp>

#include <QDir>
#include <QFileInfo>

#include <algorithm>

namespace ovation::ui {

namespace {

using Bundle = std::shared_ptr<const ModelBundle>;

Result<Bundle> readBundle(const std::string& path) {
    auto bundle = readModel(path);
    if (!bundle) return bundle.error();
    return std::make_shared<const ModelBundle>(std::move(*bundle));
}

/// Recordings of the project that an export is compared on; with none, the example's clips are.
std::vector<std::string> recordingsToCompareOn(const ProjectData& data) {
    std::vector<std::string> paths;
    for (const Speech& speech : data.speeches)
        if (!speech.missing && paths.size() < 4) paths.push_back(speech.path);
    return paths;
}

} // namespace

std::shared_ptr<const ModelBundle> Session::model() const {
    return m_impl->model;
}

ModelSource Session::modelSource() const {
    return m_impl->modelSource;
}

void SessionImpl::setModel(std::shared_ptr<const ModelBundle> bundle, const ModelSource& source) {
    ++modelRequest;
    rememberDetections();
    model = std::move(bundle);
    modelSource = source;
    // What another model has detected, or is detecting, keeps its decoder until this one detects.
    if (model && data.detections.empty() && detectionJob == 0) takeDecoderOf(*model);
    Q_EMIT session->modelChanged();
}

std::string SessionImpl::decoderNameOf(const ModelBundle& bundle) {
    return bundle.name + ' ' + toJson(bundle.decoder);
}

void SessionImpl::takeDecoderOf(const ModelBundle& bundle) {
    decoderOf = decoderNameOf(bundle);
    decodeWith(bundle.decoder);
    if (data.settings.contains("decoder")) storeDecoder();
}

void SessionImpl::chooseModel(std::shared_ptr<const ModelBundle> bundle, const ModelSource& source) {
    const bool back = std::exchange(backRequest, 0) == modelRequest;
    setModel(std::move(bundle), source);
    if (back) detectAsBefore();
    if (!std::exchange(fineTuning, false)) return;
    session->setFineTuning(true);
    if (!fineTuning) endFineTuning(); // this one cannot be
}

void Session::openModel(const QString& path) {
    SessionImpl& impl = *m_impl;
    impl.afterOpening([this, &impl, path] {
        impl.jobs.start<Bundle>(
            {}, [file = path.toStdString()](const JobContext&) { return readBundle(file); },
            [this, &impl, path, request = ++impl.modelRequest, generation = impl.generation](Result<Bundle> bundle) {
                if (request != impl.modelRequest || generation != impl.generation) return;
                if (!bundle) {
                    impl.raise(bundle.error());
                    if (!impl.model) impl.loadModelOfProject(); // which it had interrupted
                    return;
                }
                const ModelSource source{ModelSource::Kind::File, 0, QFileInfo(path).absoluteFilePath()};
                impl.putSetting("model", toJson(source));
                impl.chooseModel(*bundle, source);
                Q_EMIT messageRaised(
                    tr("Detection now uses the model %1.").arg(QString::fromStdString((*bundle)->name)));
            });
    });
}

void SessionImpl::loadRunModel(int64_t runId, bool remember) {
    const auto stored = std::find_if(data.runs.begin(), data.runs.end(),
                                     [runId](const TrainingRun& other) { return other.id == runId; });
    if (stored == data.runs.end()) {
        if (!remember) loadStarter(false);
        return;
    }
    const auto found = heldModels.find(runId);
    const auto held = found == heldModels.end() ? nullptr : found->second;
    store.post([this, runId, remember, held, name = stored->name, from = slot, started = generation,
                request = ++modelRequest] {
        std::shared_ptr<const ModelBundle> bundle;
        std::optional<Error> error;
        if (from->store) {
            auto bytes = held ? Result<std::string>(*held) : from->store->model(runId);
            auto read = bytes ? fromSafetensors(*bytes, from->store->path()) : Result<ModelBundle>(bytes.error());
            if (read) {
                read->name = name;
                bundle = std::make_shared<const ModelBundle>(std::move(*read));
            } else {
                error = read.error();
            }
        }
        QMetaObject::invokeMethod(
            session,
            [=, this] {
                if (request != modelRequest || started != generation) return;
                if (error && remember) raise(*error);
                if (!bundle) {
                    if (!remember) loadStarter(false); // a run that has left none
                    return;
                }
                const ModelSource source{ModelSource::Kind::Run, runId, {}};
                if (remember) {
                    putSetting("model", toJson(source));
                    chooseModel(bundle, source);
                } else {
                    takeStoredModel(bundle, source);
                }
            },
            Qt::QueuedConnection);
    });
}

void Session::useRunModel(int64_t runId) {
    m_impl->loadRunModel(runId, true);
}

void SessionImpl::loadStarter(bool remember) {
    const std::string file = starterModelPath();
    if (file.empty()) {
        if (remember) raise({ErrorCode::NotInstalled, "starter.safetensors", {}});
        return;
    }
    jobs.start<Bundle>(
        {}, [file](const JobContext&) { return readBundle(file); },
        [this, remember, request = ++modelRequest, started = generation](Result<Bundle> bundle) {
            if (request != modelRequest || started != generation) return;
            if (!bundle) {
                raise(bundle.error());
                return;
            }
            const ModelSource source{ModelSource::Kind::Starter, 0, {}};
            if (remember) {
                putSetting("model", toJson(source));
                chooseModel(*bundle, source);
            } else {
                takeStoredModel(*bundle, source);
            }
        });
}

void Session::useStarterModel() {
    m_impl->loadStarter(true);
}

void Session::useModel(const ModelSource& source) {
    switch (source.kind) {
    case ModelSource::Kind::Starter:
        return useStarterModel();
    case ModelSource::Kind::Run:
        return useRunModel(source.run);
    case ModelSource::Kind::File:
        return openModel(source.file);
    case ModelSource::Kind::None:
        break;
    }
}

bool SessionImpl::standsIn(const ModelSource& source) const {
    if (source.kind != ModelSource::Kind::Starter) return false;
    const auto found = data.settings.find("model");
    const auto kept = found == data.settings.end() ? ModelSource::Kind::None : modelSourceFromJson(found->second).kind;
    return kept != ModelSource::Kind::Starter;
}

/// The model that a project was left with: the decoder's options, which the person may have changed, stay. Where none
/// are stored, they are the model's own, unless the starter stands in for what made the detections.
void SessionImpl::takeStoredModel(std::shared_ptr<const ModelBundle> bundle, const ModelSource& source) {
    rememberWhereNothingIs();
    model = std::move(bundle);
    modelSource = source;
    const auto byIt = [this](const auto& entry) { return entry.second.model == model->name; };
    const bool allByIt = std::ranges::all_of(data.detections, byIt);
    if (data.settings.contains("decoder")) {
        // Where it is not said, the options are those of the model that the project was left with.
        if (!data.settings.contains("decoder_model") && (!standsIn(source) || allByIt))
            decoderOf = decoderNameOf(*model);
    } else if (data.detections.empty()) {
        decoder = model->decoder;
        decoderOf = decoderNameOf(*model);
    } else if (!standsIn(source) || allByIt) {
        takeDecoderOf(*model);
    }
    Q_EMIT session->modelChanged();
}

std::string SessionImpl::storedDecoderOf() const {
    const auto of = data.settings.find("decoder_model");
    const auto json = of == data.settings.end() ? nlohmann::json() : nlohmann::json::parse(of->second, nullptr, false);
    std::string name = json.is_string() ? json.get<std::string>() : std::string();
    // As decoderNameOf() says it now: options that it does not name have their usual values.
    if (const size_t options = name.rfind('{'); options != std::string::npos)
        if (const auto noted = decoderFromJson(std::string_view(name).substr(options)))
            name.replace(options, std::string::npos, toJson(*noted));
    return name;
}

void SessionImpl::loadModelOfProject() {
    modelSource = {};
    decoder = {};
    decoderOf = storedDecoderOf();
    if (const auto chosen = data.settings.find("decoder"); chosen != data.settings.end()) {
        if (const auto options = decoderFromJson(chosen->second))
            decoder = *options;
        else
            data.settings.erase(chosen); // as if none had been chosen
    }
    const auto found = data.settings.find("model");
    const ModelSource kept = found == data.settings.end() ? ModelSource() : modelSourceFromJson(found->second);
    if (kept.kind == ModelSource::Kind::File) {
        jobs.start<Bundle>(
            {}, [file = kept.file.toStdString()](const JobContext&) { return readBundle(file); },
            [this, kept, request = ++modelRequest, started = generation](Result<Bundle> bundle) {
                if (request != modelRequest || started != generation) return;
                if (bundle) {
                    takeStoredModel(*bundle, kept);
                    return;
                }
                raise(bundle.error());
                loadStarter(false);
            });
        return;
    }
    if (data.runs.empty() || kept.kind == ModelSource::Kind::Starter) {
        loadStarter(false);
        return;
    }
    loadRunModel(kept.kind == ModelSource::Kind::Run ? kept.run : data.runs.back().id, false);
}

void Session::exportModel(const QString& path, const QString& format) {
    SessionImpl& impl = *m_impl;
    if (!impl.model) {
        impl.raise({ErrorCode::NoData, {}, "there is no model yet: train one, or open one"});
        return;
    }
    const ExportFormatInfo* chosen = exportFormat(format.toStdString());
    auto held = chosen ? impl.holdFile(path) : nullptr;
    if (!held) return;
    impl.jobs.start<ExportReport>(
        tr("Exporting the model"),
        [bundle = impl.model, file = path.toStdString(), kind = chosen->format,
         recordings = recordingsToCompareOn(impl.data)](const JobContext& context) {
            ExportOptions options;
            options.recordings = recordings;
            return ovation::exportModel(*bundle, kind, file, options, context.cancel, context.progress);
        },
        [this, &impl, path, held = std::move(held)](Result<ExportReport> report) {
            if (!report) {
                if (report.error().code != ErrorCode::Cancelled) impl.raise(report.error());
                return;
            }
            const QString where = QDir::toNativeSeparators(path);
            if (report->answers == 0)
                Q_EMIT messageRaised(tr("The model card is written to %1.").arg(where));
            else
                Q_EMIT messageRaised(
                    tr("The model is written to %1 and checked on %2: its largest difference from the studio's own "
                       "probabilities is %3.")
                        .arg(where)
                        .arg(report->clips == 1 ? tr("1 recording") : tr("%1 recordings").arg(report->clips))
                        .arg(report->largestDifference, 0, 'g', 2));
        });
}

} // namespace ovation::ui
