// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/ReportPrinter.h"

#include "core/base/Files.h"
#include "ui/session/ReportPages.h"

#include <QBuffer>
#include <QDate>
#include <QLocale>
#include <QPageLayout>
#include <QPageRanges>
#include <QPainter>
#include <QPdfWriter>
#include <QPrinter>

namespace ovation::ui {

void paintReport(QPagedPaintDevice& device, const QString& title, const std::vector<RecordingReport>& reports) {
    constexpr double kPageMarginMm = 15;
    // Where the paper's own margins are wider, those stay.
    device.setPageMargins(QMarginsF(kPageMarginMm, kPageMarginMm, kPageMarginMm, kPageMarginMm),
                          QPageLayout::Millimeter);
    QPainter painter;
    if (!painter.begin(&device)) return;
    const ReportPages pages(device, title, reports, QDate::currentDate().toString(Qt::ISODate));
    const QPageRanges chosen = device.pageRanges();
    bool first = true;
    for (int page = 0; page < pages.count(); ++page) {
        if (!chosen.isEmpty() && !chosen.contains(page + 1)) continue;
        if (!first && !device.newPage()) return;
        first = false;
        pages.paint(painter, page);
    }
}

Result<void> sendReport(QPrinter& printer, const QString& title, const std::vector<RecordingReport>& reports) {
    const std::string file = printer.outputFileName().toStdString();
    const Error failed = file.empty() ? Error{ErrorCode::PrintFailed, printer.printerName().toStdString(), {}}
                                      : Error{ErrorCode::WriteFailed, file, {}};
    if (!printer.isValid()) return failed;
    paintReport(printer, title, reports);
    switch (printer.printerState()) {
    case QPrinter::Error:
        return failed;
    case QPrinter::Aborted:
        return Error{ErrorCode::Cancelled, {}, {}};
    case QPrinter::Idle:
    case QPrinter::Active:
        break;
    }
    return {};
}

Result<void> writeReportPdf(const std::string& path, const QString& title,
                            const std::vector<RecordingReport>& reports) {
    QByteArray bytes;
    QBuffer buffer(&bytes);
    if (!buffer.open(QIODevice::WriteOnly)) return Error{ErrorCode::OutOfMemory, path, {}};
    {
        QPdfWriter writer(&buffer);
        writer.setTitle(title);
        writer.setCreator(QStringLiteral("Ovation"));
        const bool letter = QLocale::system().measurementSystem() == QLocale::ImperialUSSystem;
        writer.setPageSize(QPageSize(letter ? QPageSize::Letter : QPageSize::A4));
        writer.setResolution(300);
        paintReport(writer, title, reports);
    }
    return writeFileAtomically(path, {bytes.constData(), static_cast<size_t>(bytes.size())});
}

} // namespace ovation::ui
