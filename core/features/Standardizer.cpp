// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/features/Standardizer.h"

#include <algorithm>
#include <cmath>

namespace ovation {
namespace {

/// Deviations below this share of the mean are rounding, not variation.
constexpr double kRelativeFloor = 1e-7;

} // namespace

void Standardizer::apply(std::span<float> rows) const {
    const size_t width = mean.size();
    if (width == 0) return;
    for (size_t begin = 0; begin + width <= rows.size(); begin += width)
        for (size_t d = 0; d < width; ++d)
            rows[begin + d] = (rows[begin + d] - mean[d]) / deviation[d];
}

StandardizerFit::StandardizerFit(size_t dimensions) : m_mean(dimensions), m_squares(dimensions) {}

void StandardizerFit::add(std::span<const float> row) {
    ++m_count;
    for (size_t d = 0; d < std::min(row.size(), m_mean.size()); ++d) {
        const double value = static_cast<double>(row[d]);
        const double distance = value - m_mean[d];
        m_mean[d] += distance / static_cast<double>(m_count);
        m_squares[d] += distance * (value - m_mean[d]);
    }
}

Standardizer StandardizerFit::result() const {
    Standardizer result;
    for (size_t d = 0; d < m_mean.size(); ++d) {
        const double deviation = m_count > 0 ? std::sqrt(m_squares[d] / static_cast<double>(m_count)) : 0;
        const bool varies = deviation > kRelativeFloor * std::fabs(m_mean[d]) && static_cast<float>(deviation) > 0;
        result.mean.push_back(static_cast<float>(m_mean[d]));
        result.deviation.push_back(varies ? static_cast<float>(deviation) : 1.0F);
    }
    return result;
}

} // namespace ovation
