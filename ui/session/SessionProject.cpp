// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/SessionImpl.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QDir>
#include <QStandardPaths>

#include <filesystem>
#include <system_error>

namespace ovation::ui {

namespace fs = std::filesystem;

namespace {

QString unsavedFolder() {
    return QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation) + QStringLiteral("/ovation");
}

bool isUnsaved(const QString& path) {
    const QFileInfo info(path);
    return info.absolutePath() == QDir(unsavedFolder()).absolutePath() &&
           info.fileName().startsWith(QLatin1String("unsaved-"));
}

QString newUnsavedPath() {
    static int counter = 0;
    return QStringLiteral("%1/unsaved-%2-%3-%4.ovation")
        .arg(unsavedFolder(), QDateTime::currentDateTime().toString(QStringLiteral("yyyyMMdd-HHmmss")))
        .arg(QCoreApplication::applicationPid())
        .arg(++counter);
}

void removeProjectFile(const std::string& path) {
    std::error_code ignored;
    for (const char* suffix : {"", "-wal", "-shm", ".lock"})
        fs::remove(path + suffix, ignored);
}

Result<void> copyFile(const std::string& from, const std::string& to) {
    const std::string partial = to + ".partial";
    std::error_code error;
    fs::copy_file(from, partial, fs::copy_options::overwrite_existing, error);
    if (!error) {
        // What a replaced project may have left beside it belongs to that one.
        std::error_code ignored;
        for (const char* suffix : {"-wal", "-shm"})
            fs::remove(to + suffix, ignored);
        fs::rename(partial, to, error);
    }
    if (error) {
        std::error_code ignored;
        fs::remove(partial, ignored);
        return errorFromErrno(error.value(), to, ErrorCode::WriteFailed);
    }
    return {};
}

} // namespace

/// What the store's thread brings back from opening.
struct SessionImpl::Opened {
    int request = 0;
    StoreWorker::Slot slot = std::make_shared<StoreSlot>();
    QString path;
    ProjectData data;
    bool readOnly = false;
    std::optional<Error> error;  ///< not opened
    std::optional<Error> notice; ///< opened, but
};

namespace {

using OpenedStore = Result<std::unique_ptr<ProjectStore>>;

/// Writable if possible, else to be read only; `notice` then says why.
OpenedStore openStore(const std::string& path, std::optional<Error>& notice) {
    OpenedStore opened = ProjectStore::open(path);
    if (opened) return opened;
    const Error error = opened.error();
    if (error.code != ErrorCode::ProjectInUse && error.code != ErrorCode::ReadOnlyProject &&
        error.code != ErrorCode::NoPermission)
        return opened;
    OpenedStore readable = ProjectStore::open(path, ProjectStore::Mode::ReadOnly);
    if (readable) notice = error;
    return readable ? std::move(readable) : std::move(opened);
}

/// The newest unsaved project that no other window has open, else a new one.
OpenedStore openUnsaved(bool find, QString& path) {
    const QDir folder(unsavedFolder());
    std::error_code ignored;
    fs::create_directories(unsavedFolder().toStdString(), ignored);
    if (find)
        for (const QString& name : folder.entryList({QStringLiteral("unsaved-*.ovation")}, QDir::Files, QDir::Time)) {
            path = folder.absoluteFilePath(name);
            OpenedStore opened = ProjectStore::open(path.toStdString());
            if (opened) return opened;
        }
    path = newUnsavedPath();
    return ProjectStore::create(path.toStdString());
}

} // namespace

void SessionImpl::request(const QString& wanted, bool create, bool findUnsaved) {
    opening = ++lastRequest;
    auto opened = std::make_shared<Opened>();
    opened->request = opening;
    opened->path = wanted;
    store.post([this, opened, create, findUnsaved] {
        OpenedStore result = opened->path.isEmpty() ? openUnsaved(findUnsaved, opened->path)
                             : create               ? ProjectStore::create(opened->path.toStdString())
                                                    : openStore(opened->path.toStdString(), opened->notice);
        if (result) {
            Result<ProjectData> loaded = (*result)->load();
            if (loaded) {
                opened->readOnly = (*result)->mode() == ProjectStore::Mode::ReadOnly;
                opened->data = std::move(*loaded);
                opened->slot->store = std::move(*result);
            } else {
                opened->error = loaded.error();
            }
        } else {
            opened->error = result.error();
        }
        QMetaObject::invokeMethod(
            session, [this, opened] { adopt(opened); }, Qt::QueuedConnection);
    });
}

