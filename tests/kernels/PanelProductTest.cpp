// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/fast/PanelProduct.h"

#include <gtest/gtest.h>
#include <random>
#include <vector>

using namespace ovation::fast;

namespace {

std::vector<float> randomValues(int64_t count, unsigned seed) {
    std::mt19937 random(seed);
    std::normal_distribution<float> normal;
    std::vector<float> values(static_cast<size_t>(count));
    for (float& value : values)
        value = normal(random);
    return values;
}

TEST(PanelProducts, AreTheSumsOfProducts) {
    constexpr int64_t n = 3 * PanelProduct::kColumns, k = 70, lda = k + 3, ldc = n + 5;
    if (!PanelProduct::suits(n)) return; // a machine that never uses it
    EXPECT_FALSE(PanelProduct::suits(n + 1));
    for (const bool transposed : {false, true})
        for (int64_t m = 0; m <= 19; ++m) {
            const std::vector<float> a = randomValues(m * lda + 1, 1), b = randomValues(n * k, 2),
                                     before = randomValues(m * ldc + 1, 3);
            const int64_t rowStride = transposed ? 1 : n, columnStride = transposed ? k : 1;
            const PanelProduct product(n, k, b.data(), rowStride, columnStride);
            for (const bool add : {false, true}) {
                std::vector<float> c = before;
                for (int64_t first = 0; first < n; first += PanelProduct::kColumns)
                    if (add)
                        product.add(first, m, a.data(), lda, c.data(), ldc);
                    else
                        product.overwrite(first, m, a.data(), lda, c.data(), ldc);
                for (int64_t i = 0; i < m; ++i)
                    for (int64_t j = 0; j < ldc; ++j) {
                        const auto at = static_cast<size_t>(i * ldc + j);
                        double expected = j >= n || add ? before[at] : 0;
                        for (int64_t l = 0; j < n && l < k; ++l)
                            expected += static_cast<double>(a[static_cast<size_t>(i * lda + l)]) *
                                        b[static_cast<size_t>(l * rowStride + j * columnStride)];
                        ASSERT_NEAR(c[at], expected, 1e-4) << m << " rows, " << i << ", " << j;
                    }
            }
        }
}

} // namespace
