// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/ChartRegistry.h"

#include <QCoreApplication>

namespace ovation::ui {

ChartDescription f1Chart() {
    const auto tr = [](const char* text) { return QCoreApplication::translate("Charts", text); };
    ChartDescription chart{QStringLiteral("f1"), tr("F1"), tr("F1 of applause"), true, {}};
    chart.curves.push_back({tr("training"), CurveDescription::Part::Training,
                            [](const EpochMetrics& e) { return e.train.f1; },
                            [](const BatchMetrics& b) { return b.f1; }});
    chart.curves.push_back({tr("validation"),
                            CurveDescription::Part::Validation,
                            [](const EpochMetrics& e) { return e.validation.f1; },
                            {}});
    return chart;
}

} // namespace ovation::ui
