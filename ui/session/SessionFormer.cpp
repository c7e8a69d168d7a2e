// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/SessionImpl.h"

#include <algorithm>

#include <nlohmann/json.hpp>

namespace ovation::ui {

namespace {

constexpr const char* kFormerModels = "former_models"; ///< setting: by run that was trained with corrections

} // namespace

/// Numbers of runs that left nothing are used again: what is kept for one must not be taken for another's.
void SessionImpl::keepFormer(int64_t runId, bool corrections) {
    const auto found = data.settings.find(kFormerModels);
    auto all = found == data.settings.end() ? nlohmann::json() : nlohmann::json::parse(found->second, nullptr, false);
    if (!all.is_object()) all = nlohmann::json::object();
    const bool had = all.erase(std::to_string(runId)) > 0;
    const bool removed = modelSource.kind == ModelSource::Kind::Run && !hasRun(modelSource.run);
    if (corrections && model && !removed && modelSource.kind != ModelSource::Kind::None)
        all[std::to_string(runId)] = {{"source", toJson(modelSource)}, {"name", model->name}};
    else if (!had)
        return;
    putSetting(kFormerModels, all.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
}

bool SessionImpl::hasRun(int64_t id) const {
    return std::ranges::find(data.runs, id, &TrainingRun::id) != data.runs.end();
}

std::optional<SessionImpl::FormerModel> SessionImpl::formerModel() const {
    const auto found = data.settings.find(kFormerModels);
    if (!model || modelSource.kind != ModelSource::Kind::Run || found == data.settings.end()) return {};
    try {
        const auto one = nlohmann::json::parse(found->second).at(std::to_string(modelSource.run));
        FormerModel former{modelSourceFromJson(one.at("source").get<std::string>()),
                           QString::fromStdString(one.at("name").get<std::string>())};
        if (former.source.kind == ModelSource::Kind::None || former.source == modelSource) return {};
        if (former.source.kind != ModelSource::Kind::Run) return former;
        const auto stored = std::ranges::find(data.runs, former.source.run, &TrainingRun::id);
        if (stored == data.runs.end()) return {};
        former.name = QString::fromStdString(stored->name);
        return former;
    } catch (const nlohmann::json::exception&) { // this run has none
        return {};
    }
}

QString Session::formerModel() const {
    const auto former = m_impl->formerModel();
    if (!former) return {};
    return former->name.isEmpty() ? tr("the model before") : former->name;
}

void Session::goBackToFormerModel() {
    SessionImpl& impl = *m_impl;
    const auto former = impl.formerModel();
    if (!former || opening() || training() || detecting() || impl.refuseIfReadOnly()) return;
    const int before = impl.modelRequest;
    useModel(former->source);
    impl.backRequest = impl.modelRequest == before ? 0 : impl.modelRequest;
}

} // namespace ovation::ui
