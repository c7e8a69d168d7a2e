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

std::shared_future<Result<std::vector<TeacherFile>>>
SessionImpl::fetchTeachers(const std::vector<ModelSource>& sources) {
    using Fetched = Result<std::vector<TeacherFile>>;
    std::vector<TeacherFile> files;
    for (const ModelSource& source : sources) {
        files.push_back({nameOf(source), {}});
        if (source.kind == ModelSource::Kind::File) files.back().file = source.file.toStdString();
        if (source.kind == ModelSource::Kind::Starter) files.back().file = starterModelPath();
        if (source.kind != ModelSource::Kind::Run) continue;
        if (const auto held = heldModels.find(source.run); held != heldModels.end()) files.back().bytes = held->second;
    }
    const auto promise = std::make_shared<std::promise<Fetched>>();
    store.post([sources, promise, from = slot, files = std::move(files)]() mutable {
        const Error gone{ErrorCode::NoData, {}, "a model that is to teach is not there any more: choose teachers anew"};
        for (size_t i = 0; i < sources.size(); ++i) {
            if (files[i].bytes || !files[i].file.empty()) continue;
            if (sources[i].kind != ModelSource::Kind::Run || !from->store) return promise->set_value(gone);
            auto bytes = from->store->model(sources[i].run);
            if (!bytes) return promise->set_value(bytes.error().code == ErrorCode::NotAModel ? gone : bytes.error());
            files[i].bytes = std::make_shared<const std::string>(*std::move(bytes));
            files[i].file = from->store->path();
        }
        promise->set_value(std::move(files));
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
