// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/WindowPlan.h"
#include "ui/session/SessionImpl.h"
#include "ui/session/TrainingWork.h"

#include <array>

namespace ovation::ui {

namespace {
constexpr int kPlanAfterMs = 150;
using Sides = std::map<std::string, SplitSide>; // by path

struct PlannedSplit {
    Sides sides;
    bool unsettled = false; ///< the recordings could not stay where they were
};

/// Whether a side has windows of one class only, although there are some of both.
bool lacksAClass(const WindowPlan& plan) {
    std::array<bool, 2> train{}, validation{};
    const auto note = [&plan](const std::vector<int32_t>& windows, std::array<bool, 2>& classes) {
        for (const int32_t index : windows)
            classes[plan.windows[static_cast<size_t>(index)].applause ? 1 : 0] = true;
    };
    note(plan.split.train, train);
    note(plan.split.validation, validation);
    for (const size_t k : {0U, 1U})
        if (train[k] != validation[k]) return true;
    return false;
}
} // namespace

void SessionImpl::watchSplit() {
    splitTimer.setSingleShot(true);
    splitTimer.setInterval(kPlanAfterMs);
    QObject::connect(&splitTimer, &QTimer::timeout, session, [this] { planSplit(); });
    const auto changed = [this] { splitTimer.start(); };
    QObject::connect(session, &Session::projectOpened, session, changed);
    QObject::connect(session, &Session::speechesChanged, session, changed);
    QObject::connect(session, &Session::segmentsChanged, session, changed);
    QObject::connect(session, &Session::hyperparametersChanged, session, changed);
}

void SessionImpl::planSplit() {
    ProjectData free;
    free.speeches = data.speeches;
    free.segments = data.segments;
    jobs.start<PlannedSplit>(
        {},
        [free = std::move(free), settled = settledSplits,
         settings = hyperparameters](const JobContext&) -> Result<PlannedSplit> {
            PlannedSplit planned;
            ProjectData held = free;
            const bool any = settled.apply(held, settings);
            WindowPlan plan = planWindows(collectRecordings(held), settings, nullptr);
            if (any && lacksAClass(plan)) {
                plan = planWindows(collectRecordings(free), settings, nullptr);
                planned.unsettled = true;
            }
            planned.sides = sidesByPath(plan);
            return planned;
        },
        [this, settings = hyperparameters, request = ++splitRequest,
         started = generation](Result<PlannedSplit> planned) {
            if (request != splitRequest || started != generation || !planned) return;
            if (planned->unsettled && settledSplits.forget(settings))
                putSetting("settled_splits", settledSplits.toJson());
            std::map<SpeechId, SplitSide> now = sidesById(planned->sides);
            if (now == sides) return;
            sides = std::move(now);
            Q_EMIT session->splitChanged();
        });
}

std::map<SpeechId, SplitSide> SessionImpl::sidesById(const std::map<std::string, SplitSide>& byPath) const {
    std::map<SpeechId, SplitSide> result;
    for (const Speech& speech : data.speeches)
        if (const auto side = byPath.find(speech.path); side != byPath.end()) result[speech.id] = side->second;
    return result;
}

void SessionImpl::settleSplit(const Hyperparameters& values, const std::map<std::string, SplitSide>& byPath) {
    if (settledSplits.keep(values, sidesById(byPath))) putSetting("settled_splits", settledSplits.toJson());
}

void Session::setRole(const std::vector<SpeechId>& ids, SplitRole role) {
    SessionImpl& impl = *m_impl;
    if (impl.refuseIfReadOnly()) return;
    bool changed = false;
    for (const SpeechId id : ids) {
        Speech* speech = impl.data.speech(id);
        if (!speech || speech->role == role) continue;
        speech->role = role;
        impl.commit([copy = *speech](ProjectStore& file) { return file.putSpeech(copy); });
        changed = true;
    }
    if (changed) Q_EMIT speechesChanged();
}

SplitSide Session::splitSide(SpeechId id) const {
    const auto side = m_impl->sides.find(id);
    return side == m_impl->sides.end() ? SplitSide::None : side->second;
}

} // namespace ovation::ui
