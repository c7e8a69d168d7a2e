// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/charts/RunCurves.h"

#include <QWidget>

#include <map>
#include <span>

class QChart;
class QLabel;
class QLineSeries;
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

    QString readout() const; ///< the values as shown, without markup

    /// Colour of the overlaid run with that position among the overlays.
    static QColor overlayColour(size_t index);

    QSize minimumSizeHint() const override;

protected:
    void changeEvent(QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    struct Line {
        QString key; ///< "training/epoch", "training/batch", "training/run 2"
        Curve curve;
        QColor colour;
        double width = 1;
        bool dashed = false;
        bool points = false;
    };

    void draw();
    void drawLine(const Line& line);
    void scaleAxes();
    void applyTheme();
    void setHovered(std::optional<double> epoch);
    QColor colourOf(CurveDescription::Part part, const Theme& theme) const;

    ChartDescription m_description;
    RunCurves m_run; ///< batches are left out: m_lines has what is drawn of them
    std::vector<TrainingRun> m_overlays;
    std::vector<Line> m_lines;
    QChart* m_chart;
    PlotView* m_view;
    QValueAxis* m_x;
    QValueAxis* m_y;
    QLabel* m_title;
    QLabel* m_axis;
    QLabel* m_readout;
    std::optional<double> m_hovered;
    std::vector<Curve> m_batchCurves;                      ///< one a curve of the description
    std::map<QString, std::vector<QLineSeries*>> m_series; ///< by key; one a stretch between gaps; reused
};

} // namespace ovation::ui
