// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QPointF>
#include <QString>

#include <optional>
#include <vector>

namespace ovation::ui {

// Pure helpers of the charts.

/// Points in order of x; a y that is not finite is a gap.
using Curve = std::vector<QPointF>;

/// An axis with ticks at 1, 2 or 5 times a power of ten.
struct NiceScale {
    double low = 0;
    double high = 1;
    double step = 0.5;
};

/// The narrowest nice scale around [low, high] with about `ticks` steps. Equal or non-finite limits give a scale of
/// some width.
NiceScale niceScale(double low, double high, int ticks);

/// printf format for tick labels that are `step` apart: as many decimals as the step needs, "%g" form for very small
/// ones.
QString tickFormat(const NiceScale& scale);

/// Splits a curve at its gaps and keeps, of what lies in [xLow, xHigh], the lowest and highest point of each of
/// `columns` equal columns: at most 2 * columns points, plus one for each stretch. Order is kept. The points next to
/// the range on both sides are kept too, so that lines run to the edge. `positiveOnly`: for a logarithmic axis, other
/// values are gaps.
std::vector<QList<QPointF>> thinned(const Curve& curve, double xLow, double xHigh, int columns,
                                    bool positiveOnly = false);

/// Exponential moving average with weight `factor` (0 to below 1) on what went before, corrected for its start; values
/// that are not finite pass through and leave it as it was.
class Smoother {
public:
    explicit Smoother(double factor) : m_factor(factor) {}
    double next(double value);

private:
    double m_factor, m_sum = 0, m_weight = 0;
};
Curve smoothed(const Curve& curve, double factor);

/// The narrowest powers of ten around [low, high], which are positive; one decade at least.
NiceScale decades(double low, double high);

/// "0.0412", "1.5e-5", "n/a" for nothing: four significant digits, no padding.
QString valueText(std::optional<double> value);

} // namespace ovation::ui
