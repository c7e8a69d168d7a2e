// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/WindowPlan.h"
#include "ui/session/SessionImpl.h"

namespace ovation::ui {

namespace {
constexpr int kPlanAfterMs = 150;
using Sides = std::map<std::string, SplitSide>; // by path
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
    jobs.start<Sides>(
        {},
        [copy = dataForTraining(), settings = hyperparameters](const JobContext&) -> Result<Sides> {
            Sides planned;
            const WindowPlan plan = planWindows(collectRecordings(copy), settings, nullptr);
            const std::vector<SplitSide> found = sidesOf(plan);
            for (size_t i = 0; i < found.size(); ++i)
                planned[plan.collection.recordings[i].path] = found[i];
            return planned;
        },
        [this, request = ++splitRequest, started = generation](Result<Sides> planned) {
            if (request != splitRequest || started != generation || !planned) return;
            std::map<SpeechId, SplitSide> now;
            for (const Speech& speech : data.speeches)
                if (const auto side = planned->find(speech.path); side != planned->end()) now[speech.id] = side->second;
            if (now == sides) return;
            sides = std::move(now);
            Q_EMIT session->splitChanged();
        });
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
