// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/charts/RunCurves.h"

#include <QChartView>

#include <utility>

namespace ovation::ui {

/// A chart view that paints the marks of a run and what is under the pointer over the plot, and tells where the pointer
/// is and which part was dragged over. With the keyboard, arrows, Home and End go from epoch to epoch.
class PlotView : public QChartView {
    Q_OBJECT
public:
    /// One line of the readout at the pointer.
    struct Reading {
        QColor colour; ///< invalid: the text's
        QString text;
    };

    explicit PlotView(QChart* chart, QWidget* parent = nullptr);

    void setMarks(std::vector<RunMark> marks);
    void setRange(double low, double high); ///< of the epoch axis
    /// A vertical line there and a box beside it with the lines; none of both where there is no epoch.
    void setPointer(std::optional<double> epoch, std::vector<Reading> readings = {});

Q_SIGNALS:
    void pointed(std::optional<double> epochPosition); ///< x under the pointer; nothing when it leaves
    /// Dragged over: from epoch to epoch and, where the drag was high enough to mean it, from share to share of the
    /// plot's height (0 at the bottom).
    void dragged(double low, double high, std::optional<std::pair<double, double>> heights);
    void doubleClicked();
    void stepped(int epochs);  ///< with an arrow; -1 or 1
    void jumped(bool forward); ///< with End or Home

protected:
    bool event(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    void drawForeground(QPainter* painter, const QRectF& rect) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;

private:
    double epochAt(double x) const;
    double xOf(double epoch) const;
    QRectF band() const; ///< what is being dragged over
    void drawReadings(QPainter* painter, const QRectF& plot) const;

    std::vector<RunMark> m_marks;
    double m_low = 0, m_high = 1;
    std::optional<double> m_pointer;
    std::vector<Reading> m_readings;
    std::optional<QPointF> m_pressed;
    QPointF m_at;
};

/// The pen of a mark and its words, for the plot and its legend.
QPen markPen(RunMark::Kind kind, const QPalette& palette);
QString markText(RunMark::Kind kind);

} // namespace ovation::ui
