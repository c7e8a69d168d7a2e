// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/ChartRegistry.h"

#include <QCoreApplication>

namespace ovation::ui {

ChartDescription rocAucChart() {
    const auto tr = [](const char* text) { return QCoreApplication::translate("Charts", text); };
    ChartDescription chart{QStringLiteral("roc_auc"), tr("ROC-AUC"), tr("area under the curve"), true, {}};
    chart.curves.push_back(
        {tr("training"), CurveDescription::Part::Training, [](const EpochMetrics& e) { return e.train.rocAuc; }, {}});
    chart.curves.push_back({tr("validation"),
                            CurveDescription::Part::Validation,
                            [](const EpochMetrics& e) { return e.validation.rocAuc; },
                            {}});
    return chart;
}

} // namespace ovation::ui
