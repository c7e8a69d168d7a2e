// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/charts/RunCurves.h"

namespace ovation::ui {

// One function a chart, each in a file of its own name.
ChartDescription lossChart();
ChartDescription accuracyChart();
ChartDescription f1Chart();
ChartDescription learningRateChart();
ChartDescription gradientNormChart();
ChartDescription rocAucChart();
ChartDescription averagePrecisionChart();

/// Every chart over training runs, in the order shown. A chart appears in the studio by one line here.
std::vector<ChartDescription> chartRegistry();

} // namespace ovation::ui
