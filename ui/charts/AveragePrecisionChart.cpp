// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/ChartRegistry.h"

#include <QCoreApplication>

namespace ovation::ui {

ChartDescription averagePrecisionChart() {
    const auto tr = [](const char* text) { return QCoreApplication::translate("Charts", text); };
    ChartDescription chart{
        QStringLiteral("average_precision"), tr("Avg. precision"), tr("average precision"), true, {}};
    chart.curves.push_back({tr("training"),
                            CurveDescription::Part::Training,
                            [](const EpochMetrics& e) { return e.train.averagePrecision; },
                            {}});
    chart.curves.push_back({tr("validation"),
                            CurveDescription::Part::Validation,
                            [](const EpochMetrics& e) { return e.validation.averagePrecision; },
                            {}});
    return chart;
}

} // namespace ovation::ui
