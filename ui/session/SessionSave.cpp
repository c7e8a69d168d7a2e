// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/SessionImpl.h"

#include <QDir>
#include <QFileInfo>

#include <utility>

namespace ovation::ui {

namespace {

/// Goes on in a copy at `to`. Where that fails, the slot is as it was.
Result<void> moveTo(StoreSlot& slot, const std::string& to) {
    const std::string temporary = to + ".new";
    if (!slot.store) {
        // Nothing has been on disk so far: the backlog is the whole project.
        removeProjectFile(temporary);
        auto created = ProjectStore::create(temporary);
        if (!created) return Error{created.error().code, to, created.error().detail};
        const auto copied = (*created)->copyTo(to);
        *created = nullptr;
        removeProjectFile(temporary);
        if (!copied) return copied;
    } else if (const auto copied = slot.store->copyTo(to); !copied) {
        return copied;
    }
    auto opened = ProjectStore::open(to);
    if (!opened) return opened.error();
    slot.store = std::move(*opened);
    return {};
}

} // namespace

void Session::saveProjectAs(const QString& chosen) {
    SessionImpl& impl = *m_impl;
    const QString target = QFileInfo(chosen).absoluteFilePath();
    impl.storeChanged();
    if (!impl.unsaved && target == impl.path) { // every change is in that file already, or it takes none
        impl.refuseIfReadOnly();
        return;
    }
    struct Outcome {
        std::optional<Error> error;
    };
    auto speeches = impl.data.speeches;
    const QDir folder = QFileInfo(target).absoluteDir();
    for (Speech& speech : speeches)
        speech.relativePath = folder.relativeFilePath(QString::fromStdString(speech.path)).toStdString();

    auto outcome = std::make_shared<Outcome>();
    impl.store.post([&impl, outcome, slot = impl.slot, from = impl.path.toStdString(), to = target.toStdString(),
                     drop = impl.unsaved && !impl.readOnly, speeches, generation = impl.generation] {
        if (const auto moved = moveTo(*slot, to); !moved)
            outcome->error = moved.error();
        else
            impl.store.writeBacklog(slot);
        if (drop && !outcome->error) removeProjectFile(from);
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
                const bool nowWritable = std::exchange(impl.readOnly, false);
                for (const Speech& saved : speeches)
                    if (Speech* speech = impl.data.speech(saved.id)) speech->relativePath = saved.relativePath;
                Q_EMIT impl.session->projectPathChanged();
                if (nowWritable) { // there is something to undo and to resume only where it can be written
                    // The file copied may be another window's, which has gone on since.
                    for (const auto& [id, detection] : impl.data.detections) {
                        impl.toStore.insert(id);
                        impl.newCurves.insert(id);
                    }
                    impl.storeHeldRuns();
                    for (const auto& [name, value] : impl.data.settings)
                        impl.settingsToStore.insert(name);
                    impl.storeChanged();
                    Q_EMIT impl.session->undoChanged();
                    Q_EMIT impl.session->resumableRunChanged();
                }
                Q_EMIT impl.session->messageRaised(
                    QObject::tr("The project is saved as %1. Every further change goes there at once.")
                        .arg(QDir::toNativeSeparators(impl.path)));
            },
            Qt::QueuedConnection);
    });
}

} // namespace ovation::ui
