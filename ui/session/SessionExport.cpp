// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Files.h"
#include "core/export/ClipExport.h"
#include "core/export/HistoryExport.h"
#include "core/labels/LabelFormats.h"
#include "core/project/LabelImport.h"
#include "core/report/ApplauseReport.h"
#include "ui/session/FolderExport.h"
#include "ui/session/SessionImpl.h"

#include <QDir>
#include <QFileInfo>

#include <cmath>
#include <set>

namespace ovation::ui {

namespace {

/// A name for each recording's file: its stem, with a number where another recording has the same.
class FileNames {
public:
    std::string of(const std::string& audioPath, const LabelFormat& format) {
        const std::string stem = stemOf(audioPath);
        for (int number = 1;; ++number) {
            std::string name = stem + (number > 1 ? "-" + std::to_string(number) : "") + "." + format.extension;
            if (m_taken.insert(name).second) return name;
        }
    }

private:
    std::set<std::string> m_taken;
};

using Files = std::vector<std::pair<std::string, LabelFile>>;

void writeFiles(Session& session, SessionImpl& impl, const QString& title, Files files, const QString& folder,
                const LabelFormat& format, const QString& remark) {
    FolderExport wanted;
    wanted.title = title;
    wanted.folder = folder;
    wanted.ending = std::string(".") + format.extension;
    for (const auto& [name, file] : files)
        wanted.names.push_back(name);
    wanted.write = [files = std::move(files), id = std::string(format.id)](size_t index, const std::string& path) {
        return writeLabels(path, files[index].second, id);
    };
    wanted.done = [&session, folder, remark](size_t count) {
        const QString said =
            count == 1 ? QObject::tr("1 file written to %2.")
                       : QObject::tr("%1 files written to %2.").replace(QLatin1String("%1"), QString::number(count));
        Q_EMIT session.messageRaised(QString(said).replace(QLatin1String("%2"), folder) + remark);
    };
    exportTo(impl, std::move(wanted));
}

const LabelFormat* formatOrError(SessionImpl& impl, const QString& format) {
    const LabelFormat* chosen = labelFormat(format.toStdString());
    if (!chosen) impl.raise({ErrorCode::UnknownLabelFormat, format.toStdString(), {}});
    return chosen;
}

/// The recordings that something is known of, with their labels; an error is raised where there are none.
std::vector<LabelFile> labelled(const Session& session, SessionImpl& impl, QString& remark) {
    std::vector<LabelFile> files;
    for (const Speech& speech : impl.data.speeches)
        if (speech.fullyLabelled || !session.segments(speech.id).empty())
            files.push_back(labelFileOf(speech, session.segments(speech.id)));
    const size_t without = impl.data.speeches.size() - files.size();
    if (files.empty())
        impl.raise({ErrorCode::NoData, {}, "nothing is labelled yet: mark some applause first"});
    else if (without > 0)
        remark = without == 1 ? QObject::tr(" 1 recording without labels was left out.")
                              : QObject::tr(" %1 recordings without labels were left out.").arg(without);
    return files;
}

void startClips(SessionImpl& impl, const std::shared_ptr<const ProjectData>& data, const QString& folder,
                const ClipExportOptions& options) {
    impl.jobs.start<ClipExportReport>(
        QObject::tr("Writing clips"),
        [data, folder = folder.toStdString(), options](const JobContext& context) {
            const RecordingCollection collection = collectRecordings(*data);
            return ovation::exportClips(collection.recordings, folder, options, context.cancel, context.progress);
        },
        [&impl, data, folder, options](Result<ClipExportReport> report) {
            if (!report) {
                if (report.error().code != ErrorCode::Cancelled) impl.raise(report.error());
                return;
            }
            if (!report->failures.empty()) {
                QStringList failures;
                for (const Error& failure : report->failures)
                    failures << QString::fromStdString(describe(failure));
                Q_EMIT impl.session->problemsRaised(
                    failures.size() == 1 ? QObject::tr("Clips of 1 recording are missing")
                                         : QObject::tr("Clips of %1 recordings are missing").arg(failures.size()),
                    failures);
            }
            if (!report->doubtful.empty()) {
                QStringList names;
                for (const std::string& name : report->doubtful)
                    names << QString::fromStdString(name);
                Q_EMIT impl.session->problemsRaised(
                    QObject::tr("Clips in %1 may be of former labels. Nothing tells for certain: what is so is to be "
                                "removed by hand.")
                        .arg(folder),
                    names);
            }
            if (report->inTheWay.empty()) {
                Q_EMIT impl.session->messageRaised(
                    QObject::tr("%1 written to %2: %3 of applause, %4 of other sounds, %5 unsure.")
                        .arg(report->clips == 1 ? QObject::tr("1 clip") : QObject::tr("%1 clips").arg(report->clips))
                        .arg(folder)
                        .arg(report->applause)
                        .arg(report->other)
                        .arg(report->unsure));
                return;
            }
            QStringList names;
            for (const std::string& name : report->inTheWay)
                names << QString::fromStdString(name);
            Q_EMIT impl.session->existingFilesAsked(
                folder, names, [&impl, data, folder, options](ExistingFiles chosen) {
                    if (chosen == ExistingFiles::Cancel) return;
                    ClipExportOptions again = options;
                    again.existing = chosen == ExistingFiles::Replace ? ExistingClips::Replace : ExistingClips::Beside;
                    startClips(impl, data, folder, again);
                });
        });
}

} // namespace

void Session::exportAllLabels(const QString& folder, const QString& format) {
    SessionImpl& impl = *m_impl;
    const LabelFormat* chosen = formatOrError(impl, format);
    if (!chosen) return;
    QString remark;
    FileNames names;
    Files files;
    std::vector<LabelFile> all = labelled(*this, impl, remark);
    remark += remarkOnTexts(all, *chosen);
    for (LabelFile& file : all) {
        std::string name = names.of(file.audioFile, *chosen);
        files.emplace_back(std::move(name), std::move(file));
    }
    if (!files.empty()) writeFiles(*this, impl, tr("Exporting labels"), std::move(files), folder, *chosen, remark);
}

void Session::exportLabelsToOneFile(const QString& path, const QString& format) {
    SessionImpl& impl = *m_impl;
    const LabelFormat* chosen = formatOrError(impl, format);
    if (!chosen) return;
    QString remark;
    const std::vector<LabelFile> files = labelled(*this, impl, remark);
    if (files.empty()) return;
    if (files.size() > 1 && !chosen->severalRecordings) {
        impl.raise({ErrorCode::WriteFailed, path.toStdString(),
                    std::string(chosen->name) + " holds one recording only: export to a folder instead"});
        return;
    }
    remark += remarkOnTexts(files, *chosen);
    impl.jobs.start<bool>(
        {},
        [file = joined(files), path = path.toStdString(),
         format = format.toStdString()](const JobContext&) -> Result<bool> {
            const auto written = writeLabels(path, file, format);
            if (!written) return written.error();
            return true;
        },
        [this, &impl, path, remark, count = files.size()](Result<bool> written) {
            if (written)
                Q_EMIT messageRaised((count == 1 ? tr("Labels of 1 recording written to %2.")
                                                 : tr("Labels of %1 recordings written to %2.")
                                                       .replace(QLatin1String("%1"), QString::number(count)))
                                         .replace(QLatin1String("%2"), path) +
                                     remark);
            else
                impl.raise(written.error());
        });
}

void Session::exportDetections(const QString& folder, const QString& format) {
    SessionImpl& impl = *m_impl;
    const LabelFormat* chosen = formatOrError(impl, format);
    if (!chosen) return;
    Files files;
    FileNames names;
    for (const auto& [id, detection] : impl.data.detections) {
        const Speech* speech = impl.data.speech(id);
        if (!speech) continue;
        LabelFile file;
        file.audioFile = speech->path;
        file.durationS = speech->durationS();
        for (const CountedApplause& applause : countedApplause(detection.segments, segments(id))) {
            Label label;
            label.span = {readableSeconds(applause.range.begin, speech->sampleRate),
                          readableSeconds(applause.range.end, speech->sampleRate)};
            label.text = nameOf(LabelClass::Applause);
            label.score = std::round(applause.score * 1e4) / 1e4;
            file.labels.push_back(label);
        }
        files.emplace_back(names.of(speech->path, *chosen), std::move(file));
    }
    if (files.empty()) {
        impl.raise({ErrorCode::NoData, {}, "nothing has been detected yet: run Review > Detect first"});
        return;
    }
    writeFiles(*this, impl, tr("Exporting detections"), std::move(files), folder, *chosen, {});
}

void Session::exportClips(const QString& folder, const ClipExportOptions& options) {
    SessionImpl& impl = *m_impl;
    startClips(impl, std::make_shared<const ProjectData>(impl.dataForTraining(impl.hyperparameters)), folder, options);
}

void Session::exportHistories(const QString& folder, const QString& format) {
    SessionImpl& impl = *m_impl;
    const auto chosen = historyFormat(format.toStdString());
    if (!chosen) {
        impl.raise(chosen.error());
        return;
    }
    if (impl.data.runs.empty()) {
        impl.raise({ErrorCode::NoData, {}, "nothing has been trained yet"});
        return;
    }
    FolderExport wanted;
    wanted.folder = folder;
    wanted.names = historyNames(impl.data.runs, *chosen);
    wanted.ending = historyEnding(*chosen);
    wanted.write = [runs = impl.data.runs, kind = *chosen](size_t index, const std::string& path) -> Result<void> {
        if (const auto written = replaceHistory(runs[index], kind, path); !written) return written.error();
        return {};
    };
    wanted.done = [this, folder](size_t count) {
        Q_EMIT messageRaised((count == 1 ? tr("The history of 1 run is written to %1.")
                                         : tr("The histories of %2 runs are written to %1.")
                                               .replace(QLatin1String("%2"), QString::number(count)))
                                 .replace(QLatin1String("%1"), folder));
    };
    exportTo(impl, std::move(wanted));
}

std::shared_ptr<const QString> SessionImpl::holdFile(const QString& name) {
    const QString file = QDir::cleanPath(QFileInfo(name).absoluteFilePath());
    if (!beingWritten.insert(file).second) {
        Q_EMIT session->messageRaised(
            Session::tr("%1 is just being written: save again when that is done.").arg(QDir::toNativeSeparators(file)));
        return nullptr;
    }
    return {new QString(file), [this](const QString* held) {
                beingWritten.erase(*held);
                delete held;
            }};
}

void Session::saveFile(const QString& path, FileContent content, std::function<void()> written) {
    SessionImpl& impl = *m_impl;
    auto held = impl.holdFile(path);
    if (!held) return;
    impl.jobs.start<bool>(
        {},
        [file = path.toStdString(), content = std::move(content)](const JobContext&) -> Result<bool> {
            const Result<std::string> bytes = content();
            if (!bytes) return bytes.error();
            if (const auto done = writeFileAtomically(file, *bytes); !done) return done.error();
            return true;
        },
        [this, &impl, path, written = std::move(written), held = std::move(held)](Result<bool> done) {
            if (!done)
                impl.raise(done.error());
            else if (written)
                written();
            else
                Q_EMIT messageRaised(tr("Written to %1.").arg(QDir::toNativeSeparators(path)));
        });
}

} // namespace ovation::ui
