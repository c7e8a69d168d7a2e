// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/RunChart.h"
#include "ui/charts/ChartBoard.h"
#include "ui/charts/ChartLegend.h"
#include "ui/charts/ChartRegistry.h"
#include "ui/theme/Palettes.h"
#include "ui/theme/Theme.h"
#include "ui/train/EmptyState.h"

#include <QAction>
#include <QChartView>
#include <QCoreApplication>
#include <QKeyEvent>
#include <QLabel>
#include <QLineSeries>
#include <QSignalSpy>
#include <QTest>
#include <QValueAxis>
#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <set>

namespace ovation::ui {
namespace {

BatchMetrics batch(int64_t epoch, int64_t number, int64_t batches, double loss) {
    BatchMetrics metrics;
    metrics.epoch = epoch;
    metrics.batch = number;
    metrics.batches = batches;
    metrics.loss = loss;
    return metrics;
}

EpochMetrics epoch(int64_t number, double training, std::optional<double> validation) {
    EpochMetrics metrics;
    metrics.epoch = number;
    metrics.train.loss = training;
    metrics.validation.loss = validation;
    return metrics;
}

/// Lines of that name that have points, in the order of x.
std::vector<QList<QPointF>> drawn(const RunChart& chart, const QString& name) {
    std::vector<QList<QPointF>> lines;
    for (QAbstractSeries* series : chart.findChild<QChartView*>()->chart()->series()) {
        const auto* line = qobject_cast<QLineSeries*>(series);
        if (line && line->name() == name && line->count() > 0) lines.push_back(line->points());
    }
    return lines;
}

TEST(EpochPosition, PutsTheLastBatchOfAnEpochOnTheEpoch) {
    EXPECT_DOUBLE_EQ(epochPosition(batch(1, 1, 4, 0)), 0.25);
    EXPECT_DOUBLE_EQ(epochPosition(batch(3, 4, 4, 0)), 3.0);
}

TEST(RunChart, DrawsBatchesAndEpochsInOrderOnOneAxis) {
    RunChart chart(lossChart());
    chart.resize(600, 300);
    RunCurves run;
    for (int e = 1; e <= 2; ++e)
        for (int b = 1; b <= 2; ++b)
            run.batches.push_back(batch(e, b, 2, 1.0 / (2 * e + b)));
    run.run.epochs = {epoch(1, 0.4, 0.5), epoch(2, 0.3, 0.45)};
    static_cast<QWidget&>(chart).show();
    chart.show(run);
    const auto batches = drawn(chart, QStringLiteral("training/batch"));
    ASSERT_EQ(batches.size(), 1U);
    EXPECT_EQ(batches[0], (QList<QPointF>{{0.5, 1.0 / 3}, {1, 1.0 / 4}, {1.5, 1.0 / 5}, {2, 1.0 / 6}}));
    EXPECT_EQ(drawn(chart, QStringLiteral("validation/epoch")), (std::vector<QList<QPointF>>{{{1, 0.5}, {2, 0.45}}}));
}

TEST(RunChart, TheKeyboardGoesFromEpochToEpochAndScreenReadersHearWhere) {
    RunChart chart(lossChart());
    chart.resize(600, 300);
    RunCurves run;
    run.run.epochs = {epoch(1, 0.5, 0.6), epoch(2, 0.4, 0.5), epoch(3, 0.3, 0.4)};
    static_cast<QWidget&>(chart).show();
    auto* view = chart.findChild<QChartView*>();
    const QString title = chart.description().title;
    EXPECT_EQ(view->accessibleName(), title + QStringLiteral(": no epoch yet"));
    QTest::keyClick(view, Qt::Key_Left);
    chart.show(run);
    const auto at = [&](int number) {
        return view->accessibleName().startsWith(title + QStringLiteral(": epoch %1, training: ").arg(number));
    };
    EXPECT_TRUE(at(3)) << view->accessibleName().toStdString();
    QTest::keyClick(view, Qt::Key_Left);
    EXPECT_TRUE(at(2)) << view->accessibleName().toStdString();
    EXPECT_TRUE(view->accessibleName().contains(QStringLiteral("validation: 0.5000")));
    EXPECT_TRUE(chart.readout().startsWith(QStringLiteral("Epoch 2\n"))) << "as with the pointer there";
    QTest::keyClick(view, Qt::Key_Home);
    QTest::keyClick(view, Qt::Key_Left);
    EXPECT_TRUE(at(1)) << view->accessibleName().toStdString();
    QTest::keyClick(view, Qt::Key_End);
    QTest::keyClick(view, Qt::Key_Right);
    EXPECT_TRUE(at(3)) << view->accessibleName().toStdString();
    for (const auto& [key, taken] : {std::pair{Qt::Key_Left, true}, {Qt::Key_Space, false}}) {
        QKeyEvent shortcut(QEvent::ShortcutOverride, key, Qt::NoModifier);
        shortcut.ignore();
        QCoreApplication::sendEvent(view, &shortcut);
        EXPECT_EQ(shortcut.isAccepted(), taken) << "what the window's own keys are left";
    }
    EXPECT_EQ(view->focusPolicy(), Qt::TabFocus) << "a click leaves the keys with the timeline";
}

TEST(RunChart, HundredThousandBatchesStayThinnedToPixels) {
    RunChart chart(lossChart());
    chart.resize(500, 300);
    RunCurves run;
    for (int i = 0; i < 100'000; ++i)
        run.batches.push_back(batch(1 + i / 1000, 1 + i % 1000, 1000, 1.0 / (1 + i % 97)));
    static_cast<QWidget&>(chart).show();
    chart.show(run);
    qsizetype points = 0;
    for (const auto& line : drawn(chart, QStringLiteral("training/batch")))
        points += line.size();
    EXPECT_GT(points, 200);
    EXPECT_LE(points, 2 * 500);
}

TEST(RunChart, NeverHasManyTicksOnTheWayFromOneScaleToAnother) {
    RunChart chart(lossChart());
    chart.resize(500, 300);
    double most = 0;
    for (QAbstractAxis* any : chart.findChild<QChartView*>()->chart()->axes()) {
        auto* axis = qobject_cast<QValueAxis*>(any);
        ASSERT_TRUE(axis);
        const auto count = [&most, axis] {
            if (axis->tickInterval() > 0) most = std::max(most, (axis->max() - axis->min()) / axis->tickInterval());
        };
        QObject::connect(axis, &QValueAxis::rangeChanged, &chart, count);
        QObject::connect(axis, &QValueAxis::tickIntervalChanged, &chart, count);
    }
    static_cast<QWidget&>(chart).show();
    for (const double loss : {1e-4, 3.0, 2e-5, 0.7}) {
        RunCurves run;
        for (int e = 1; e <= (loss > 1 ? 400 : 2); ++e)
            run.run.epochs.push_back(epoch(e, loss / e, loss / 2));
        chart.show(run);
    }
    EXPECT_GT(most, 1);
    EXPECT_LT(most, 50);
}

TEST(RunChart, UndefinedMetricLeavesAGapAndReadsNotAvailable) {
    RunChart chart(lossChart());
    chart.resize(500, 300);
    RunCurves run;
    run.run.epochs = {epoch(1, 0.5, 0.5), epoch(2, 0.4, std::nullopt), epoch(3, 0.3, 0.4), epoch(4, 0.3, std::nullopt)};
    chart.show(run);
    EXPECT_EQ(drawn(chart, QStringLiteral("validation/epoch")), (std::vector<QList<QPointF>>{{{1, 0.5}}, {{3, 0.4}}}));
    EXPECT_EQ(drawn(chart, QStringLiteral("training/epoch")).size(), 1U);
    EXPECT_TRUE(chart.readout().contains(QStringLiteral("validation: n/a"))) << chart.readout().toStdString();
}

TEST(RunChart, ShowsTheValuesOfTheEpochUnderThePointer) {
    RunChart chart(lossChart());
    chart.resize(600, 300);
    static_cast<QWidget&>(chart).show();
    RunCurves run;
    run.run.epochs = {epoch(1, 0.5, 0.6), epoch(2, 0.4, 0.55), epoch(3, 0.3, 0.52), epoch(4, 0.2, 0.51)};
    chart.show(run);
    QCoreApplication::processEvents();
    auto* view = chart.findChild<QChartView*>();
    const QPointF place = view->chart()->mapToPosition({2, 0.4});
    QTest::mouseMove(view->viewport(), place.toPoint() + QPoint(3, 1));
    QTest::mouseMove(view->viewport(), place.toPoint());
    EXPECT_TRUE(chart.readout().startsWith(QStringLiteral("Epoch 2\n"))) << chart.readout().toStdString();
    EXPECT_TRUE(chart.readout().contains(QStringLiteral("training: 0.4000")));
}

TEST(RunChart, TheLearningRateOfAnEpochHoldsToItsEndWhereOthersHaveTheirPoints) {
    RunChart chart(learningRateChart());
    chart.resize(600, 300);
    static_cast<QWidget&>(chart).show();
    RunCurves run;
    run.run.epochs = {epoch(1, 0.5, 0.6), epoch(2, 0.4, 0.55)};
    run.run.epochs[0].learningRate = 1e-3;
    run.run.epochs[1].learningRate = 5e-4;
    for (int number = 1; number <= 4; ++number) {
        run.batches.push_back(batch(1 + (number - 1) / 2, 1 + (number - 1) % 2, 2, 0.5));
        run.batches.back().learningRate = number <= 2 ? 1e-3 : 5e-4;
    }
    chart.show(run);
    EXPECT_EQ(drawn(chart, QStringLiteral("learning rate/epoch")),
              (std::vector<QList<QPointF>>{{{0, 1e-3}, {1, 1e-3}, {1, 5e-4}, {2, 5e-4}}}));
    QCoreApplication::processEvents();
    auto* view = chart.findChild<QChartView*>();
    const QPointF place = view->chart()->mapToPosition({2, 5e-4});
    QTest::mouseMove(view->viewport(), place.toPoint() + QPoint(-3, 1));
    QTest::mouseMove(view->viewport(), place.toPoint());
    EXPECT_TRUE(chart.readout().startsWith(QStringLiteral("Epoch 2\n"))) << chart.readout().toStdString();
    chart.setSmoothing(0.5);
    EXPECT_EQ(drawn(chart, QStringLiteral("learning rate/epoch")),
              (std::vector<QList<QPointF>>{{{0, 1e-3}, {1, 1e-3}, {1, 5e-4}, {2, 5e-4}}}));
}

TEST(RunChart, LinesOfOverlaidRunsGoWhenTheyAreTakenAway) {
    RunChart chart(lossChart());
    chart.resize(500, 300);
    TrainingRun other;
    other.epochs = {epoch(1, 0.9, 0.8), epoch(2, 0.7, 0.6)};
    const std::vector<TrainingRun> overlays = {other};
    chart.show({}, overlays);
    EXPECT_EQ(drawn(chart, QStringLiteral("training/run 0")).size(), 1U);
    chart.show({}, {});
    EXPECT_TRUE(drawn(chart, QStringLiteral("training/run 0")).empty());
}

/// How far apart colours look, about as weighted by the eye: 0 to 765.
double apart(const QColor& a, const QColor& b) {
    const double red = (a.red() + b.red()) / 2.0;
    const double dr = a.red() - b.red(), dg = a.green() - b.green(), db = a.blue() - b.blue();
    return std::sqrt((2 + red / 256) * dr * dr + 4 * dg * dg + (2 + (255 - red) / 256) * db * db);
}

TEST(RunChart, OtherRunsHaveNeitherTheShownOnesColoursNorOneAnothers) {
    for (const char* look : {"light", "dark"}) {
        const QPalette palette = paletteNamed(look);
        const Theme theme = Theme::of(palette);
        std::vector<QColor> colours = {theme.training, theme.validation};
        for (size_t i = 0; i < theme.otherRuns.size(); ++i)
            colours.push_back(theme.otherRun(i));
        for (size_t a = 0; a < colours.size(); ++a) {
            EXPECT_GE(contrast(colours[a], palette.color(QPalette::Base)), 2) << look << ' ' << a;
            for (size_t b = a + 1; b < colours.size(); ++b)
                EXPECT_GT(apart(colours[a], colours[b]), 120)
                    << look << ": " << colours[a].name().toStdString() << ' ' << colours[b].name().toStdString();
        }
    }
}

TEST(RunChart, SingleEpochsAreMarkedInTheColourOfTheirRun) {
    RunChart chart(lossChart());
    chart.resize(500, 300);
    RunCurves run;
    run.run.epochs = {epoch(1, 0.5, 0.6)};
    TrainingRun other;
    other.epochs = {epoch(1, 0.9, 0.8)};
    chart.show(run, std::vector{other, other});
    std::map<QString, QColor> colours;
    for (QAbstractSeries* series : chart.findChild<QChartView*>()->chart()->series())
        if (const auto* line = qobject_cast<QLineSeries*>(series); line && line->count() == 1) {
            EXPECT_TRUE(line->pointsVisible());
            EXPECT_GE(line->markerSize(), 5);
            colours[line->name()] = line->color();
        }
    const Theme theme = Theme::of(chart.palette());
    EXPECT_EQ(colours[QStringLiteral("training/epoch")], theme.training);
    EXPECT_EQ(colours[QStringLiteral("validation/epoch")], theme.validation);
    EXPECT_EQ(colours[QStringLiteral("validation/run 0")], theme.otherRun(0));
    EXPECT_EQ(colours[QStringLiteral("validation/run 1")], theme.otherRun(1));
}

TEST(ChartLegend, ANameThatIsTooWideIsCutWhereThatIsSeen) {
    ChartLegend legend;
    TrainingRun run;
    run.name = "MMMMMMMMMMMMMMMMMMMM";
    legend.setRuns(run, {});
    legend.resize(160, legend.heightForWidth(160));
    const QImage picture = legend.grab().toImage();
    const QRgb background = picture.pixel(0, 0);
    for (int x = picture.width() - 3; x < picture.width(); ++x)
        for (int y = 0; y < picture.height(); ++y)
            ASSERT_EQ(picture.pixel(x, y), background) << "half a letter at the edge, at " << x << ", " << y;
}

TEST(ChartLegend, NamesTheShownRunAndEveryOther) {
    ChartLegend legend;
    TrainingRun shown;
    legend.setRuns(shown, {});
    EXPECT_EQ(legend.accessibleName(), QStringLiteral("training, validation"));
    shown.name = "Run 9";
    shown.bestEpoch = 1;
    for (int64_t epoch = 1; epoch <= 2; ++epoch) {
        shown.epochs.emplace_back();
        shown.epochs.back().epoch = epoch;
        shown.epochs.back().loweredLearningRate = epoch == 2;
    }
    std::vector<TrainingRun> overlays(5);
    for (size_t i = 0; i < overlays.size(); ++i)
        overlays[i].name = "Run " + std::to_string(i + 1);
    legend.setRuns(shown, overlays);
    EXPECT_TRUE(legend.accessibleName().startsWith(
        QStringLiteral("Run 9: training, Run 9: validation, Run 1, Run 2, Run 3, Run 4, Run 5, ")))
        << legend.accessibleName().toStdString();
    EXPECT_TRUE(legend.accessibleName().endsWith(QStringLiteral("Run 5, best epoch, learning rate lowered")))
        << legend.accessibleName().toStdString();
    const int row = legend.sizeHint().height();
    EXPECT_EQ(legend.heightForWidth(10'000), row);
    EXPECT_GT(legend.heightForWidth(400), row) << "what does not fit goes on in the next row";
    EXPECT_EQ(legend.heightForWidth(100), 3 * row);
}

TEST(ChartBoard, GivesTheLegendItsRunsAndTheRowsThatItTakes) {
    ChartBoard board;
    board.resize(700, 400);
    board.show();
    TrainingRun run;
    run.id = 9;
    run.name = "Run 9";
    run.epochs = {epoch(1, 0.9, 0.8)};
    std::vector<TrainingRun> overlays(5, run);
    for (size_t i = 0; i < overlays.size(); ++i) {
        overlays[i].id = static_cast<int64_t>(i) + 1;
        overlays[i].name = "a run with quite a name " + std::to_string(i + 1);
    }
    board.setRun(run);
    board.setOverlays(overlays);
    const auto* legend = board.findChild<ChartLegend*>();
    ASSERT_TRUE(legend);
    EXPECT_TRUE(QTest::qWaitFor([&] {
        return legend->heightForWidth(legend->width()) > legend->sizeHint().height() &&
               legend->height() >= legend->heightForWidth(legend->width());
    })) << legend->width()
        << " x " << legend->height();
    EXPECT_TRUE(legend->accessibleName().startsWith(QStringLiteral("Run 9: training")));
    EXPECT_TRUE(legend->accessibleName().contains(QStringLiteral("a run with quite a name 5")));
}

TEST(Marks, NameBestEpochLoweredRateAndEarlyStop) {
    TrainingRun run;
    run.epochs = {epoch(1, 1, 1), epoch(2, 1, 1), epoch(3, 1, 1)};
    run.epochs[2].loweredLearningRate = true;
    run.bestEpoch = 1;
    run.stopped = StopReason::Early;
    EXPECT_EQ(marksOf(run), (std::vector<RunMark>{{RunMark::Kind::LoweredLearningRate, 3},
                                                  {RunMark::Kind::Best, 1},
                                                  {RunMark::Kind::StoppedEarly, 3}}));
    run.stopped = StopReason::Epochs;
    EXPECT_EQ(marksOf(run).size(), 2U);
}

TEST(ChartRegistry, ChartsHaveNamesOfTheirOwnAndAxes) {
    std::set<QString> ids;
    for (const ChartDescription& chart : chartRegistry()) {
        EXPECT_TRUE(ids.insert(chart.id).second) << chart.id.toStdString();
        EXPECT_FALSE(chart.axis.isEmpty());
        EXPECT_FALSE(chart.curves.empty());
    }
    EXPECT_TRUE(ids.count(QStringLiteral("loss")) && ids.count(QStringLiteral("roc_auc")));
}

TEST(ChartBoard, ManyBatchesAtOnceAreDrawnOnce) {
    ChartBoard board;
    board.resize(800, 400);
    board.show();
    QTest::qWait(250);
    const int before = board.redraws();
    for (int i = 1; i <= 500; ++i)
        board.addBatch(batch(1, i, 500, 1.0 / i));
    EXPECT_EQ(board.redraws(), before) << "a batch must not draw by itself";
    EXPECT_TRUE(QTest::qWaitFor([&] { return board.redraws() == before + 1; }));
    EXPECT_EQ(board.shown().batches.size(), 500U);
}

TEST(ChartBoard, DrawsARunThatIsShownAndTickedOnce) {
    ChartBoard board;
    board.resize(800, 400);
    board.show();
    TrainingRun run, other;
    run.id = 3;
    other.id = 4;
    run.epochs = other.epochs = {epoch(1, 0.9, 0.8), epoch(2, 0.7, 0.6)};
    board.setRun(run);
    board.setOverlays({run, other});
    const RunChart& chart = *board.charts().front();
    ASSERT_TRUE(QTest::qWaitFor([&] { return drawn(chart, QStringLiteral("training/run 0")).size() == 1; }));
    EXPECT_TRUE(drawn(chart, QStringLiteral("training/run 1")).empty());
    EXPECT_EQ(drawn(chart, QStringLiteral("training/epoch")).size(), 1U);
}

TEST(ChartBoard, SaysThatATrainingIsBeingPrepared) {
    ChartBoard board;
    const auto* empty = board.findChild<EmptyState*>(QStringLiteral("no_charts"));
    EXPECT_TRUE(empty->text().startsWith(QStringLiteral("No training yet")));
    board.setPreparing(true);
    EXPECT_TRUE(empty->text().startsWith(QStringLiteral("Preparing")));
}

TEST(ChartBoard, ToggleHidesAChart) {
    ChartBoard board;
    board.resize(800, 400);
    board.show();
    auto* toggle = board.findChild<QAction*>(QStringLiteral("toggle_loss"));
    ASSERT_NE(toggle, nullptr);
    toggle->trigger();
    EXPECT_TRUE(board.charts().front()->isHidden());
    toggle->trigger();
    EXPECT_FALSE(board.charts().front()->isHidden());
}

} // namespace
} // namespace ovation::ui
