// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/ChartTools.h"

#include "ui/charts/ChartBoard.h"
#include "ui/charts/ChartExport.h"
#include "ui/charts/RunChart.h"

#include <QChartView>
#include <QImage>
#include <QLineSeries>
#include <QLogValueAxis>
#include <QScrollArea>
#include <QSignalSpy>
#include <QSlider>
#include <QTest>
#include <QToolButton>
#include <QValueAxis>
#include <gtest/gtest.h>

namespace ovation::ui {
namespace {

TrainingRun madeRun(int64_t id, int epochs) {
    TrainingRun run;
    run.id = id;
    run.name = "Run \"" + std::to_string(id) + "\"";
    for (int e = 1; e <= epochs; ++e) {
        EpochMetrics epoch;
        epoch.epoch = e;
        epoch.train.loss = 1.0 / e;
        if (e != 2) epoch.validation.loss = 1.5 / e;
        epoch.train.accuracy = epoch.validation.accuracy = 0.9;
        epoch.learningRate = 1e-3;
        run.epochs.push_back(epoch);
    }
    return run;
}

BatchMetrics madeBatch(int64_t epoch, int64_t number) {
    BatchMetrics batch;
    batch.epoch = epoch;
    batch.batch = number;
    batch.batches = 10;
    batch.loss = 1.0 / static_cast<double>(epoch) + 0.1 * static_cast<double>(number % 2);
    batch.seconds = static_cast<double>(10 * epoch + number);
    return batch;
}

class ChartBoardTest : public testing::Test {
protected:
    void SetUp() override {
        board.resize(1000, 500);
        board.show();
        std::vector<BatchMetrics> batches;
        for (int e = 1; e <= 8; ++e)
            for (int b = 1; b <= 10; ++b)
                batches.push_back(madeBatch(e, b));
        board.setRun(madeRun(1, 8), batches);
        settle();
    }
    void settle() {
        const int before = board.redraws();
        board.updateRun(board.shown().run);
        ASSERT_TRUE(QTest::qWaitFor([&] { return board.redraws() > before; }));
    }
    RunChart& loss() { return *board.charts().front(); }
    QChart& chart() { return *loss().findChild<QChartView*>()->chart(); }
    qsizetype pointsOf(const QString& name) {
        qsizetype points = 0;
        for (QAbstractSeries* series : chart().series())
            if (const auto* line = qobject_cast<QLineSeries*>(series); line && line->name() == name)
                points += line->count();
        return points;
    }
    std::pair<double, double> epochsShown() {
        const auto* axis = qobject_cast<QValueAxis*>(chart().axes(Qt::Horizontal).front());
        return {axis->min(), axis->max()};
    }
    void drag(double from, double to, int height = 0) {
        auto* view = loss().findChild<QChartView*>();
        const QRectF plot = chart().plotArea();
        const auto place = [&](double epoch) {
            const auto [low, high] = epochsShown();
            return QPoint(static_cast<int>(plot.left() + (epoch - low) / (high - low) * plot.width()),
                          static_cast<int>(plot.top() + 4));
        };
        QTest::mousePress(view->viewport(), Qt::LeftButton, {}, place(from));
        QTest::mouseMove(view->viewport(), place(to) + QPoint(0, height));
        QTest::mouseRelease(view->viewport(), Qt::LeftButton, {}, place(to) + QPoint(0, height));
    }
    ChartBoard board;
};

TEST_F(ChartBoardTest, SmoothingDrawsAnotherLineAndKeepsTheMeasuredOneFaint) {
    EXPECT_EQ(pointsOf(QStringLiteral("training/smooth")), 0);
    board.findChild<QSlider*>(QStringLiteral("smoothing"))->setValue(10);
    EXPECT_GT(board.tools()->smoothing(), 0.5);
    settle();
    EXPECT_GT(pointsOf(QStringLiteral("training/smooth")), 0);
    EXPECT_GT(pointsOf(QStringLiteral("training/raw epoch")), 0);
    EXPECT_GT(pointsOf(QStringLiteral("training/batch")), 0);
    board.findChild<QSlider*>(QStringLiteral("smoothing"))->setValue(0);
    settle();
    EXPECT_EQ(pointsOf(QStringLiteral("training/smooth")), 0);
    EXPECT_EQ(pointsOf(QStringLiteral("training/raw epoch")), 0);
}

TEST_F(ChartBoardTest, WithLittleRoomChartsKeepAHeightToReadThemByAndAreScrolledTo) {
    board.resize(800, 300);
    QCoreApplication::processEvents();
    for (const RunChart* one : board.charts()) {
        EXPECT_GE(one->height(), 150);
        EXPECT_GE(one->width(), 200);
    }
    const auto* area = board.findChild<QScrollArea*>();
    EXPECT_GT(area->widget()->height(), area->viewport()->height());
}

TEST_F(ChartBoardTest, LogarithmicAxesAreForWhatHasNoUpperEnd) {
    auto* button = board.findChild<QToolButton*>(QStringLiteral("logarithmic"));
    button->click();
    settle();
    const auto* axis = qobject_cast<QLogValueAxis*>(chart().axes(Qt::Vertical).front());
    ASSERT_NE(axis, nullptr);
    EXPECT_DOUBLE_EQ(axis->min(), 0.1);
    EXPECT_DOUBLE_EQ(axis->max(), 10);
    EXPECT_GT(pointsOf(QStringLiteral("training/epoch")), 0);
    const auto* accuracy = board.charts()[1]->findChild<QChartView*>();
    EXPECT_NE(qobject_cast<QValueAxis*>(accuracy->chart()->axes(Qt::Vertical).front()), nullptr);
    button->click();
    settle();
    EXPECT_NE(qobject_cast<QValueAxis*>(chart().axes(Qt::Vertical).front()), nullptr);
    EXPECT_EQ(chart().axes(Qt::Vertical).size(), 1);
}

TEST_F(ChartBoardTest, DraggingLooksCloserInAllChartsAndFitGoesBack) {
    auto* fit = board.findChild<QToolButton*>(QStringLiteral("fit"));
    EXPECT_FALSE(fit->isEnabled());
    drag(3, 6);
    ASSERT_TRUE(board.zoomedTo());
    EXPECT_NEAR(board.zoomedTo()->first, 3, 0.1);
    EXPECT_NEAR(board.zoomedTo()->second, 6, 0.1);
    EXPECT_NEAR(epochsShown().first, 3, 0.1);
    const auto* other = board.charts()[2]->findChild<QChartView*>();
    EXPECT_NEAR(qobject_cast<QValueAxis*>(other->chart()->axes(Qt::Horizontal).front())->min(), 3, 0.1);
    const auto* values = qobject_cast<QValueAxis*>(chart().axes(Qt::Vertical).front());
    EXPECT_LT(values->max(), 0.7) << "the values' axis fits what is in sight";
    settle();
    EXPECT_NEAR(epochsShown().first, 3, 0.1) << "new batches do not take the view away";
    EXPECT_TRUE(fit->isEnabled());
    fit->click();
    EXPECT_FALSE(board.zoomedTo());
    EXPECT_DOUBLE_EQ(epochsShown().first, 0);
    drag(3, 3.02);
    EXPECT_FALSE(board.zoomedTo()) << "a click is no drag";
    drag(2, 5, 40);
    const double low = values->min(), high = values->max();
    EXPECT_TRUE(board.zoomedTo());
    EXPECT_GT(low, 0.3) << "a high drag chooses values too";
    QTest::mouseDClick(loss().findChild<QChartView*>()->viewport(), Qt::LeftButton, {},
                       chart().plotArea().center().toPoint());
    EXPECT_FALSE(board.zoomedTo());
    EXPECT_NE(std::pair(values->min(), values->max()), std::pair(low, high));
}

TEST_F(ChartBoardTest, ResumedBatchesTakeThePlaceOfThoseAfterTheCheckpoint) {
    ASSERT_EQ(board.shown().batches.size(), 80U);
    board.setRun(board.shown().run);
    EXPECT_EQ(board.shown().batches.size(), 80U) << "the same run keeps what is known of it";
    board.addBatch(madeBatch(7, 4));
    EXPECT_EQ(board.shown().batches.size(), 64U);
    board.setRun(madeRun(2, 1));
    EXPECT_TRUE(board.shown().batches.empty());
}

TEST_F(ChartBoardTest, ExportsAPictureADrawingAndATable) {
    board.setOverlays({madeRun(2, 3), board.shown().run});
    settle();
    const auto bytesOf = [&](const char* format) {
        return QByteArray::fromStdString(*board.exported(QLatin1String(format))());
    };
    const QImage picture = QImage::fromData(bytesOf("png"), "PNG");
    ASSERT_FALSE(picture.isNull());
    EXPECT_GT(picture.width(), 1000);
    const QByteArray svg = bytesOf("svg");
    EXPECT_TRUE(svg.contains("<svg"));
    EXPECT_GT(svg.count("<path") + svg.count("<polyline"), 20) << "lines, not a picture of lines";
    const QList<QByteArray> lines = bytesOf("csv").trimmed().split('\n');
    ASSERT_EQ(lines.size(), 1 + 8 + 3 + 80);
    const auto columns = lines[0].split(',').size();
    for (const QByteArray& line : lines)
        EXPECT_EQ(line.split(',').size(), columns) << line.toStdString();
    const QList<QByteArray> second = lines[2].split(',');
    EXPECT_EQ(second[0], "\"Run \"\"1\"\"\"");
    EXPECT_EQ(second[2], "2");
    EXPECT_EQ(second[4], "0.5");
    EXPECT_EQ(second[11], "") << "an undefined value is no number";
}

TEST_F(ChartBoardTest, ShowsTheBatchUnderThePointerAndWhatIsOverlaid) {
    board.setOverlays({madeRun(2, 5)});
    settle();
    auto* view = loss().findChild<QChartView*>();
    const QRectF plot = chart().plotArea();
    const QImage before = view->grab().toImage();
    QTest::mouseMove(view->viewport(), plot.center().toPoint());
    QTest::mouseMove(view->viewport(), plot.center().toPoint() + QPoint(2, 0));
    EXPECT_NE(view->grab().toImage(), before) << "a box with the values";
    EXPECT_TRUE(loss().readout().startsWith(QStringLiteral("Epoch 4"))) << loss().readout().toStdString();
}

} // namespace
} // namespace ovation::ui
