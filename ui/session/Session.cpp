// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/Session.h"

#include "ui/session/SessionImpl.h"

#include <QDateTime>

namespace ovation::ui {

namespace {
constexpr int kStoreAfterMs = 400;
constexpr int kStoreAtLatestMs = 1200; ///< where changes follow each other without a pause
} // namespace

int64_t nowMs() {
    return QDateTime::currentMSecsSinceEpoch();
}

SessionImpl::SessionImpl(Session* owner)
    : session(owner),
      store(
          [owner](const Error& error) {
              QMetaObject::invokeMethod(
                  owner, [owner, error] { Q_EMIT owner->errorRaised(error); }, Qt::QueuedConnection);
          },
          [owner] {
              QMetaObject::invokeMethod(
                  owner, [owner] { Q_EMIT owner->messageRaised(QObject::tr("All changes are on disk again.")); },
                  Qt::QueuedConnection);
          }) {
    decodeTimer.setInterval(0);
    QObject::connect(&decodeTimer, &QTimer::timeout, owner, [this] { decodeSome(); });
    storeTimer.setSingleShot(true);
    storeTimer.setInterval(kStoreAfterMs);
    QObject::connect(&storeTimer, &QTimer::timeout, owner, [this] { storeChanged(); });
    QObject::connect(&jobs, &JobRunner::tick, owner, [this] {
        takeTraining();
        takeDetections();
        takePeaks();
    });
    QObject::connect(owner, &Session::segmentsChanged, owner, [this](SpeechId id) {
        if (id == current) updateProposals();
    });
    QObject::connect(owner, &Session::speechesChanged, owner, [this] { updateProposals(); });
    QObject::connect(owner, &Session::currentSpeechChanged, owner, [this] { updateProposals(); });
    watchSplit();
    QObject::connect(&jobs, &JobRunner::jobChanged, owner, &Session::jobChanged);
    QObject::connect(&jobs, &JobRunner::jobEnded, owner, &Session::jobEnded);
}

void SessionImpl::storeSoon() {
    if (!storeTimer.isActive())
        storeWaits.start();
    else if (storeWaits.hasExpired(kStoreAtLatestMs - kStoreAfterMs))
        return; // it has been put off often enough
    storeTimer.start();
}

SessionImpl::~SessionImpl() {
    storeChanged();
    leave();
}

Session::Session(QObject* parent) : QObject(parent), m_impl(std::make_unique<SessionImpl>(this)) {
    qRegisterMetaType<Error>();
    // Whoever made the session may open a project first; otherwise the unsaved work of last time is taken up.
    QMetaObject::invokeMethod(
        this,
        [this] {
            if (m_impl->lastRequest == 0) m_impl->request({}, false, true);
        },
        Qt::QueuedConnection);
}

Session::~Session() = default;

const ProjectData& Session::project() const {
    return m_impl->data;
}

bool Session::opening() const {
    return m_impl->opening != 0 || m_impl->lastRequest == 0;
}

bool Session::unwrittenChanges() const {
    return !m_impl->nothingIn() && ((m_impl->slot->stuck && m_impl->slot->pending > 0) || !m_impl->heldRuns.empty());
}

int64_t Session::changesMade() const {
    return m_impl->slot->dealtWith + m_impl->slot->pending;
}

int64_t Session::changesOnDisk() const {
    return m_impl->slot->dealtWith;
}

bool Session::readOnly() const {
    return m_impl->readOnly;
}

QString Session::projectPath() const {
    return m_impl->unsaved ? QString() : m_impl->path;
}

void Session::cancelJob(int jobId) {
    if (jobId != 0 && jobId == m_impl->trainingJob) return stopTraining(); // holds the queue, too
    m_impl->jobs.cancel(jobId);
}

std::vector<JobStatus> Session::jobs() const {
    return m_impl->jobs.jobs();
}

} // namespace ovation::ui
