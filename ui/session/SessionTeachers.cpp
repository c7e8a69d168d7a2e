// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Resources.h"
#include "ui/session/SessionImpl.h"

#include <QFileInfo>

#include <algorithm>

namespace ovation::ui {

namespace {

constexpr const char* kTeachersSetting = "teachers";

} // namespace

const std::vector<ModelSource>& Session::teachers() const {
    return m_impl->teachers;
}

void Session::setTeachers(const std::vector<ModelSource>& teachers) {
    SessionImpl& impl = *m_impl;
    std::vector<ModelSource> chosen;
    for (const ModelSource& teacher : teachers)
        if (teacher.kind != ModelSource::Kind::None && std::ranges::find(chosen, teacher) == chosen.end())
            chosen.push_back(teacher);
    if (chosen == impl.teachers) return;
    impl.teachers = std::move(chosen);
    impl.putSetting(kTeachersSetting, toJson(impl.teachers));
    Q_EMIT teachersChanged();
}

void SessionImpl::readTeachersSetting() {
    teachers.clear();
    const auto found = data.settings.find(kTeachersSetting);
    if (found == data.settings.end()) return;
    for (const ModelSource& teacher : modelSourcesFromJson(found->second))
        if (teacher.kind != ModelSource::Kind::None && (teacher.kind != ModelSource::Kind::Run || hasRun(teacher.run)))
            teachers.push_back(teacher);
}

std::vector<ModelSource> SessionImpl::teachersFor(const Hyperparameters& values) const {
    return isFrameModel(values.model) ? teachers : std::vector<ModelSource>();
}

std::string SessionImpl::nameOf(const ModelSource& source) const {
    switch (source.kind) {
    case ModelSource::Kind::Run:
        for (const TrainingRun& stored : data.runs)
            if (stored.id == source.run) return stored.name;
        break;
    case ModelSource::Kind::Starter:
        return QFileInfo(QString::fromStdString(starterModelPath())).completeBaseName().toStdString();
    case ModelSource::Kind::File:
        return QFileInfo(source.file).completeBaseName().toStdString();
    case ModelSource::Kind::None:
        break;
    }
    return {};
}

std::shared_future<Result<ModelBundles>> SessionImpl::readTeachers(const std::vector<ModelSource>& sources) {
    std::vector<std::string> names;
    for (const ModelSource& source : sources)
        names.push_back(nameOf(source));
    const auto promise = std::make_shared<std::promise<Result<ModelBundles>>>();
    store.post([sources, names, promise, from = slot, held = heldModels] {
        const auto read = [&](const ModelSource& source) -> Result<ModelBundle> {
            const Error gone{
                ErrorCode::NoData, {}, "a model that is to teach is not there any more: choose teachers anew"};
            if (source.kind == ModelSource::Kind::File) return readModel(source.file.toStdString());
            if (source.kind == ModelSource::Kind::Starter && !starterModelPath().empty())
                return readModel(starterModelPath());
            if (source.kind != ModelSource::Kind::Run) return gone;
            if (const auto kept = held.find(source.run); kept != held.end()) return fromSafetensors(*kept->second, {});
            if (!from->store) return gone;
            const auto bytes = from->store->model(source.run);
            return bytes ? fromSafetensors(*bytes, from->store->path()) : Result<ModelBundle>(gone);
        };
        ModelBundles bundles;
        for (size_t i = 0; i < sources.size(); ++i) {
            Result<ModelBundle> bundle = read(sources[i]);
            if (!bundle) return promise->set_value(bundle.error());
            bundle->name = names[i];
            bundles.push_back(std::make_shared<const ModelBundle>(*std::move(bundle)));
        }
        promise->set_value(std::move(bundles));
    });
    return promise->get_future().share();
}

void SessionImpl::forgetTeacher(int64_t runId) {
    const ModelSource gone{ModelSource::Kind::Run, runId, {}};
    std::vector<ModelSource> left = teachers;
    std::erase(left, gone);
    session->setTeachers(left);
    bool waited = false;
    for (QueuedRun& waiting : queue)
        for (ModelSource& teacher : waiting.teachers)
            if (teacher == gone) {
                teacher = {};
                waited = true;
            }
    if (waited) storeQueue();
}

} // namespace ovation::ui
