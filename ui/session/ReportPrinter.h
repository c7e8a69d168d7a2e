// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/report/ApplauseReport.h"

#include <QString>

#include <string>
#include <vector>

class QPagedPaintDevice;
class QPrinter;

namespace ovation::ui {

/// Lays the report out on the device's pages. Any thread.
void paintReport(QPagedPaintDevice& device, const QString& title, const std::vector<RecordingReport>& reports);

/// To the printer's queue, or to the file that was chosen instead of it. Errors: WriteFailed, PrintFailed, and
/// Cancelled where the printer was told to stop. What becomes of it in the queue cannot be known. Any thread.
Result<void> sendReport(QPrinter& printer, const QString& title, const std::vector<RecordingReport>& reports);

/// The same as a PDF file, written whole or not at all.
Result<void> writeReportPdf(const std::string& path, const QString& title, const std::vector<RecordingReport>& reports);

} // namespace ovation::ui
