// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <memory>

namespace ovation::fast {

/// C (m, n) := A (m, k) * B (k, n) [+ C] for many A of few rows and one large B, on the calling thread, panel by panel
/// of columns, so that what comes after the product can take each panel while it is in the nearest cache. B is read
/// once from wherever it lies, ahead of its use. For machines with AVX-512; PackedProduct does the same work elsewhere.
class PanelProduct {
public:
    static constexpr int64_t kColumns = 32; ///< of a panel

    /// Whether this machine has the instructions and the columns fill whole panels.
    static bool suits(int64_t n);

    /// B's element (row, column) is b[row * rowStride + column * columnStride]. Copies it.
    PanelProduct(int64_t n, int64_t k, const float* b, int64_t rowStride, int64_t columnStride);

    /// Columns [first, first + kColumns) of C for m rows; `c` points at C's first column, rows are `lda` and `ldc`
    /// floats apart. `first` is a multiple of kColumns.
    void add(int64_t first, int64_t m, const float* a, int64_t lda, float* c, int64_t ldc) const;
    void overwrite(int64_t first, int64_t m, const float* a, int64_t lda, float* c, int64_t ldc) const;

private:
    struct Free {
        void operator()(float* values) const;
    };

    const int64_t m_k;
    std::unique_ptr<float[], Free> m_panels; ///< (n / kColumns, k, kColumns)
};

} // namespace ovation::fast
