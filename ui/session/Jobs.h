// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/CancelToken.h"
#include "core/base/Progress.h"
#include "core/base/Result.h"
#include "ui/session/JobStatus.h"

#include <QObject>
#include <QTimer>

#include <functional>
#include <map>
#include <memory>
#include <new>
#include <vector>

namespace ovation::ui {

/// What a job's work is given, on the job's own thread.
struct JobContext {
    CancelToken cancel;
    ProgressCallback progress; ///< as often as it likes: the newest value is shown, 15 times a second
};

/// Background jobs, each on a thread of its own. Created, used and destroyed on the window's thread.
///
/// Every job ends exactly once, a cancelled one, too, as soon as the system has given it a thread: `done` is called on
/// the window's thread with the value or the error (Cancelled too). Destroying the runner cancels all jobs and joins
/// them; their `done` is not called then.
class JobRunner : public QObject {
    Q_OBJECT
public:
    explicit JobRunner(QObject* parent = nullptr);
    ~JobRunner() override;

    /// Starts `work`. Exceptions that leave it become OutOfMemory or Internal. A job without a title is not shown.
    template <typename T>
    int start(const QString& title, std::function<Result<T>(const JobContext&)> work,
              std::function<void(Result<T>)> done) {
        auto slot = std::make_shared<std::unique_ptr<Result<T>>>();
        return startJob(
            title,
            [slot, work = std::move(work)](const JobContext& context) {
                try {
                    *slot = std::make_unique<Result<T>>(work(context));
                } catch (const std::bad_alloc&) {
                    *slot = std::make_unique<Result<T>>(Error{ErrorCode::OutOfMemory, {}, {}});
                } catch (const std::exception& exception) {
                    *slot = std::make_unique<Result<T>>(Error{ErrorCode::Internal, {}, exception.what()});
                }
            },
            [slot, done = std::move(done)] { done(std::move(**slot)); });
    }

    void cancel(int id);
    void cancelAll();
    /// What is known better than by the share that is done, for as long as the job's stage goes on.
    void setSecondsLeft(int id, double seconds);
    bool running(int id) const { return m_jobs.contains(id); }
    std::vector<JobStatus> jobs() const; ///< those with a title, oldest first

Q_SIGNALS:
    void jobChanged(const ovation::ui::JobStatus& status);
    void jobEnded(int id);
    void tick(); ///< 15 times a second while a job runs, and before each ending: the time to take over what workers
                 ///< have queued

private:
    struct Job;
    int startJob(const QString& title, std::function<void(const JobContext&)> work, std::function<void()> done);
    void launch(int id); ///< gives the job a thread, at once or as soon as there is one
    void update();
    void finish(int id);

    std::map<int, std::unique_ptr<Job>> m_jobs;
    QTimer m_timer;
    int m_nextId = 1;
};

} // namespace ovation::ui
