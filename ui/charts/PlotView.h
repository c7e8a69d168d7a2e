// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/charts/RunCurves.h"

#include <QChartView>

namespace ovation::ui {

/// A chart view that paints the marks of a run over the plot and tells which epoch the pointer is at.
class PlotView : public QChartView {
    Q_OBJECT
public:
    explicit PlotView(QChart* chart, QWidget* parent = nullptr);

    void setMarks(std::vector<RunMark> marks);
    void setPointer(std::optional<double> epoch); ///< a vertical line there

Q_SIGNALS:
    void pointed(std::optional<double> epochPosition); ///< x under the pointer; nothing when it leaves

protected:
    void drawForeground(QPainter* painter, const QRectF& rect) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;

private:
    std::vector<RunMark> m_marks;
    std::optional<double> m_pointer;
};

/// The pen of a mark and its words, for the plot and its legend.
QPen markPen(RunMark::Kind kind, const QPalette& palette);
QString markText(RunMark::Kind kind);

} // namespace ovation::ui
