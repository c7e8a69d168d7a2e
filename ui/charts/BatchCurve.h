// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/charts/RunCurves.h"

#include <optional>
#include <utility>

namespace ovation::ui {

/// One value of a run's batches as a curve, and the same smoothed. Costs as much as there are new batches, so that a
/// long run stays as quick to draw as a short one.
class BatchCurve {
public:
    /// Adds what `batches` has beyond last time; begins anew where it is another run's or `smoothing` has changed.
    void update(const std::vector<BatchMetrics>& batches, const CurveDescription& description, double smoothing);

    const Curve& raw() const { return m_raw; }
    const Curve& smooth() const { return m_smooth; } ///< empty without smoothing

    /// Between which values the middle 98 % of the points in [xLow, xHigh] lie, from a sample of them; only positive
    /// ones where asked for.
    std::optional<std::pair<double, double>> usualRange(double xLow, double xHigh, bool positiveOnly) const;

    /// The point nearest to x; nullptr where there is none. A y that is not finite is an undefined value.
    const QPointF* nearest(double x) const;

private:
    Curve m_raw, m_smooth;
    Smoother m_smoother{0};
    double m_smoothing = 0;
    BatchMetrics m_first, m_last;
};

} // namespace ovation::ui
