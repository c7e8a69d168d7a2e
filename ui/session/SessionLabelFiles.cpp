// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Files.h"
#include "core/labels/LabelFormats.h"
#include "core/project/LabelImport.h"
#include "ui/session/SessionImpl.h"

#include <QFileInfo>

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <utility>

namespace ovation::ui {

namespace {

using LabelFiles = std::vector<std::pair<std::string, Result<LabelFile>>>;

QString counted(qsizetype count, const char* one, const char* many) {
    return count == 1 ? QObject::tr(one) : QObject::tr(many).arg(count);
}

} // namespace

void addDoubts(QStringList& doubts, const std::string& file, const std::vector<std::string>& warnings) {
    for (const std::string& warning : warnings)
        doubts << QStringLiteral("\"%1\": %2").arg(QString::fromStdString(file), QString::fromStdString(warning));
}

QString remarkOnTexts(const std::vector<LabelFile>& files, const LabelFormat& format) {
    size_t count = 0;
    for (const LabelFile& file : files)
        count += textsLeftOut(file, format);
    return count == 0 ? QString() : QLatin1Char(' ') + QString::fromStdString(textsLeftOutText(count));
}

Edit SessionImpl::importInto(const Speech& speech, const LabelFile& labels, const std::string& source,
                             const std::vector<Segment>& present, QStringList& doubts) {
    LabelImport import = ovation::importLabels(labels, source, speech, present, data.nextSegmentId);
    addDoubts(doubts, source, import.warnings);
    Edit edit = newEdit(speech.id, QObject::tr("Import labels"));
    edit.added = std::move(import.edit.added);
    return edit;
}

void SessionImpl::takeLabelFiles(const std::vector<std::pair<std::string, LabelFile>>& files, SpeechId otherwise,
                                 ImportedFiles& taken) {
    std::map<SpeechId, Edit> edits; // one for each recording, however many files name it
    std::set<SpeechId> named;
    for (const auto& [file, whole] : files) {
        std::vector<LabelFile> parts = byRecording(whole);
        leaveOutUnnamed(parts);
        // Those of the whole file stand with its first recording, which need not be in the project.
        if (parts.size() > 1) addDoubts(taken.doubts, file, std::exchange(parts.front().warnings, {}));
        const bool only = files.size() == 1 && parts.size() == 1;
        std::vector<std::string> unknown;
        for (const LabelFile& part : parts) {
            SpeechId id =
                parts.size() > 1 ? speechNamed(data.speeches, part.audioFile) : speechFor(data.speeches, file, part);
            if (id == 0 && only) id = otherwise;
            const Speech* speech = data.speech(id);
            if (!speech) {
                unknown.push_back(part.audioFile);
                continue;
            }
            std::vector<Segment> present = session->segments(id);
            if (const auto before = edits.find(id); before != edits.end())
                std::ranges::copy(before->second.added, std::back_inserter(present));
            Edit edit = importInto(*speech, part, file, present, taken.doubts);
            if (named.insert(id).second) ++taken.recordings;
            taken.lastRecording = QFileInfo(QString::fromStdString(speech->path)).fileName();
            taken.labels += static_cast<int>(edit.added.size());
            if (edit.added.empty()) continue;
            const auto [merged, isNew] = edits.try_emplace(id, std::move(edit));
            if (!isNew) std::ranges::move(edit.added, std::back_inserter(merged->second.added));
        }
        if (unknown.size() == parts.size())
            taken.failed << QString::fromStdString(belongsNowhere(file, unknown));
        else if (!unknown.empty())
            taken.doubts << (unknown.size() == 1
                                 ? QObject::tr("\"%1\": a recording that it names is not in the project: \"%2\".")
                                       .arg(QString::fromStdString(file))
                                 : QObject::tr("\"%1\": %2 of the recordings that it names are not in the project, the "
                                               "first being \"%3\".")
                                       .arg(QString::fromStdString(file))
                                       .arg(unknown.size()))
                                .arg(QString::fromStdString(unknown.front()));
    }
    std::vector<Edit> all;
    for (auto& [id, edit] : edits)
        all.push_back(std::move(edit));
    pushTogether(std::move(all));
}

void Session::importLabels(SpeechId id, const QString& path) {
    SessionImpl& impl = *m_impl;
    if (!impl.data.speech(id) || impl.refuseIfReadOnly()) return;
    impl.jobs.start<LabelFile>(
        {}, [file = path.toStdString()](const JobContext&) { return readLabels(file); },
        [this, &impl, id, path, generation = impl.generation](Result<LabelFile> labels) {
            const Speech* speech = impl.data.speech(id);
            if (generation != impl.generation || !speech) return;
            if (!labels) {
                impl.raise(labels.error());
                return;
            }
            QStringList doubts;
            Edit edit = impl.importInto(*speech, partAbout(speech->path, std::move(*labels)), path.toStdString(),
                                        segments(id), doubts);
            const auto count = static_cast<qsizetype>(edit.added.size());
            if (count > 0) impl.push(std::move(edit));
            Q_EMIT messageRaised(counted(count, "1 label imported.", "%1 labels imported."));
            if (!doubts.isEmpty()) Q_EMIT problemsRaised(tr("Some labels were not as expected"), doubts);
        });
}

void Session::importLabels(const QStringList& paths) {
    SessionImpl& impl = *m_impl;
    if (paths.isEmpty() || impl.refuseIfReadOnly()) return;
    impl.jobs.start<LabelFiles>(
        paths.size() > 1 ? tr("Reading labels") : QString(),
        [paths](const JobContext& context) -> Result<LabelFiles> {
            LabelFiles read;
            for (const QString& path : paths) {
                if (context.cancel.cancelled()) return Error{ErrorCode::Cancelled, {}, {}};
                context.progress(
                    {static_cast<double>(read.size()), static_cast<double>(paths.size()), {}, path.toStdString()});
                read.emplace_back(path.toStdString(), readLabels(path.toStdString()));
            }
            return read;
        },
        [this, &impl, shown = impl.current, generation = impl.generation](Result<LabelFiles> read) {
            if (generation != impl.generation || !read) return;
            SessionImpl::ImportedFiles taken;
            std::vector<std::pair<std::string, LabelFile>> files;
            for (auto& [path, labels] : *read) {
                if (labels)
                    files.emplace_back(path, std::move(*labels));
                else
                    taken.failed << QString::fromStdString(describe(labels.error()));
            }
            impl.takeLabelFiles(files, shown, taken);
            if (taken.recordings > 0)
                Q_EMIT messageRaised(counted(taken.labels, "1 label imported for %2.", "%1 labels imported for %2.")
                                         .replace(QLatin1String("%2"),
                                                  taken.recordings == 1 ? taken.lastRecording
                                                                        : tr("%1 recordings").arg(taken.recordings)));
            if (!taken.doubts.isEmpty()) Q_EMIT problemsRaised(tr("Some labels were not as expected"), taken.doubts);
            impl.sayFailed(taken.failed, tr("1 label file could not be imported"),
                           tr("%1 label files could not be imported"));
        });
}

void SessionImpl::sayFailed(const QStringList& sentences, const QString& one, const QString& many) {
    if (!sentences.isEmpty())
        Q_EMIT session->problemsRaised(sentences.size() == 1 ? one : many.arg(sentences.size()), sentences);
}

void Session::exportLabels(SpeechId id, const QString& path, const QString& format) {
    SessionImpl& impl = *m_impl;
    const Speech* speech = impl.data.speech(id);
    const LabelFormat* chosen = labelFormat(format.toStdString());
    if (!speech) return;
    const LabelFile labels = labelFileOf(*speech, segments(id));
    const QString remark = chosen ? remarkOnTexts({labels}, *chosen) : QString();
    impl.jobs.start<bool>(
        {},
        [file = labels, path = path.toStdString(), format = format.toStdString()](const JobContext&) -> Result<bool> {
            const auto written = writeLabels(path, file, format);
            if (!written) return written.error();
            return true;
        },
        [this, &impl, path, remark](Result<bool> written) {
            if (written)
                Q_EMIT messageRaised(tr("Labels written to %1.").arg(path) + remark);
            else
                impl.raise(written.error());
        });
}

} // namespace ovation::ui
