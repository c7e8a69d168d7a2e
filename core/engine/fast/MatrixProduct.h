// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

namespace ovation::fast {

/// C (m, n) := A (m, k) * B (k, n) + beta * C, row-major with leading dimensions, by oneDNN's sgemm. `transposeA`: A is
/// stored as (k, m); likewise B. Uses the calling thread's OpenMP threads; inside a parallel region, one.
/// Throws std::runtime_error where oneDNN reports a failure.
void multiply(bool transposeA, bool transposeB, int64_t m, int64_t n, int64_t k, const float* a, int64_t lda,
              const float* b, int64_t ldb, float beta, float* c, int64_t ldc);

/// sum (columns) := the rows of (rows, columns) added up, in an order that does not depend on the number of threads.
void sumRows(const float* matrix, int64_t rows, int64_t columns, float* sum);

/// Every row of matrix (rows, columns) := row.
void fillRows(float* matrix, const float* row, int64_t rows, int64_t columns);

} // namespace ovation::fast

/// BLAS's sgemm, answered by oneDNN. LibTorch calls it for its matrix products: this library is the root of its own
/// look-up scope (dlopen), so its symbols come before those of the machine's libblas.
extern "C" __attribute__((visibility("default"))) void
sgemm_(const char* transposeA, const char* transposeB, const int* m, const int* n, const int* k, const float* alpha,
       const float* a, const int* lda, const float* b, const int* ldb, const float* beta, float* c, const int* ldc);
