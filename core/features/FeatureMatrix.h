// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace ovation {

/// Row-major (rows, columns) matrix of float. Rows are frames in time wherever there are frames.
struct FeatureMatrix {
    int64_t rows = 0;
    int64_t columns = 0;
    std::vector<float> values;

    FeatureMatrix() = default;
    FeatureMatrix(int64_t rowCount, int64_t columnCount)
        : rows(rowCount), columns(columnCount), values(static_cast<size_t>(rowCount * columnCount)) {}

    std::span<float> row(int64_t r) { return {values.data() + r * columns, static_cast<size_t>(columns)}; }
    std::span<const float> row(int64_t r) const { return {values.data() + r * columns, static_cast<size_t>(columns)}; }
};

} // namespace ovation
