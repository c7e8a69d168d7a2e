// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/ChartRegistry.h"

namespace ovation::ui {

std::vector<ChartDescription> chartRegistry() {
    return {
        lossChart(),   accuracyChart(),         f1Chart(), learningRateChart(), gradientNormChart(),
        rocAucChart(), averagePrecisionChart(),
    };
}

} // namespace ovation::ui
