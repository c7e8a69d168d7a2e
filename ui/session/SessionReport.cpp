// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Files.h"
#include "core/report/ApplauseReport.h"
#include "ui/session/ReportPrinter.h"
#include "ui/session/SessionImpl.h"

#include <QDir>
#include <QFileInfo>

#include <filesystem>

namespace ovation::ui {

namespace {

/// Measures what `reports` lack; a recording that cannot be read says so in its own place.
Result<void> measureAll(std::vector<RecordingReport>& reports, const JobContext& context) {
    double all = 0, before = 0;
    for (const RecordingReport& report : reports)
        all += report.durationS;
    for (RecordingReport& report : reports) {
        const std::string name = std::filesystem::path(report.path).filename().string();
        const auto measured = measureLoudness(report, context.cancel, [&](const Progress& progress) {
            const double share = progress.total > 0 ? progress.done / progress.total : 0;
            context.progress({before + share * report.durationS, all, "Measuring loudness", name});
        });
        if (!measured && measured.error().code == ErrorCode::Cancelled) return measured;
        before += report.durationS;
    }
    return {};
}

QString reportTitle(const QString& projectPath) {
    const QString name = QFileInfo(projectPath).completeBaseName();
    return name.isEmpty() ? QObject::tr("Applause") : QObject::tr("Applause in %1").arg(name);
}

} // namespace

void Session::writeReport(const QString& path, ReportForm form) {
    SessionImpl& impl = *m_impl;
    std::vector<RecordingReport> reports = reportsOf(impl.data);
    if (reports.empty()) {
        impl.raise({ErrorCode::NoData, {}, "there is nothing to report yet: detect or label some applause first"});
        return;
    }
    impl.jobs.start<bool>(
        tr("Writing the report"),
        [reports = std::move(reports), file = path.toStdString(), title = reportTitle(projectPath()),
         form](const JobContext& context) mutable -> Result<bool> {
            if (const auto measured = measureAll(reports, context); !measured) return measured.error();
            const auto written =
                form == ReportForm::Pdf ? writeReportPdf(file, title, reports)
                : form == ReportForm::Html
                    ? writeFileAtomically(file, reportHtml(title.toStdString(), reports))
                    : writeFileAtomically(file, form == ReportForm::RecordingsCsv ? recordingsCsv(reports)
                                                                                  : applausesCsv(reports));
            if (!written) return written.error();
            return true;
        },
        [this, &impl, path](Result<bool> written) {
            if (written)
                Q_EMIT messageRaised(tr("The report was written to %1.").arg(QDir::toNativeSeparators(path)));
            else if (written.error().code != ErrorCode::Cancelled)
                impl.raise(written.error());
        });
}

void Session::printReport(std::shared_ptr<QPagedPaintDevice> printer) {
    SessionImpl& impl = *m_impl;
    std::vector<RecordingReport> reports = reportsOf(impl.data);
    if (reports.empty() || !printer) return;
    impl.jobs.start<bool>(
        tr("Printing the report"),
        [reports = std::move(reports), title = reportTitle(projectPath()),
         printer](const JobContext& context) mutable -> Result<bool> {
            if (const auto measured = measureAll(reports, context); !measured) return measured.error();
            paintReport(*printer, title, reports);
            return true;
        },
        [this, &impl](Result<bool> printed) {
            if (printed)
                Q_EMIT messageRaised(tr("The report was sent to the printer."));
            else if (printed.error().code != ErrorCode::Cancelled)
                impl.raise(printed.error());
        });
}

} // namespace ovation::ui
