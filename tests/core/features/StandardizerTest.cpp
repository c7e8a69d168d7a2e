// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/features/Standardizer.h"

#include <gtest/gtest.h>

using namespace ovation;

namespace {

TEST(Standardizer, FitsMeanAndDeviationByHand) {
    StandardizerFit fit(2);
    for (const std::vector<float>& row : {std::vector<float>{1, 10}, {2, 20}, {3, 60}})
        fit.add(row);
    const Standardizer fitted = fit.result();
    EXPECT_FLOAT_EQ(fitted.mean[0], 2);
    EXPECT_FLOAT_EQ(fitted.deviation[0], 0.81649658F); // sqrt((1 + 0 + 1) / 3)
    EXPECT_FLOAT_EQ(fitted.mean[1], 30);
    EXPECT_FLOAT_EQ(fitted.deviation[1], 21.602469F); // sqrt((400 + 100 + 900) / 3)
}

TEST(Standardizer, AppliesToEveryRow) {
    const Standardizer standardizer{{2, -1}, {0.5F, 4}};
    std::vector<float> rows = {3, 3, 2, -1, 1, -5};
    standardizer.apply(rows);
    EXPECT_EQ(rows, (std::vector<float>{2, 1, 0, 0, -2, -1}));
}

TEST(Standardizer, ADimensionThatDoesNotVaryBecomesZero) {
    StandardizerFit fit(1);
    for (int i = 0; i < 1000; ++i)
        fit.add(std::vector<float>{0.1F});
    const Standardizer fitted = fit.result();
    EXPECT_EQ(fitted.deviation[0], 1);
    std::vector<float> row = {0.1F};
    fitted.apply(row);
    EXPECT_EQ(row[0], 0);
}

TEST(Standardizer, KeepsItsPrecisionFarFromZero) {
    StandardizerFit fit(1);
    for (int i = 0; i < 10000; ++i)
        fit.add(std::vector<float>{i % 2 ? 100001.0F : 99999.0F});
    EXPECT_FLOAT_EQ(fit.result().mean[0], 100000);
    EXPECT_NEAR(fit.result().deviation[0], 1, 1e-4);
}

TEST(Standardizer, WithoutDataChangesNothing) {
    const Standardizer fitted = StandardizerFit(2).result();
    std::vector<float> row = {3, 4};
    fitted.apply(row);
    EXPECT_EQ(row, (std::vector<float>{3, 4}));
}

} // namespace
