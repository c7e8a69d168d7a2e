// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/ChartRegistry.h"

#include <QCoreApplication>

namespace ovation::ui {

ChartDescription learningRateChart() {
    const auto tr = [](const char* text) { return QCoreApplication::translate("Charts", text); };
    ChartDescription chart{QStringLiteral("learning_rate"), tr("Learning rate"), tr("step size"), false, {}};
    chart.curves.push_back({tr("learning rate"), CurveDescription::Part::LearningRate,
                            [](const EpochMetrics& e) { return std::optional(e.learningRate); },
                            [](const BatchMetrics& b) { return std::optional(b.learningRate); }, true});
    return chart;
}

} // namespace ovation::ui
