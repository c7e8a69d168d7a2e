// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/charts/BatchCurve.h"
#include "ui/charts/RunCurves.h"

#include <QWidget>

#include <map>
#include <span>

class QAbstractAxis;
class QChart;
class QLabel;
class QLineSeries;
class QLogValueAxis;
class QValueAxis;

namespace ovation::ui {

class PlotView;
struct Theme;

/// One chart: a title with the values of the epoch under the pointer (else of the last epoch), and the plot. Training
/// solid, validation dashed; batches faint, epochs strong; overlaid runs in colours of their own.
class RunChart : public QWidget {
    Q_OBJECT
public:
    explicit RunChart(ChartDescription description, QWidget* parent = nullptr);
    ~RunChart() override;

    const ChartDescription& description() const { return m_description; }

    /// Draws the run and the overlaid ones anew; one replace() for each line.
    void show(const RunCurves& run, std::span<const TrainingRun> overlays = {});
    using QWidget::show;

    void setSmoothing(double factor); ///< 0: none; to below 1
    void setLogarithmic(bool on);     ///< ignored by charts of shares
    /// Shows these epochs only; nothing: all of them, and the values' axis fits them again.
    void setEpochs(const std::optional<std::pair<double, double>>& range);

    QString readout() const; ///< the values as shown, without markup

    QSize minimumSizeHint() const override;

Q_SIGNALS:
    void epochsDragged(double low, double high); ///< to look at these closer
    void fitRequested();

protected:
    void changeEvent(QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    struct Line {
        QString key; ///< "training/epoch", "training/batch", "training/smooth", "training/run 2"
        const Curve* curve = nullptr;
        QColor colour;
        double width = 1;
        bool dashed = false;
        bool points = false;
    };

    void makeCurves();
    void draw();
    void drawLine(const Line& line);
    void scaleAxes();
    void scaleValues(double xLow, double xHigh);
    QAbstractAxis* valueAxis() const;
    void zoom(double low, double high, std::optional<std::pair<double, double>> heights);
    void applyTheme();
    void setHovered(std::optional<double> epoch);
    void step(int epochs); ///< from the epoch that is shown
    void point(std::optional<double> epoch, int64_t shown);
    QColor colourOf(CurveDescription::Part part, const Theme& theme) const;

    ChartDescription m_description;
    RunCurves m_run; ///< batches are left out: m_batchCurves has what is drawn of them
    size_t m_batches = 0;
    std::vector<TrainingRun> m_overlays;
    std::vector<Line> m_lines;
    std::vector<Curve> m_epochCurves; ///< what the lines are drawn from: run and overlays, as they are and smoothed
    QChart* m_chart;
    PlotView* m_view;
    QValueAxis* m_x;
    QValueAxis* m_y;
    QLogValueAxis* m_logY;
    bool m_logarithmic = false;
    double m_smoothing = 0;
    std::optional<std::pair<double, double>> m_epochs; ///< shown; nothing: all
    std::optional<std::pair<double, double>> m_values; ///< shown; nothing: what fits
    QLabel* m_title;
    QLabel* m_axis;
    QLabel* m_readout;
    std::optional<double> m_hovered;
    std::vector<BatchCurve> m_batchCurves;                 ///< one a curve of the description
    std::map<QString, std::vector<QLineSeries*>> m_series; ///< by key; one a stretch between gaps; reused
};

} // namespace ovation::ui
