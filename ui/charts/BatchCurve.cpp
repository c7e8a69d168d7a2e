// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/BatchCurve.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace ovation::ui {

namespace {

constexpr std::ptrdiff_t kSampledPoints = 4096;

bool sameBatch(const BatchMetrics& a, const BatchMetrics& b) {
    return a.epoch == b.epoch && a.batch == b.batch && a.loss == b.loss && a.seconds == b.seconds;
}

bool leftOf(const QPointF& point, double x) {
    return point.x() < x;
}

} // namespace

void BatchCurve::update(const std::vector<BatchMetrics>& batches, const CurveDescription& description,
                        double smoothing) {
    if (!description.batch) return;
    const size_t had = m_raw.size();
    const bool goesOn =
        had > 0 && batches.size() >= had && sameBatch(batches.front(), m_first) && sameBatch(batches[had - 1], m_last);
    if (!goesOn) m_raw.clear();
    if (!goesOn || smoothing != m_smoothing) {
        m_smooth.clear();
        m_smoother = Smoother(smoothing);
        m_smoothing = smoothing;
    }
    for (size_t i = m_raw.size(); i < batches.size(); ++i)
        m_raw.emplace_back(epochPosition(batches[i]),
                           description.batch(batches[i]).value_or(std::numeric_limits<double>::quiet_NaN()));
    if (smoothing > 0)
        for (size_t i = m_smooth.size(); i < m_raw.size(); ++i)
            m_smooth.emplace_back(m_raw[i].x(), m_smoother.next(m_raw[i].y()));
    if (batches.empty()) return;
    m_first = batches.front();
    m_last = batches.back();
}

std::optional<std::pair<double, double>> BatchCurve::usualRange(double xLow, double xHigh, bool positiveOnly) const {
    const auto begin = std::lower_bound(m_raw.begin(), m_raw.end(), xLow, leftOf);
    const auto end = std::lower_bound(begin, m_raw.end(), std::nextafter(xHigh, 1e300), leftOf);
    const std::ptrdiff_t stride = (end - begin) / kSampledPoints + 1;
    std::vector<double> values;
    for (std::ptrdiff_t i = 0; i < end - begin; i += stride)
        if (const double y = begin[i].y(); std::isfinite(y) && (!positiveOnly || y > 0)) values.push_back(y);
    if (values.empty()) return std::nullopt;
    const auto rank = [&](double share) {
        const auto place = static_cast<std::ptrdiff_t>(share * static_cast<double>(values.size() - 1));
        std::nth_element(values.begin(), values.begin() + place, values.end());
        return values[static_cast<size_t>(place)];
    };
    const double low = rank(0.01);
    return std::pair(low, rank(0.99));
}

const QPointF* BatchCurve::nearest(double x) const {
    if (m_raw.empty()) return nullptr;
    auto right = std::lower_bound(m_raw.begin(), m_raw.end(), x, leftOf);
    if (right == m_raw.end()) return &m_raw.back();
    if (right != m_raw.begin() && x - (right - 1)->x() < right->x() - x) --right;
    return &*right;
}

} // namespace ovation::ui
