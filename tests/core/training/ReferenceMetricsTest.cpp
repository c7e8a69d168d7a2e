// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/Baselines.h"
#include "core/training/Metrics.h"
#include "core/training/WindowScores.h"
#include "tests/support/WavFile.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <set>

using namespace ovation;

namespace {

constexpr double kNear = 1e-6;

void expectSame(const std::optional<double>& value, const nlohmann::json& expected, const std::string& what) {
    EXPECT_EQ(value.has_value(), !expected.is_null()) << what;
    if (!value || expected.is_null()) return;
    EXPECT_NEAR(*value, expected.get<double>(), kNear) << what;
}

nlohmann::json reference() {
    return nlohmann::json::parse(test::readBytes(OVATION_TEST_DATA "/reference/metrics.json"));
}

} // namespace

TEST(ReferenceMetrics, LogisticRegressionEqualsScikitLearns) {
    const auto regression = reference()["regression"];
    std::vector<float> rows;
    for (const auto& row : regression["rows"])
        for (const auto& value : row)
            rows.push_back(value);
    const std::vector<int32_t> labels = regression["labels"];
    const std::vector<double> weights = fitLogistic(rows, 3, labels);
    ASSERT_EQ(weights.size(), 4U);
    for (size_t i = 0; i < 4; ++i)
        EXPECT_NEAR(weights[i], regression["weights"][i].get<double>(), 1e-5) << i;
}

// tests/data/reference/make_metrics.py says what is in the file: ties, single classes, all scores alike.
TEST(ReferenceMetrics, EqualScikitLearns) {
    const auto cases = reference()["cases"];
    ASSERT_GE(cases.size(), 20U);
    std::set<std::string> kinds;
    for (const auto& one : cases) {
        const std::string kind = one["kind"];
        kinds.insert(kind);
        std::vector<RankedExample> ranked;
        std::vector<ScoredWindow> windows;
        Confusion confusion;
        for (size_t i = 0; i < one["truth"].size(); ++i) {
            const bool truth = one["truth"][i] == 1;
            const auto score = one["score"][i].get<float>();
            ranked.push_back({score, truth});
            windows.push_back({0, 0, 1, truth, score});
            confusion.add(truth, score >= one["threshold"].get<float>());
        }
        const auto& expected = one["confusion"];
        EXPECT_EQ(confusion, (Confusion{expected[0][0], expected[0][1], expected[1][0], expected[1][1]})) << kind;
        expectSame(confusion.accuracy(), one["accuracy"], kind + " accuracy");
        expectSame(confusion.precision(), one["precision"], kind + " precision");
        expectSame(confusion.recall(), one["recall"], kind + " recall");
        expectSame(confusion.f1(), one["f1"], kind + " F1");
        expectSame(rocAuc(ranked), one["roc_auc"], kind + " ROC-AUC");
        expectSame(averagePrecision(ranked), one["average_precision"], kind + " average precision");
        const std::vector<CurvePoint> roc = rocCurve(ranked);
        ASSERT_EQ(roc.size(), one["roc"].size()) << kind;
        for (size_t i = 0; i < roc.size(); ++i) {
            EXPECT_NEAR(roc[i].x, one["roc"][i][0].get<double>(), kNear) << kind;
            EXPECT_NEAR(roc[i].y, one["roc"][i][1].get<double>(), kNear) << kind;
        }
        const WindowFigures figures = figuresOf(windows, one["threshold"].get<double>());
        EXPECT_EQ(figures.confusion, confusion) << kind;
        expectSame(figures.rocAuc, one["roc_auc"], kind + " ROC-AUC of windows");
        expectSame(figures.brier, one["brier"], kind + " Brier score");
        expectSame(figures.loss, one["log_loss"], kind + " cross-entropy");
    }
    EXPECT_EQ(kinds.size(), 6U);
}
