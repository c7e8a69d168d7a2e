// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <torch/types.h>

namespace ovation::test {

/// Euclidean norm of the difference as a share of `expected`'s norm, in double; the difference itself where `expected`
/// is nothing.
inline double relativeDifference(const at::Tensor& value, const at::Tensor& expected) {
    const at::Tensor wide = expected.to(torch::kFloat64);
    const double scale = wide.norm().item<double>();
    const double difference = (value.to(torch::kFloat64) - wide).norm().item<double>();
    return scale > 1e-12 ? difference / scale : difference;
}

} // namespace ovation::test
