// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/SessionImpl.h"

#include <QDir>

#include <algorithm>
#include <filesystem>
#include <system_error>

namespace ovation::ui {

namespace fs = std::filesystem;

void removeProjectFile(const std::string& path) {
    std::error_code ignored;
    for (const char* suffix : {"", "-wal", "-shm", ".lock"})
        fs::remove(path + suffix, ignored);
}

/// What the store's thread brings back from opening.
struct SessionImpl::Opened {
    int request = 0;
    StoreWorker::Slot slot = std::make_shared<StoreSlot>();
    QString path;
    ProjectData data;
    std::vector<RunCheckpoint> checkpoints; ///< those that are there
    bool readOnly = false;
    bool again = false;          ///< the project that is open was read once more
    bool behind = false;         ///< and lacks changes that cannot be written for now
    bool lose = false;           ///< changes of the one before that cannot be written
    int64_t commits = 0;         ///< made when it was asked for
    std::optional<Error> error;  ///< not opened
    std::optional<Error> notice; ///< opened, but
};

namespace {

/// True if the newest unfinished run was ended by no one: the program was closed, killed, or crashed.
bool wasInterrupted(const std::vector<TrainingRun>& runs, const std::vector<RunCheckpoint>& checkpoints) {
    const auto newest =
        std::find_if(checkpoints.rbegin(), checkpoints.rend(), [](const RunCheckpoint& c) { return !c.finished; });
    if (newest == checkpoints.rend()) return false;
    const auto run =
        std::find_if(runs.begin(), runs.end(), [&](const TrainingRun& stored) { return stored.id == newest->runId; });
    return run == runs.end() || run->stopped == StopReason::Running;
}

using OpenedStore = Result<std::unique_ptr<ProjectStore>>;

/// Writable if possible, else to be read only; `notice` then says why.
OpenedStore openStore(const std::string& path, std::optional<Error>& notice) {
    OpenedStore opened = ProjectStore::open(path);
    if (opened) return opened;
    const Error error = opened.error();
    switch (error.code) {
    case ErrorCode::ProjectInUse:
    case ErrorCode::ReadOnlyProject:
    case ErrorCode::NoPermission:
    case ErrorCode::DiskFull:
    case ErrorCode::WriteFailed:
        break;
    default:
        return opened;
    }
    OpenedStore readable = ProjectStore::open(path, ProjectStore::Mode::ReadOnly);
    if (readable) notice = error;
    return readable ? std::move(readable) : std::move(opened);
}

/// The newest unsaved project that no other window has open, else a new one.
OpenedStore openUnsaved(bool find, QString& path) {
    if (find)
        for (const QString& file : unsavedPaths()) {
            path = file;
            OpenedStore opened = ProjectStore::open(path.toStdString());
            if (opened) return opened;
        }
    path = newUnsavedPath();
    return ProjectStore::create(path.toStdString());
}

} // namespace

void SessionImpl::request(const QString& wanted, bool create, bool findUnsaved) {
    opening = ++lastRequest;
    storeChanged();
    auto opened = std::make_shared<Opened>();
    opened->request = opening;
    opened->path = wanted;
    opened->commits = commits;
    store.post([this, opened, create, findUnsaved, current = slot] {
        read(*opened, create, findUnsaved, current);
        QMetaObject::invokeMethod(
            session, [this, opened] { adopt(opened); }, Qt::QueuedConnection);
    });
}

/// On the store's thread.
void SessionImpl::read(Opened& opened, bool create, bool findUnsaved, const StoreWorker::Slot& current) {
    std::error_code ignored;
    opened.again = !opened.path.isEmpty() && !create && current->store &&
                   current->store->mode() == ProjectStore::Mode::ReadWrite &&
                   fs::equivalent(opened.path.toStdString(), current->store->path(), ignored);
    if (opened.again) {
        opened.slot = current; // a second store would find it in use
        opened.behind = !current->backlog.empty();
    } else {
        OpenedStore result = opened.path.isEmpty() ? openUnsaved(findUnsaved, opened.path)
                             : create              ? ProjectStore::create(opened.path.toStdString())
                                                   : openStore(opened.path.toStdString(), opened.notice);
        if (!result) {
            opened.error = result.error();
            return;
        }
        opened.slot->store = std::move(*result);
    }
    Result<ProjectData> loaded = opened.slot->store->load(ProjectStore::Moved::Leave);
    if (!loaded) {
        opened.error = loaded.error();
        if (!opened.again) opened.slot->store.reset();
        return;
    }
    opened.readOnly = opened.slot->store->mode() == ProjectStore::Mode::ReadOnly;
    opened.data = std::move(*loaded);
    opened.checkpoints = runCheckpointsFromJson(opened.data.settings["checkpoints"]);
    std::erase_if(opened.checkpoints, [](const RunCheckpoint& c) { return !holdsCheckpoint(folderOf(c)); });
}

void SessionImpl::adopt(std::shared_ptr<Opened> opened) {
    if (opened->request != lastRequest) {
        if (opened->slot != slot) store.post([opened] { opened->slot->store.reset(); });
        return;
    }
    if (opened->again && !opened->error && (trainingJob || opened->behind)) {
        // What goes on in it, or cannot be put on disk, is worth more than another look at the file.
        opening = 0;
        Q_EMIT session->messageRaised(QObject::tr("%1 is open already.").arg(QDir::toNativeSeparators(path)));
        for (auto& action : std::exchange(whenOpen, {}))
            action();
        return;
    }
    if (opened->again && opened->commits != commits) {
        request(path, false, false); // edited meanwhile: what was read is out of date
        return;
    }
    if (!opened->again && !opened->error && !mayLeave(opened)) return;
    opening = 0;
    const bool nothingOpen = generation == 0;
    if (opened->error) {
        raise(*opened->error);
        if (!nothingOpen) {
            leaveOutWaiting();
            return;
        }
        if (!isUnsaved(opened->path)) {
            request({}, false, true);
            return;
        }
        // Not even a place for unsaved work: go on in memory; saving the project writes everything that was done since.
    }

    QStringList stopped; // an export that ended without a word would pass for done
    for (const JobStatus& job : jobs.jobs())
        stopped << job.title;
    stopped.removeDuplicates();
    jobs.cancelAll();
    storeChanged();
    const QString left = opened->again ? QString() : path;
    if (!opened->again) {
        leave();
        store.post([previous = std::exchange(slot, opened->slot)] { previous->store.reset(); });
    }
    ++generation;
    path = opened->path;
    unsaved = isUnsaved(path);
    readOnly = opened->readOnly;
    data = std::move(opened->data);
    for (Remark& said : remarks)
        said.labels.clear(); // of another project
    withdrawRemarks();
    mergeKey.clear();
    peaks.clear();
    peaksDone.clear();
    peaksWanted.clear();
    peaksUsed.clear();
    peaksSaid.clear();
    toDecode.clear();
    toStore.clear();
    newCurves.clear();
    settingsToStore.clear();
    heldRuns.clear();
    heldModels.clear();
    run.reset();
    model.reset();
    evaluated.reset();
    checkpoints = std::move(opened->checkpoints);
    settledSplits = SettledSplits::fromJson(data.settings["settled_splits"]);
    editGroups = EditGroups::fromJson(data.settings[EditGroups::kSetting]);
    const bool interrupted = wasInterrupted(data.runs, checkpoints);
    for (TrainingRun& stored : data.runs)
        if (stored.stopped == StopReason::Running) stored.stopped = StopReason::Cancelled;
    if (!data.runs.empty()) run = data.runs.back();

    pausedRun = 0;
    queueRunning = false;
    queue.clear();
    if (const auto found = data.settings.find("queue"); found != data.settings.end())
        queue = queueFromJson(found->second);
    hyperparameters = {};
    if (const auto found = data.settings.find("hyperparameters"); found != data.settings.end()) {
        if (const auto read = hyperparametersFromJson(found->second)) hyperparameters = *read;
    }
    current = data.speeches.empty() ? 0 : data.speeches.front().id;
    if (const auto found = data.settings.find("current_speech"); found != data.settings.end()) {
        const SpeechId wanted = QString::fromStdString(found->second).toLongLong();
        if (data.speech(wanted)) current = wanted;
    }
    const auto tick = data.settings.find("fine_tuning");
    fineTuning = tick != data.settings.end() && tick->second == "true";
    readTeachersSetting();
    detectAgain = detectLater = false;
    fromQueue.reset();
    sides.clear();
    trainingQueue = std::make_shared<EventQueue<TrainingEvent>>(); // what comes yet is of another project
    readQueue();
    loadModelOfProject();
    resetProposals();

    Q_EMIT session->projectOpened();
    Q_EMIT session->projectPathChanged();
    Q_EMIT session->speechesChanged();
    Q_EMIT session->currentSpeechChanged(current);
    Q_EMIT session->undoChanged();
    Q_EMIT session->hyperparametersChanged();
    Q_EMIT session->runsChanged();
    Q_EMIT session->resumableRunChanged();
    Q_EMIT session->queueChanged();
    Q_EMIT session->modelChanged();
    Q_EMIT session->fineTuningChanged();
    Q_EMIT session->teachersChanged();
    Q_EMIT session->detectionQueueChanged();
    if (!stopped.isEmpty())
        Q_EMIT session->messageRaised(
            QObject::tr("Stopped by opening a project: %1.").arg(stopped.join(QStringLiteral(", "))));
    if (!detectionQueue.pending.empty())
        Q_EMIT session->messageRaised(
            (detectionQueue.pending.size() == 1
                 ? QObject::tr("One recording is still to be searched. Go On in the Review workspace does that.")
                 : QObject::tr("%1 of %2 recordings are still to be searched. Go On in the Review workspace does that.")
                       .arg(detectionQueue.pending.size())
                       .arg(detectionQueue.total)));
    if (const auto resumable = session->resumableRun(); resumable && interrupted)
        Q_EMIT session->messageRaised(
            QObject::tr("The training of %1 was interrupted. Resume in the Train workspace goes on where it stood.")
                .arg(resumable->name));
    if (opened->notice) raise(*opened->notice);
    lookForMoved(QFileInfo(path).absolutePath(), true);
    lookForUnsaved(left);
    for (auto& action : std::exchange(whenOpen, {}))
        action();
}

bool SessionImpl::mayLeave(const std::shared_ptr<Opened>& opened) {
    storeChanged();
    if (opened->lose || nothingIn() || (slot->pending == 0 && heldRuns.empty())) return true;
    if (slot->stuck || !heldRuns.empty())
        Q_EMIT session->lossAsked([this, opened](bool lose) {
            opened->lose = lose;
            if (lose || opened->request != lastRequest)
                adopt(opened);
            else
                stay(opened);
        });
    else
        store.post([this, opened] { // once the changes have been tried
            QMetaObject::invokeMethod(
                session, [this, opened] { adopt(opened); }, Qt::QueuedConnection);
        });
    return false;
}

void SessionImpl::stay(const std::shared_ptr<Opened>& opened) {
    opening = 0;
    leaveOutWaiting();
    store.post([opened, made = isUnsaved(opened->path) && opened->data.speeches.empty()] {
        opened->slot->store.reset();
        if (made) removeProjectFile(opened->path.toStdString());
    });
}

/// What was meant for a project that is not opened comes into no other.
void SessionImpl::leaveOutWaiting() {
    if (!std::exchange(whenOpen, {}).empty())
        Q_EMIT session->messageRaised(
            QObject::tr("Files that were waiting for this project were left out: add or open them again."));
}

void SessionImpl::leave() {
    if (generation == 0 || readOnly || !nothingIn()) return;
    store.post([previous = slot, file = path.toStdString(), left = checkpoints] {
        previous->store.reset();
        removeProjectFile(file);
        for (const RunCheckpoint& checkpoint : left)
            removeCheckpoint(folderOf(checkpoint));
    });
}

void SessionImpl::afterOpening(std::function<void()> action) {
    if (session->opening())
        whenOpen.push_back(std::move(action));
    else
        action();
}

void SessionImpl::commit(StoreSlot::Change change) {
    if (readOnly) return;
    ++commits;
    store.commit(slot, std::move(change));
}

QString Session::setting(const char* name) const {
    const auto found = m_impl->data.settings.find(name);
    return found == m_impl->data.settings.end() ? QString() : QString::fromStdString(found->second);
}

void Session::setSetting(const char* name, const QString& json) {
    if (setting(name) != json) m_impl->putSetting(name, json.toStdString());
}

void SessionImpl::putSetting(const std::string& name, const std::string& json) {
    data.settings[name] = json;
    settingsToStore.insert(name);
    storeSoon();
}

bool SessionImpl::refuseIfReadOnly() {
    if (readOnly) raise(Error{ErrorCode::ReadOnlyProject, path.toStdString(), {}});
    return readOnly;
}

void Session::newProject() {
    m_impl->request({}, false, false);
}

void Session::openProject(const QString& path) {
    m_impl->request(QFileInfo(path).absoluteFilePath(), false, false);
}

} // namespace ovation::ui
