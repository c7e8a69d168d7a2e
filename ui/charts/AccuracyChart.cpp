// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/ChartRegistry.h"

#include <QCoreApplication>

namespace ovation::ui {

ChartDescription accuracyChart() {
    const auto tr = [](const char* text) { return QCoreApplication::translate("Charts", text); };
    ChartDescription chart{QStringLiteral("accuracy"), tr("Accuracy"), tr("share of examples"), true, {}};
    chart.curves.push_back({tr("training"), CurveDescription::Part::Training,
                            [](const EpochMetrics& e) { return e.train.accuracy; },
                            [](const BatchMetrics& b) { return b.accuracy; }});
    chart.curves.push_back({tr("validation"),
                            CurveDescription::Part::Validation,
                            [](const EpochMetrics& e) { return e.validation.accuracy; },
                            {}});
    return chart;
}

} // namespace ovation::ui
