// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/fast/MatrixProduct.h"

#include "core/engine/fast/Vectorised.h"

#include <ATen/Parallel.h>
#include <algorithm>
#include <dnnl.h>
#include <stdexcept>

namespace ovation::fast {
namespace {

OVATION_VECTOR_CLONES
void sumColumns(const float* matrix, int64_t rows, int64_t columns, int64_t begin, int64_t end, float* sum) {
    std::fill(sum + begin, sum + end, 0.0f);
    for (int64_t r = 0; r < rows; ++r)
        for (int64_t j = begin; j < end; ++j)
            sum[j] += matrix[r * columns + j];
}

} // namespace

void multiply(bool transposeA, bool transposeB, int64_t m, int64_t n, int64_t k, const float* a, int64_t lda,
              const float* b, int64_t ldb, float beta, float* c, int64_t ldc) {
    const dnnl_status_t status =
        dnnl_sgemm(transposeA ? 'T' : 'N', transposeB ? 'T' : 'N', m, n, k, 1.0f, a, lda, b, ldb, beta, c, ldc);
    if (status != dnnl_success) throw std::runtime_error("oneDNN could not multiply matrices");
}

void sumRows(const float* matrix, int64_t rows, int64_t columns, float* sum) {
    at::parallel_for(0, columns, 256,
                     [&](int64_t begin, int64_t end) { sumColumns(matrix, rows, columns, begin, end, sum); });
}

void fillRows(float* matrix, const float* row, int64_t rows, int64_t columns) {
    at::parallel_for(0, rows, 64, [&](int64_t begin, int64_t end) {
        for (int64_t r = begin; r < end; ++r)
            std::copy_n(row, columns, matrix + r * columns);
    });
}

} // namespace ovation::fast

void sgemm_(const char* transposeA, const char* transposeB, const int* m, const int* n, const int* k,
            const float* alpha, const float* a, const int* lda, const float* b, const int* ldb, const float* beta,
            float* c, const int* ldc) {
    // BLAS is column-major and oneDNN row-major: C = A B read by rows is C' = B' A'.
    const auto plain = [](char t) { return t == 'C' || t == 'c' ? 'T' : t; };
    if (*m <= 0 || *n <= 0) return;
    dnnl_sgemm(plain(*transposeB), plain(*transposeA), *n, *m, *k, *alpha, b, *ldb, a, *lda, *beta, c, *ldc);
}
