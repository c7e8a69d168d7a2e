// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/project/MissingAudio.h"
#include "ui/session/SessionImpl.h"

#include <QDir>
#include <QFileInfo>

#include <algorithm>
#include <set>

// Recordings that are not where they were, found again by their content. Looking reads whole sound files, so it goes on
// beside everything else once the project is open.

namespace ovation::ui {

void SessionImpl::lookForMoved(const QString& folder, bool atOpening) {
    std::set<SpeechId> missing;
    for (const Speech& speech : data.speeches)
        if (speech.missing) missing.insert(speech.id);
    if (missing.empty()) return;
    jobs.start<std::vector<Speech>>(
        QObject::tr("Looking for missing recordings"),
        [missing, all = data.speeches,
         folder = folder.toStdString()](const JobContext& context) -> Result<std::vector<Speech>> {
            std::vector<Speech> speeches = all;
            findMovedAudio(speeches, folder, context.cancel, context.progress);
            if (context.cancel.cancelled()) return Error{ErrorCode::Cancelled, {}, {}};
            std::erase_if(speeches,
                          [&](const Speech& speech) { return speech.missing || !missing.contains(speech.id); });
            return speeches;
        },
        [this, folder, atOpening, started = generation](Result<std::vector<Speech>> found) {
            if (started != generation || !found) return;
            putMoved(*found);
            const auto left =
                std::count_if(data.speeches.begin(), data.speeches.end(), [](const Speech& s) { return s.missing; });
            const auto count = [](qsizetype number, const QString& one, const QString& many) {
                return number == 1 ? one : many.arg(number);
            };
            QStringList sentences;
            if (!found->empty())
                sentences << count(static_cast<qsizetype>(found->size()),
                                   QObject::tr("1 recording was found again in another place, by its content."),
                                   QObject::tr("%1 recordings were found again in another place, by their content."));
            if (left > 0 && atOpening)
                sentences << count(left, QObject::tr("1 recording could not be found where it was."),
                                   QObject::tr("%1 recordings could not be found where they were."))
                          << QObject::tr("The labels are kept. Bring the disk back, or show the folder with "
                                         "File > Find Missing Recordings.");
            else if (left > 0)
                sentences << (left == 1 ? QObject::tr("1 recording is not in %1 either.")
                                        : QObject::tr("%2 recordings are not in %1 either.")
                                              .replace(QLatin1String("%2"), QString::number(left)))
                                 .arg(QDir::toNativeSeparators(folder));
            if (!sentences.isEmpty()) Q_EMIT session->messageRaised(sentences.join(QLatin1Char(' ')));
        });
}

void SessionImpl::putMoved(const std::vector<Speech>& found) {
    bool currentFound = false;
    for (const Speech& moved : found) {
        Speech* speech = data.speech(moved.id);
        if (!speech || !speech->missing) continue;
        speech->missing = false;
        currentFound = currentFound || speech->id == current;
        speech->path = moved.path;
        speech->relativePath =
            QFileInfo(path).absoluteDir().relativeFilePath(QString::fromStdString(moved.path)).toStdString();
        peaksDone.erase(speech->id);
        commit([stored = *speech](ProjectStore& file) { return file.putSpeech(stored); });
    }
    if (found.empty()) return;
    Q_EMIT session->speechesChanged();
    if (currentFound) Q_EMIT session->currentSpeechChanged(current); // what showed nothing before can be heard now
}

void Session::findMovedAudio(const QString& folder) {
    m_impl->lookForMoved(folder, false);
}

} // namespace ovation::ui
