// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/ChartRegistry.h"

#include <QCoreApplication>

namespace ovation::ui {

ChartDescription lossChart() {
    const auto tr = [](const char* text) { return QCoreApplication::translate("Charts", text); };
    ChartDescription chart{QStringLiteral("loss"), tr("Loss"), tr("cross-entropy (nats)"), false, {}};
    chart.curves.push_back({tr("training"), CurveDescription::Part::Training,
                            [](const EpochMetrics& e) { return e.train.loss; },
                            [](const BatchMetrics& b) { return std::optional(b.loss); }});
    chart.curves.push_back({tr("validation"),
                            CurveDescription::Part::Validation,
                            [](const EpochMetrics& e) { return e.validation.loss; },
                            {}});
    return chart;
}

} // namespace ovation::ui
