// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/ChartRegistry.h"

#include <QCoreApplication>

namespace ovation::ui {

ChartDescription gradientNormChart() {
    const auto tr = [](const char* text) { return QCoreApplication::translate("Charts", text); };
    ChartDescription chart{QStringLiteral("gradient_norm"), tr("Gradient norm"), tr("norm before clipping"), false, {}};
    chart.curves.push_back({tr("gradient norm"), CurveDescription::Part::GradientNorm,
                            [](const EpochMetrics& e) { return std::optional(e.gradientNorm); },
                            [](const BatchMetrics& b) { return std::optional(b.gradientNorm); }});
    return chart;
}

} // namespace ovation::ui
