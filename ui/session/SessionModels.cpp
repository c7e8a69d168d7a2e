// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/Engine.h"
#include "ui/session/SessionImpl.h"

#include <QDir>
#include <QFileInfo>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>

namespace ovation::ui {

namespace {

using Bundle = std::shared_ptr<const ModelBundle>;

Result<Bundle> readBundle(const std::string& path) {
    auto bundle = readModel(path);
    if (!bundle) return bundle.error();
    return std::make_shared<const ModelBundle>(std::move(*bundle));
}

/// Largest difference between the weights written and those read back; an error where they do not have the same names
/// and shapes.
Result<double> largestDifference(const TensorMap& written, const std::string& path) {
    const auto read = readModel(path);
    if (!read) return read.error();
    const Error damaged{ErrorCode::DamagedModel, path, "what was read back is not what was written"};
    if (read->weights.size() != written.size()) return damaged;
    double largest = 0;
    for (const auto& [name, tensor] : written) {
        const auto other = read->weights.find(name);
        if (other == read->weights.end() || other->second.shape != tensor.shape) return damaged;
        for (size_t i = 0; i < tensor.values.size(); ++i)
            largest = std::max(largest, std::abs(static_cast<double>(tensor.values[i]) - other->second.values[i]));
    }
    return largest;
}

Result<double> writeSafetensorsModel(const ModelBundle& bundle, const std::string& path) {
    if (const auto written = writeModel(path, bundle); !written) return written.error();
    return largestDifference(bundle.weights, path);
}

Result<double> writeTorchScript(const ModelBundle& bundle, const std::string& path) {
    auto loaded = engine();
    if (!loaded) return loaded.error();
    return (*loaded)->exportTorchScript(bundle, path);
}

} // namespace

std::shared_ptr<const ModelBundle> Session::model() const {
    return m_impl->model;
}

void SessionImpl::setModel(std::shared_ptr<const ModelBundle> bundle) {
    ++modelRequest;
    model = std::move(bundle);
    if (model) session->setDecoder(model->decoder);
    Q_EMIT session->modelChanged();
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
                    return;
                }
                impl.putSetting("model",
                                nlohmann::json{{"file", QFileInfo(path).absoluteFilePath().toStdString()}}.dump());
                impl.setModel(*bundle);
                Q_EMIT messageRaised(
                    tr("Detection now uses the model %1.").arg(QString::fromStdString((*bundle)->name)));
            });
    });
}

void SessionImpl::loadRunModel(int64_t runId, bool remember) {
    const auto stored = std::find_if(data.runs.begin(), data.runs.end(),
                                     [runId](const TrainingRun& other) { return other.id == runId; });
    if (stored == data.runs.end()) return;
    store.post(
        [this, runId, remember, name = stored->name, from = slot, started = generation, request = ++modelRequest] {
            std::shared_ptr<const ModelBundle> bundle;
            std::optional<Error> error;
            if (from->store) {
                auto bytes = from->store->model(runId);
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
                    if (!bundle) return;
                    if (remember) putSetting("model", "{\"run\":" + std::to_string(runId) + "}");
                    setModel(bundle);
                },
                Qt::QueuedConnection);
        });
}

void Session::useRunModel(int64_t runId) {
    m_impl->loadRunModel(runId, true);
}

void SessionImpl::loadModelOfProject() {
    std::optional<DecoderOptions> chosen;
    if (const auto found = data.settings.find("decoder"); found != data.settings.end()) {
        const auto json = nlohmann::json::parse(found->second, nullptr, false);
        if (json.is_object()) {
            DecoderOptions options;
            options.threshold = json.value("threshold", options.threshold);
            options.hysteresis = json.value("hysteresis", options.hysteresis);
            options.minimumDurationS = json.value("minimum_duration_s", options.minimumDurationS);
            options.mergeGapS = json.value("merge_gap_s", options.mergeGapS);
            options.medianS = json.value("median_s", options.medianS);
            options.evidence = json.value("evidence", options.evidence);
            chosen = options;
        }
    }
    decoder = chosen.value_or(DecoderOptions{});
    const auto found = data.settings.find("model");
    const auto json =
        found == data.settings.end() ? nlohmann::json() : nlohmann::json::parse(found->second, nullptr, false);
    if (json.is_object() && json.contains("file") && json["file"].is_string()) {
        jobs.start<Bundle>(
            {}, [file = json["file"].get<std::string>()](const JobContext&) { return readBundle(file); },
            [this, chosen, request = ++modelRequest, started = generation](Result<Bundle> bundle) {
                if (request != modelRequest || started != generation || !bundle) return;
                model = *bundle;
                if (!chosen) session->setDecoder(model->decoder);
                Q_EMIT session->modelChanged();
            });
        return;
    }
    if (data.runs.empty()) return;
    int64_t runId = data.runs.back().id;
    if (json.is_object() && json.contains("run") && json["run"].is_number_integer()) runId = json["run"].get<int64_t>();
    loadRunModel(runId, false);
}

void Session::exportModel(const QString& path, const QString& format) {
    SessionImpl& impl = *m_impl;
    if (!impl.model) {
        impl.raise({ErrorCode::NoData, {}, "there is no model yet: train one, or open one"});
        return;
    }
    const bool torchScript = format == QLatin1String("torchscript");
    impl.jobs.start<double>(
        tr("Exporting the model"),
        [bundle = impl.model, file = path.toStdString(), torchScript](const JobContext&) {
            return torchScript ? writeTorchScript(*bundle, file) : writeSafetensorsModel(*bundle, file);
        },
        [this, &impl, path](Result<double> difference) {
            if (!difference) {
                impl.raise(difference.error());
                return;
            }
            Q_EMIT messageRaised(
                tr("The model is written to %1 and checked: its largest difference from the studio's own is %2.")
                    .arg(QDir::toNativeSeparators(path))
                    .arg(*difference, 0, 'g', 2));
        });
}

} // namespace ovation::ui
