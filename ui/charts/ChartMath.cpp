// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/ChartMath.h"

#include <algorithm>
#include <cmath>

namespace ovation::ui {

NiceScale niceScale(double low, double high, int ticks) {
    if (!std::isfinite(low) || !std::isfinite(high)) return {};
    if (high < low) std::swap(low, high);
    if (high - low < 1e-12 * std::max(1.0, std::abs(high))) {
        const double margin = high == 0 ? 0.5 : std::abs(high) / 2;
        low -= margin;
        high += margin;
    }
    const double rough = (high - low) / std::max(1, ticks);
    const double power = std::pow(10.0, std::floor(std::log10(rough)));
    const double share = rough / power;
    const double step = (share <= 1 ? 1 : share <= 2 ? 2 : share <= 5 ? 5 : 10) * power;
    // A limit that lies on a tick but for rounding stays on it.
    return {std::floor(low / step + 1e-9) * step, std::ceil(high / step - 1e-9) * step, step};
}

QString tickFormat(const NiceScale& scale) {
    if (scale.step < 1e-4 || scale.high >= 1e6) return QStringLiteral("%g");
    const int decimals = std::max(0, static_cast<int>(std::ceil(-std::log10(scale.step) - 1e-9)));
    return QStringLiteral("%.%1f").arg(decimals);
}

namespace {

/// Collects the lowest and highest point of one column.
struct Column {
    int index = -1;
    size_t low = 0, high = 0;
};

void flush(const Curve& curve, const Column& column, QList<QPointF>& out) {
    if (column.index < 0) return;
    out.append(curve[std::min(column.low, column.high)]);
    if (column.low != column.high) out.append(curve[std::max(column.low, column.high)]);
}

} // namespace

std::vector<QList<QPointF>> thinned(const Curve& curve, double xLow, double xHigh, int columns, bool positiveOnly) {
    std::vector<QList<QPointF>> stretches;
    if (columns < 1 || !(xHigh > xLow)) return stretches;
    const auto leftOf = [](const QPointF& point, double x) { return point.x() < x; };
    const auto drawable = [positiveOnly](const QPointF& point) {
        return std::isfinite(point.y()) && (!positiveOnly || point.y() > 0);
    };
    const auto first = static_cast<size_t>(std::lower_bound(curve.begin(), curve.end(), xLow, leftOf) - curve.begin());
    QList<QPointF> stretch;
    if (first > 0 && drawable(curve[first - 1])) stretch.append(curve[first - 1]);
    Column column;
    const auto endStretch = [&] {
        flush(curve, column, stretch);
        column = {};
        if (!stretch.isEmpty()) stretches.push_back(std::move(stretch));
        stretch = {};
    };
    const double scale = columns / (xHigh - xLow);
    for (size_t i = first; i < curve.size(); ++i) {
        const QPointF& point = curve[i];
        if (!drawable(point)) {
            endStretch();
            if (point.x() > xHigh) break;
            continue;
        }
        if (point.x() > xHigh) {
            flush(curve, column, stretch);
            column = {};
            stretch.append(point);
            break;
        }
        const int index = std::min(columns - 1, static_cast<int>((point.x() - xLow) * scale));
        if (index != column.index) {
            flush(curve, column, stretch);
            column = {index, i, i};
        } else {
            if (point.y() < curve[column.low].y()) column.low = i;
            if (point.y() > curve[column.high].y()) column.high = i;
        }
    }
    endStretch();
    // A single point beside the range is no line in it.
    std::erase_if(stretches, [&](const QList<QPointF>& points) {
        return points.size() == 1 && (points.front().x() < xLow || points.front().x() > xHigh);
    });
    return stretches;
}

double Smoother::next(double value) {
    if (!std::isfinite(value)) return value;
    m_sum = m_factor * m_sum + (1 - m_factor) * value;
    m_weight = m_factor * m_weight + (1 - m_factor);
    return m_sum / m_weight;
}

Curve smoothed(const Curve& curve, double factor) {
    Smoother smoother(factor);
    Curve result;
    result.reserve(curve.size());
    for (const QPointF& point : curve)
        result.emplace_back(point.x(), smoother.next(point.y()));
    return result;
}

NiceScale decades(double low, double high) {
    if (!(low > 0) || !(high >= low)) return {0.1, 1, 1};
    double from = std::floor(std::log10(low) + 1e-9), to = std::ceil(std::log10(high) - 1e-9);
    if (to <= from) to = from + 1;
    return {std::pow(10.0, from), std::pow(10.0, to), 1};
}

QString valueText(std::optional<double> value) {
    if (!value || !std::isfinite(*value)) return QStringLiteral("n/a");
    const double size = std::abs(*value);
    if (size != 0 && (size < 1e-3 || size >= 1e6)) {
        QString text = QString::number(*value, 'e', 2);
        text.replace(QStringLiteral("e-0"), QStringLiteral("e-")).replace(QStringLiteral("e+0"), QStringLiteral("e"));
        return text;
    }
    const int whole = size < 1 ? 0 : static_cast<int>(std::floor(std::log10(size))) + 1;
    return QString::number(*value, 'f', std::clamp(4 - whole, 0, 4));
}

} // namespace ovation::ui
