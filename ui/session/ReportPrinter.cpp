// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/ReportPrinter.h"

#include "core/base/Files.h"
#include "core/report/ReportText.h"

#include <QBuffer>
#include <QEventLoop>
#include <QImage>
#include <QPageLayout>
#include <QPainter>
#include <QPdfWriter>
#include <QPrinter>
#include <QTextDocument>
#include <QUrl>

#include <algorithm>

namespace ovation::ui {

namespace {

constexpr int kStripWidth = 2000, kStripHeight = 96; ///< px; shown at a third of that
constexpr int kBarHeight = 58;
constexpr double kMarginMm = 15;

/// The whole recording with its applause, hatched, and times below.
QImage stripOf(const RecordingReport& report) {
    QImage image(kStripWidth, kStripHeight, QImage::Format_RGB32);
    image.fill(Qt::white);
    if (!(report.durationS > 0)) return image;
    QPainter painter(&image);
    painter.setPen(QPen(QColor(136, 136, 136), 2));
    painter.setBrush(QColor(240, 240, 238));
    painter.drawRect(QRectF(1, 1, kStripWidth - 2, kBarHeight));
    for (const ReportedApplause& one : report.applause) {
        const double left = one.span.start / report.durationS * kStripWidth;
        const QRectF bar(left, 2, std::max(3.0, one.span.length() / report.durationS * kStripWidth), kBarHeight - 2);
        painter.fillRect(bar, QColor(0xff, 0xc2, 0x7a));
        painter.fillRect(bar, QBrush(QColor(0xb8, 0x5f, 0), Qt::BDiagPattern));
        painter.setPen(QPen(QColor(0xa6, 0x5a, 0), 2));
        painter.setBrush(Qt::NoBrush);
        painter.drawRect(bar);
    }
    QFont font = painter.font();
    font.setPixelSize(26);
    painter.setFont(font);
    painter.setPen(QColor(68, 72, 77));
    constexpr int kTimes = 8;
    for (int i = 0; i < kTimes; ++i)
        painter.drawText(QPointF(i * kStripWidth / double(kTimes), kStripHeight - 8),
                         QString::fromStdString(reporttext::clock(report.durationS * i / kTimes, 0)));
    return image;
}

} // namespace

void paintReport(QPagedPaintDevice& device, const QString& title, const std::vector<RecordingReport>& reports) {
    const QEventLoop timers; // a long document starts timers as it is laid out, which a plain thread cannot have
    device.setPageMargins(QMarginsF(kMarginMm, kMarginMm, kMarginMm, kMarginMm), QPageLayout::Millimeter);
    QTextDocument document;
    QFont font(QStringLiteral("sans-serif"));
    font.setPointSizeF(9.5);
    document.setDefaultFont(font);
    document.setDocumentMargin(0);
    for (size_t i = 0; i < reports.size(); ++i)
        if (reports[i].failure.empty())
            document.addResource(QTextDocument::ImageResource, QUrl(QStringLiteral("strip:%1").arg(i)),
                                 stripOf(reports[i]));
    document.setHtml(QString::fromStdString(reportHtml(title.toStdString(), reports, [](size_t index) {
        return "<p><img src=\"strip:" + std::to_string(index) + "\" width=\"640\" height=\"31\"></p>";
    })));
    document.print(&device);
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
        writer.setPageSize(QPageSize(QPageSize::A4));
        writer.setResolution(300);
        paintReport(writer, title, reports);
    }
    return writeFileAtomically(path, {bytes.constData(), static_cast<size_t>(bytes.size())});
}

} // namespace ovation::ui
