// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/fast/PanelProduct.h"

#include <algorithm>
#include <cstdlib>
#include <new>

namespace ovation::fast {

namespace {

constexpr size_t kLine = 64;

#if defined(__x86_64__)

constexpr int64_t kRows = 8;         ///< of a tile: 16 sums in registers keep both multipliers of a core busy
constexpr int64_t kLines = 2;        ///< vectors side by side in a panel
constexpr int64_t kFloats = 16;      ///< in a vector
constexpr int64_t kFetchAhead = 512; ///< floats of B

using Vector = float __attribute__((vector_size(64)));
using Unaligned = float __attribute__((vector_size(64), aligned(4)));

enum class Into { Overwrite, Add };

/// `Rows` rows of C in one panel. `Fetch`: B is not in the cache yet.
template <int Rows, Into into, bool Fetch>
__attribute__((target("avx512f"))) void tile(int64_t k, const float* a, int64_t lda, const float* b, float* c,
                                             int64_t ldc) {
    Vector sums[Rows][kLines] = {};
    for (int64_t i = 0; i < k; ++i, b += kLines * kFloats) {
        const Vector left = *reinterpret_cast<const Vector*>(b);
        const Vector right = *reinterpret_cast<const Vector*>(b + kFloats);
        if (Fetch) {
            __builtin_prefetch(b + kFetchAhead);
            __builtin_prefetch(b + kFetchAhead + kFloats);
        }
        for (int row = 0; row < Rows; ++row) {
            const Vector value = a[row * lda + i] - Vector{}; // in all places
            sums[row][0] += value * left;
            sums[row][1] += value * right;
        }
    }
    for (int row = 0; row < Rows; ++row)
        for (int line = 0; line < kLines; ++line) {
            auto& to = *reinterpret_cast<Unaligned*>(c + row * ldc + line * kFloats);
            to = into == Into::Add ? to + sums[row][line] : sums[row][line];
        }
}

template <int Rows, Into into>
void lastRows(int64_t m, int64_t k, const float* a, int64_t lda, const float* b, float* c, int64_t ldc) {
    if constexpr (Rows > 0) {
        if (m == Rows)
            tile<Rows, into, true>(k, a, lda, b, c, ldc);
        else
            lastRows<Rows - 1, into>(m, k, a, lda, b, c, ldc);
    }
}

template <Into into>
void panel(int64_t m, int64_t k, const float* a, int64_t lda, const float* b, float* c, int64_t ldc) {
    for (int64_t row = 0; row + kRows <= m; row += kRows)
        if (row == 0)
            tile<kRows, into, true>(k, a, lda, b, c, ldc);
        else
            tile<kRows, into, false>(k, a + row * lda, lda, b, c + row * ldc, ldc);
    const int64_t done = m / kRows * kRows;
    lastRows<kRows - 1, into>(m - done, k, a + done * lda, lda, b, c + done * ldc, ldc);
}

bool hasVectors() {
    static const bool has = __builtin_cpu_supports("avx512f");
    return has;
}

#else

enum class Into { Overwrite, Add };

template <Into into>
void panel(int64_t, int64_t, const float*, int64_t, const float*, float*, int64_t) {}

bool hasVectors() {
    return false;
}

#endif

} // namespace

bool PanelProduct::suits(int64_t n) {
    return n % kColumns == 0 && hasVectors();
}

PanelProduct::PanelProduct(int64_t n, int64_t k, const float* b, int64_t rowStride, int64_t columnStride)
    : m_k(k), m_panels(static_cast<float*>(std::aligned_alloc(kLine, static_cast<size_t>(n * k) * sizeof(float)))) {
    if (!m_panels) throw std::bad_alloc();
    float* to = m_panels.get();
    for (int64_t first = 0; first < n; first += kColumns)
        for (int64_t row = 0; row < k; ++row)
            for (int64_t column = first; column < first + kColumns; ++column)
                *to++ = b[row * rowStride + column * columnStride];
}

void PanelProduct::Free::operator()(float* values) const {
    std::free(values);
}

void PanelProduct::add(int64_t first, int64_t m, const float* a, int64_t lda, float* c, int64_t ldc) const {
    panel<Into::Add>(m, m_k, a, lda, m_panels.get() + first * m_k, c + first, ldc);
}

void PanelProduct::overwrite(int64_t first, int64_t m, const float* a, int64_t lda, float* c, int64_t ldc) const {
    panel<Into::Overwrite>(m, m_k, a, lda, m_panels.get() + first * m_k, c + first, ldc);
}

} // namespace ovation::fast
