// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Files.h"
#include "core/report/ApplauseReport.h"
#include "ui/session/ReportPrinter.h"
#include "ui/session/SessionImpl.h"

#include <QDate>
#include <QDir>
#include <QFileInfo>
#include <QPrinter>
#include <QStringList>

#include <filesystem>

namespace ovation::ui {

namespace {

/// Measures what `reports` lack; a recording that cannot be read says so in its own place. What is said there, of all.
Result<QStringList> measureAll(std::vector<RecordingReport>& reports, const JobContext& context) {
    QStringList failures;
    double all = 0, before = 0;
    for (const RecordingReport& report : reports)
        all += report.durationS;
    for (RecordingReport& report : reports) {
        const std::string name = std::filesystem::path(report.path).filename().string();
        const auto measured = measureLoudness(report, context.cancel, [&](const Progress& progress) {
            const double share = progress.total > 0 ? progress.done / progress.total : 0;
            context.progress({before + share * report.durationS, all, "Measuring loudness", name});
        });
        if (!measured && measured.error().code == ErrorCode::Cancelled) return measured.error();
        if (!measured) failures << QString::fromStdString(report.loudnessFailure);
        before += report.durationS;
    }
    return failures;
}

void sayUnmeasured(SessionImpl& impl, const QStringList& failures) {
    if (failures.isEmpty()) return;
    Q_EMIT impl.session->problemsRaised(
        failures.size() == 1 ? Session::tr("The report has no loudness for 1 recording")
                             : Session::tr("The report has no loudness for %1 recordings").arg(failures.size()),
        failures);
}

/// What the project holds, and what its detections are decoded with now.
std::vector<RecordingReport> reportsNow(const SessionImpl& impl) {
    std::vector<RecordingReport> reports = reportsOf(impl.data);
    for (RecordingReport& report : reports)
        if (report.model) report.decoder = impl.decoder;
    return reports;
}

Error nothingToReport() {
    return {ErrorCode::NoData, {}, "there is nothing to report yet: detect or label some applause first"};
}

QString reportTitle(const QString& projectPath) {
    const QString name = QFileInfo(projectPath).completeBaseName();
    return name.isEmpty() ? QObject::tr("Applause") : QObject::tr("Applause in %1").arg(name);
}

} // namespace

void Session::writeReport(const QString& path, ReportForm form) {
    SessionImpl& impl = *m_impl;
    std::vector<RecordingReport> reports = reportsNow(impl);
    if (reports.empty()) {
        impl.raise(nothingToReport());
        return;
    }
    auto held = impl.holdFile(path);
    if (!held) return;
    impl.jobs.start<QStringList>(
        tr("Writing the report"),
        [reports = std::move(reports), file = path.toStdString(), title = reportTitle(projectPath()),
         date = QDate::currentDate().toString(Qt::ISODate),
         form](const JobContext& context) mutable -> Result<QStringList> {
            if (const auto writable = checkWritable(file); !writable) return writable.error(); // before hours of work
            auto unmeasured = measureAll(reports, context);
            if (!unmeasured) return unmeasured;
            const auto written =
                form == ReportForm::Pdf ? writeReportPdf(file, title, reports)
                : form == ReportForm::Html
                    ? writeFileAtomically(file, reportHtml(title.toStdString(), reports, date.toStdString()))
                    : writeFileAtomically(file, form == ReportForm::RecordingsCsv ? recordingsCsv(reports)
                                                                                  : applausesCsv(reports));
            if (!written) return written.error();
            return unmeasured;
        },
        [this, &impl, path, held = std::move(held)](Result<QStringList> written) {
            if (written)
                Q_EMIT messageRaised(tr("The report was written to %1.").arg(QDir::toNativeSeparators(path)));
            else if (written.error().code != ErrorCode::Cancelled)
                impl.raise(written.error());
            if (written) sayUnmeasured(impl, *written);
        });
}

void Session::printReport(std::shared_ptr<QPrinter> printer) {
    SessionImpl& impl = *m_impl;
    if (!printer) return;
    std::vector<RecordingReport> reports = reportsNow(impl);
    if (reports.empty()) {
        impl.raise(nothingToReport());
        return;
    }
    impl.jobs.start<QStringList>(
        tr("Printing the report"),
        [reports = std::move(reports), title = reportTitle(projectPath()),
         printer](const JobContext& context) mutable -> Result<QStringList> {
            if (const auto writable = checkWritable(printer->outputFileName().toStdString()); !writable)
                return writable.error();
            auto unmeasured = measureAll(reports, context);
            if (!unmeasured) return unmeasured;
            if (context.cancel.cancelled()) return Error{ErrorCode::Cancelled, {}, {}};
            if (const auto sent = sendReport(*printer, title, reports); !sent) return sent.error();
            return unmeasured;
        },
        [this, &impl, printer](Result<QStringList> printed) {
            if (!printed && printed.error().code == ErrorCode::Cancelled)
                Q_EMIT messageRaised(tr("Printing the report was cancelled."));
            else if (!printed)
                impl.raise(printed.error());
            else if (const QString file = printer->outputFileName(); !file.isEmpty())
                Q_EMIT messageRaised(tr("The report was written to %1.").arg(QDir::toNativeSeparators(file)));
            else
                Q_EMIT messageRaised(tr("The report was handed to the printer %1.").arg(printer->printerName()));
            if (printed) sayUnmeasured(impl, *printed);
        });
}

} // namespace ovation::ui
