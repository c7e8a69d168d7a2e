// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>
#include <vector>

namespace ovation {

/// Per-dimension mean and standard deviation, fitted on training data only; part of the model.
/// A dimension that does not vary has deviation 1, so that it becomes 0.
struct Standardizer {
    std::vector<float> mean;
    std::vector<float> deviation;

    /// x := (x - mean) / deviation, for each row of mean.size() values.
    void apply(std::span<float> rows) const;
};

/// Accumulates mean and variance in double precision (Welford), one row at a time.
class StandardizerFit {
public:
    explicit StandardizerFit(size_t dimensions);
    void add(std::span<const float> row);
    Standardizer result() const;

private:
    size_t m_count = 0;
    std::vector<double> m_mean;
    std::vector<double> m_squares;
};

} // namespace ovation