void SessionImpl::adopt(std::shared_ptr<Opened> opened) {
    if (opened->request != lastRequest) {
        store.post([opened] { opened->slot->store.reset(); });
        return;
    }
    opening = 0;
    const bool nothingOpen = generation == 0;
    if (opened->error) {
        raise(*opened->error);
        if (!nothingOpen) return;
        if (!isUnsaved(opened->path)) {
            request({}, false, true);
            return;
        }
        // Not even a place for unsaved work: go on in memory; saving the project writes everything that was done since.
    }

    jobs.cancelAll();
    storeChanged();
    leave();
    store.post([previous = std::exchange(slot, opened->slot)] { previous->store.reset(); });
    ++generation;
    path = opened->path;
    unsaved = isUnsaved(path);
    readOnly = opened->readOnly;
    data = std::move(opened->data);
    mergeKey.clear();
    peaks.clear();
    peaksDone.clear();
    peaksWanted.clear();
    toDecode.clear();
    run.reset();
    model.reset();
    for (TrainingRun& stored : data.runs)
        if (stored.stopped == StopReason::Running) stored.stopped = StopReason::Cancelled;
    if (!data.runs.empty()) run = data.runs.back();

    hyperparameters = {};
    if (const auto found = data.settings.find("hyperparameters"); found != data.settings.end()) {
        if (const auto read = hyperparametersFromJson(found->second)) hyperparameters = *read;
    }
    current = data.speeches.empty() ? 0 : data.speeches.front().id;
    if (const auto found = data.settings.find("current_speech"); found != data.settings.end()) {
        const SpeechId wanted = QString::fromStdString(found->second).toLongLong();
        if (data.speech(wanted)) current = wanted;
    }
    loadModelOfProject();

    Q_EMIT session->projectOpened();
    Q_EMIT session->projectPathChanged();
    Q_EMIT session->speechesChanged();
    Q_EMIT session->currentSpeechChanged(current);
    Q_EMIT session->undoChanged();
    Q_EMIT session->hyperparametersChanged();
    Q_EMIT session->runsChanged();
    Q_EMIT session->modelChanged();
    if (opened->notice) raise(*opened->notice);
    const auto missing =
        std::count_if(data.speeches.begin(), data.speeches.end(), [](const Speech& s) { return s.missing; });
    if (missing > 0)
        Q_EMIT session->messageRaised(QObject::tr(
            "%n recording(s) could not be found where they were. Put them into the project's folder, or bring the "
            "disk back, and open the project again. Their labels are kept.",
            nullptr, static_cast<int>(missing)));
    for (auto& action : std::exchange(whenOpen, {}))
        action();
}

void SessionImpl::leave() {
    if (generation == 0 || !unsaved || !data.speeches.empty()) return;
    store.post([previous = slot, file = path.toStdString()] {
        previous->store.reset();
        removeProjectFile(file);
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
    store.commit(slot, std::move(change));
}

void SessionImpl::putSetting(const std::string& name, const std::string& json) {
    data.settings[name] = json;
    settingsToStore.insert(name);
    storeTimer.start();
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

void Session::saveProjectAs(const QString& chosen) {
    SessionImpl& impl = *m_impl;
    const QString target = QFileInfo(chosen).absoluteFilePath();
    impl.storeChanged();
    if (!impl.unsaved && target == impl.path) return; // every change is in that file already
    struct Outcome {
        std::optional<Error> error;
    };
    auto speeches = impl.data.speeches;
    const QDir folder = QFileInfo(target).absoluteDir();
    for (Speech& speech : speeches)
        speech.relativePath = folder.relativeFilePath(QString::fromStdString(speech.path)).toStdString();

    auto outcome = std::make_shared<Outcome>();
    impl.store.post([&impl, outcome, slot = impl.slot, from = impl.path.toStdString(), to = target.toStdString(),
                     drop = impl.unsaved, speeches, generation = impl.generation] {
        const bool hadFile = slot->store != nullptr;
        const auto mode = hadFile ? slot->store->mode() : ProjectStore::Mode::ReadWrite;
        if (hadFile) {
            // A project that is open elsewhere must not be replaced under its owner's feet.
            if (fs::exists(to)) {
                if (auto other = ProjectStore::open(to); !other && other.error().code == ErrorCode::ProjectInUse)
                    outcome->error = other.error();
            }
            if (!outcome->error) {
                slot->store.reset();
                if (auto copied = copyFile(from, to); !copied) outcome->error = copied.error();
                auto opened = ProjectStore::open(outcome->error ? from : to,
                                                 outcome->error ? mode : ProjectStore::Mode::ReadWrite);
                if (!opened && !outcome->error) {
                    outcome->error = opened.error();
                    opened = ProjectStore::open(from, mode);
                }
                if (opened) slot->store = std::move(*opened);
            }
        } else {
            if (fs::exists(to)) removeProjectFile(to);
            auto created = ProjectStore::create(to);
            if (created)
                slot->store = std::move(*created);
            else
                outcome->error = created.error();
        }
        if (!outcome->error) {
            impl.store.writeBacklog(slot);
            for (const Speech& speech : speeches)
                if (auto put = slot->store->putSpeech(speech); !put) outcome->error = put.error();
            if (drop && !outcome->error) removeProjectFile(from);
        }
        QMetaObject::invokeMethod(
            impl.session,
            [&impl, outcome, generation, speeches, to] {
                if (outcome->error) {
                    impl.raise(*outcome->error);
                    return;
                }
                if (generation != impl.generation) return;
                impl.path = QString::fromStdString(to);
                impl.unsaved = isUnsaved(impl.path);
                impl.readOnly = false;
                for (const Speech& saved : speeches)
                    if (Speech* speech = impl.data.speech(saved.id)) speech->relativePath = saved.relativePath;
                Q_EMIT impl.session->projectPathChanged();
                Q_EMIT impl.session->messageRaised(
                    QObject::tr("The project is saved as %1. Every further change goes there at once.")
                        .arg(QDir::toNativeSeparators(impl.path)));
            },
            Qt::QueuedConnection);
    });
}

} // namespace ovation::ui
