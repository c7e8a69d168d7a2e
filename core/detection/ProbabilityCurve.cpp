// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/detection/ProbabilityCurve.h"

#include <cmath>

namespace ovation {

float ProbabilityCurve::at(double seconds) const {
    if (values.empty()) return 0;
    const double position = stepS > 0 ? (seconds - startS) / stepS : 0;
    if (!(position > 0)) return values.front();
    if (position >= static_cast<double>(values.size() - 1)) return values.back();
    const auto index = static_cast<size_t>(position);
    const auto share = static_cast<float>(position - static_cast<double>(index));
    return values[index] + share * (values[index + 1] - values[index]);
}

} // namespace ovation
