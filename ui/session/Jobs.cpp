// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/Jobs.h"

#include <QElapsedTimer>

#include <algorithm>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>

namespace ovation::ui {

namespace {
constexpr int kTickMs = 67;
constexpr int kNoThreadMs = 200; ///< until it is tried again where the system refuses one
constexpr double kFractionForEstimate = 0.02;
constexpr double kSecondsForEstimate = 1.0;
} // namespace

struct JobRunner::Job {
    // window's thread
    JobStatus status;
    CancelToken cancel;
    std::shared_ptr<const std::function<void()>> run; ///< until the thread has it, which also lets go of it
    std::function<void()> done;
    std::thread thread; ///< none yet where the system refuses one
    QElapsedTimer stageClock;
    std::string stage;
    std::optional<double> secondsLeft; ///< that was told
    double stageBegan = 0;             ///< the fraction: what is gone on with has a part done already

    // shared, under the mutex
    std::mutex mutex;
    Progress progress;
    bool progressIsNew = false;
};

JobRunner::JobRunner(QObject* parent) : QObject(parent) {
    m_timer.setInterval(kTickMs);
    connect(&m_timer, &QTimer::timeout, this, &JobRunner::update);
}

JobRunner::~JobRunner() {
    cancelAll();
    for (auto& [id, job] : m_jobs)
        if (job->thread.joinable()) job->thread.join();
}

int JobRunner::startJob(const QString& title, std::function<void(const JobContext&)> work, std::function<void()> done) {
    const int id = m_nextId++;
    auto owned = std::make_unique<Job>();
    Job* job = owned.get();
    job->status.id = id;
    job->status.title = title;
    job->done = std::move(done);
    job->stageClock.start();
    m_jobs.emplace(id, std::move(owned));

    JobContext context{job->cancel, [job](const Progress& progress) {
                           const std::lock_guard lock(job->mutex);
                           job->progress = progress;
                           job->progressIsNew = true;
                       }};
    job->run =
        std::make_shared<std::function<void()>>([this, id, work = std::move(work), context = std::move(context)] {
            work(context);
            QMetaObject::invokeMethod(
                this, [this, id] { finish(id); }, Qt::QueuedConnection);
        });
    launch(id);
    if (!m_timer.isActive()) m_timer.start();
    if (!title.isEmpty()) Q_EMIT jobChanged(job->status);
    return id;
}

void JobRunner::launch(int id) {
    Job& job = *m_jobs.at(id);
    try {
        job.thread = std::thread([run = job.run] { (*run)(); });
        job.run.reset();
    } catch (const std::system_error&) {
        QTimer::singleShot(kNoThreadMs, this, [this, id] { launch(id); });
    }
}

void JobRunner::update() {
    Q_EMIT tick();
    std::vector<JobStatus> changed;
    for (auto& [id, job] : m_jobs) {
        Progress progress;
        {
            const std::lock_guard lock(job->mutex);
            if (!job->progressIsNew) continue;
            job->progressIsNew = false;
            progress = job->progress;
        }
        const double fraction = progress.total > 0 ? std::clamp(progress.done / progress.total, 0.0, 1.0) : -1;
        if (progress.stage != job->stage) {
            job->stage = progress.stage;
            job->stageBegan = std::max(0.0, fraction);
            job->stageClock.restart();
            job->secondsLeft.reset();
        }
        JobStatus& status = job->status;
        status.stage = QString::fromStdString(progress.item.empty()    ? progress.stage
                                              : progress.stage.empty() ? progress.item
                                                                       : progress.stage + ": " + progress.item);
        status.fraction = fraction;
        const double elapsed = static_cast<double>(job->stageClock.elapsed()) / 1000;
        const double done = fraction - job->stageBegan;
        const bool enough = done > kFractionForEstimate && elapsed > kSecondsForEstimate;
        const double estimated = enough ? elapsed * (1 - fraction) / done : -1;
        status.secondsLeft = job->secondsLeft.value_or(estimated);
        if (!status.title.isEmpty()) changed.push_back(status);
    }
    for (const JobStatus& status : changed)
        Q_EMIT jobChanged(status);
}

void JobRunner::finish(int id) {
    const auto found = m_jobs.find(id);
    if (found == m_jobs.end()) return;
    found->second->thread.join();
    Q_EMIT tick();
    const std::unique_ptr<Job> job = std::move(found->second);
    m_jobs.erase(found);
    if (m_jobs.empty()) m_timer.stop();
    if (!job->status.title.isEmpty()) Q_EMIT jobEnded(id);
    job->done();
}

void JobRunner::cancel(int id) {
    const auto found = m_jobs.find(id);
    if (found != m_jobs.end()) found->second->cancel.cancel();
}

void JobRunner::cancelAll() {
    for (auto& [id, job] : m_jobs)
        job->cancel.cancel();
}

void JobRunner::setSecondsLeft(int id, double seconds) {
    const auto found = m_jobs.find(id);
    if (found != m_jobs.end()) found->second->secondsLeft = seconds;
}

std::vector<JobStatus> JobRunner::jobs() const {
    std::vector<JobStatus> result;
    for (const auto& [id, job] : m_jobs)
        if (!job->status.title.isEmpty()) result.push_back(job->status);
    return result;
}

} // namespace ovation::ui
