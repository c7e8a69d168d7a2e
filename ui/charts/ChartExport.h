// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Result.h"
#include "ui/charts/RunCurves.h"

#include <QByteArray>
#include <QImage>

#include <string>

class QWidget;

namespace ovation::ui {

/// A table of everything the charts show: a row for each epoch of the run and of the overlaid ones, and for each batch
/// of the run. Undefined values are empty. Any thread.
QByteArray chartsAsCsv(const RunCurves& run, const std::vector<TrainingRun>& overlays);

// Widgets one below the other as they are shown, whether on screen or not.
QImage widgetsAsImage(const std::vector<QWidget*>& widgets); ///< at twice the resolution, for print
QByteArray widgetsAsSvg(const std::vector<QWidget*>& widgets);

Result<std::string> pngOf(const QImage& image); ///< any thread

} // namespace ovation::ui
