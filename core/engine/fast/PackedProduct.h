// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

namespace ovation::fast {

/// C (m, n) := A (m, k) * B (k, n) [+ C] for many A and one B, which is brought into oneDNN's own layout once. A
/// recurrence multiplies few rows by the same large matrix at each step: there, packing anew takes as long as
/// multiplying. B is kept in panels of columns that are used in turns from the first to the last and back: of a B that
/// is larger than the core's cache, what was used last is still there for the next product.
/// Used by the thread that made it; inside a parallel region it stays on that thread.
/// Throws dnnl::error where oneDNN reports a failure.
class PackedProduct {
public:
    enum class Into { Overwrite, Add };

    /// B's element (row, column) is b[row * rowStride + column * columnStride]; one of the strides is 1. A has rows of
    /// `lda` floats, C of `ldc`.
    PackedProduct(int64_t m, int64_t n, int64_t k, const float* b, int64_t rowStride, int64_t columnStride, int64_t lda,
                  int64_t ldc, Into into);
    ~PackedProduct();
    PackedProduct(const PackedProduct&) = delete;
    PackedProduct& operator=(const PackedProduct&) = delete;

    void run(const float* a, float* c);

private:
    struct Panel;
    std::vector<std::unique_ptr<Panel>> m_panels;
    bool m_backwards = false;
};

} // namespace ovation::fast
