// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/benchmarks/Window.h"
#include "ui/charts/ChartBoard.h"
#include "ui/charts/ChartTools.h"
#include "ui/charts/RunChart.h"

#include <QEventLoop>
#include <QImage>
#include <QSlider>

#include <benchmark/benchmark.h>

#include <cmath>

namespace ovation::ui {
namespace {

/// One more batch of a long run: what the window's thread needs to bring every chart up to date and to paint it. The
/// charts do so ten times a second at most.
void redrawCharts(benchmark::State& state) {
    benchmarks::beginWindow();
    const int64_t batches = state.range(0);
    constexpr int64_t kInEpoch = 1000;
    ChartBoard board;
    board.resize(1400, 700);
    board.show();
    if (state.range(1) > 0) board.findChild<QSlider*>(QStringLiteral("smoothing"))->setValue(10);
    TrainingRun run;
    run.id = 1;
    std::vector<BatchMetrics> list;
    for (int64_t i = 0; i < batches; ++i) {
        BatchMetrics batch;
        batch.epoch = 1 + i / kInEpoch;
        batch.batch = 1 + i % kInEpoch;
        batch.batches = kInEpoch;
        const auto t = static_cast<double>(i);
        batch.loss = std::exp(-t / 30000) + 0.2 * std::sin(t * 1.7) + 0.3;
        batch.accuracy = 0.8 + 0.1 * std::sin(t * 0.9);
        batch.f1 = 0.7 + 0.1 * std::sin(t * 1.3);
        batch.gradientNorm = 1 + std::sin(t * 2.1);
        batch.learningRate = 1e-3;
        batch.seconds = t;
        list.push_back(batch);
    }
    for (int64_t e = 1; e <= batches / kInEpoch; ++e) {
        EpochMetrics epoch;
        epoch.epoch = e;
        epoch.train.loss = epoch.validation.loss = 1.0 / static_cast<double>(e);
        epoch.train.accuracy = epoch.validation.accuracy = epoch.train.f1 = epoch.validation.f1 = 0.9;
        epoch.learningRate = 1e-3;
        run.epochs.push_back(epoch);
    }
    board.setRun(run, list);
    BatchMetrics next = list.back();
    next.epoch += 1;
    next.batch = 0;
    QImage image(board.size(), QImage::Format_RGB32);
    RunCurves curves{run, list};
    for (auto _ : state) {
        ++next.batch;
        curves.batches.push_back(next);
        for (RunChart* chart : board.charts())
            chart->show(curves, {});
        board.render(&image);
    }
}
BENCHMARK(redrawCharts)
    ->ArgNames({"batches", "smooth"})
    ->Args({1000, 0})
    ->Args({100'000, 0})
    ->Args({100'000, 1})
    ->Unit(benchmark::kMillisecond);

} // namespace
} // namespace ovation::ui
