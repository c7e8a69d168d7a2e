// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/PlotView.h"

#include "ui/theme/Theme.h"

#include <QCoreApplication>
#include <QMouseEvent>
#include <QPainter>

namespace ovation::ui {

PlotView::PlotView(QChart* chart, QWidget* parent) : QChartView(chart, parent) {
    setRenderHint(QPainter::Antialiasing);
    setFrameShape(QFrame::NoFrame);
    setBackgroundBrush(Qt::NoBrush);
    setStyleSheet(QStringLiteral("background: transparent"));
    setMouseTracking(true);
    viewport()->setMouseTracking(true);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
}

void PlotView::setMarks(std::vector<RunMark> marks) {
    m_marks = std::move(marks);
    viewport()->update();
}

void PlotView::setPointer(std::optional<double> epoch) {
    m_pointer = epoch;
    viewport()->update();
}

void PlotView::drawForeground(QPainter* painter, const QRectF&) {
    const QRectF plot = chart()->plotArea();
    const auto line = [&](double epoch, const QPen& pen) {
        const double x = chart()->mapToPosition({epoch, 0}).x();
        if (x < plot.left() - 1 || x > plot.right() + 1) return;
        painter->setPen(pen);
        painter->drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()));
    };
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing, false);
    for (const RunMark& mark : m_marks)
        line(mark.epoch, markPen(mark.kind, palette()));
    if (m_pointer) line(*m_pointer, QPen(Theme::of(palette()).faintText, 1));
    painter->restore();
}

void PlotView::mouseMoveEvent(QMouseEvent* event) {
    const QRectF plot = chart()->plotArea();
    if (plot.adjusted(-4, 0, 4, 0).contains(event->position()))
        Q_EMIT pointed(chart()->mapToValue(event->position()).x());
    else
        Q_EMIT pointed(std::nullopt);
    event->accept();
}

void PlotView::leaveEvent(QEvent* event) {
    Q_EMIT pointed(std::nullopt);
    QChartView::leaveEvent(event);
}

void PlotView::wheelEvent(QWheelEvent* event) {
    event->ignore(); // the area around the charts scrolls
}

QPen markPen(RunMark::Kind kind, const QPalette& palette) {
    const Theme theme = Theme::of(palette);
    switch (kind) {
    case RunMark::Kind::Best:
        return QPen(theme.accent, 1);
    case RunMark::Kind::LoweredLearningRate:
        return QPen(theme.learningRate, 1, Qt::DotLine);
    case RunMark::Kind::StoppedEarly:
        return QPen(theme.text, 1, Qt::DashDotLine);
    }
    return {};
}

QString markText(RunMark::Kind kind) {
    const auto tr = [](const char* text) { return QCoreApplication::translate("Charts", text); };
    switch (kind) {
    case RunMark::Kind::Best:
        return tr("best epoch");
    case RunMark::Kind::LoweredLearningRate:
        return tr("learning rate lowered");
    case RunMark::Kind::StoppedEarly:
        return tr("stopped early");
    }
    return {};
}

} // namespace ovation::ui
