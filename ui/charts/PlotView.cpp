// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/PlotView.h"

#include "ui/theme/Theme.h"

#include <QCoreApplication>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>

#include <algorithm>

namespace ovation::ui {

namespace {

constexpr double kShortestDrag = 6; ///< anything less is a click
constexpr double kHighDrag = 24;    ///< anything lower means a stretch of epochs, whatever the values

/// Whether a chart that has the keyboard takes this key for itself, before the window's shortcuts.
bool goesAlongEpochs(const QKeyEvent& key) {
    if ((key.modifiers() & ~Qt::KeypadModifier) != Qt::NoModifier) return false;
    return key.key() == Qt::Key_Left || key.key() == Qt::Key_Right || key.key() == Qt::Key_Home ||
           key.key() == Qt::Key_End;
}

} // namespace

PlotView::PlotView(QChart* chart, QWidget* parent) : QChartView(chart, parent) {
    setRenderHint(QPainter::Antialiasing);
    setFrameShape(QFrame::NoFrame);
    setBackgroundBrush(Qt::NoBrush);
    setStyleSheet(QStringLiteral("background: transparent"));
    setMouseTracking(true);
    viewport()->setMouseTracking(true);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setFocusPolicy(Qt::TabFocus); // a click leaves the keys where they are
}

bool PlotView::event(QEvent* event) {
    if (event->type() == QEvent::ShortcutOverride && goesAlongEpochs(*static_cast<QKeyEvent*>(event))) {
        event->accept();
        return true;
    }
    return QChartView::event(event);
}

void PlotView::keyPressEvent(QKeyEvent* event) {
    if (!goesAlongEpochs(*event)) {
        event->ignore(); // the area around the charts scrolls
        return;
    }
    if (event->key() == Qt::Key_Left || event->key() == Qt::Key_Right)
        Q_EMIT stepped(event->key() == Qt::Key_Left ? -1 : 1);
    else
        Q_EMIT jumped(event->key() == Qt::Key_End);
}

void PlotView::focusInEvent(QFocusEvent* event) {
    QChartView::focusInEvent(event);
    viewport()->update();
}

void PlotView::focusOutEvent(QFocusEvent* event) {
    QChartView::focusOutEvent(event);
    Q_EMIT pointed(std::nullopt);
    viewport()->update();
}

void PlotView::setMarks(std::vector<RunMark> marks) {
    m_marks = std::move(marks);
    viewport()->update();
}

void PlotView::setRange(double low, double high) {
    m_low = low;
    m_high = high;
    viewport()->update();
}

void PlotView::setPointer(std::optional<double> epoch, std::vector<Reading> readings) {
    m_pointer = epoch;
    m_readings = std::move(readings);
    viewport()->update();
}

double PlotView::epochAt(double x) const {
    const QRectF plot = chart()->plotArea();
    return m_low + (x - plot.left()) / std::max(1.0, plot.width()) * (m_high - m_low);
}

double PlotView::xOf(double epoch) const {
    const QRectF plot = chart()->plotArea();
    return plot.left() + (epoch - m_low) / std::max(1e-12, m_high - m_low) * plot.width();
}

QRectF PlotView::band() const {
    const QRectF plot = chart()->plotArea();
    const auto inPlot = [&plot](const QPointF& point) {
        return QPointF(std::clamp(point.x(), plot.left(), plot.right()),
                       std::clamp(point.y(), plot.top(), plot.bottom()));
    };
    QRectF dragged = QRectF(inPlot(*m_pressed), inPlot(m_at)).normalized();
    if (dragged.height() < kHighDrag) {
        dragged.setTop(plot.top());
        dragged.setBottom(plot.bottom());
    }
    return dragged;
}

void PlotView::drawForeground(QPainter* painter, const QRectF&) {
    const QRectF plot = chart()->plotArea();
    const auto line = [&](double epoch, const QPen& pen) {
        const double x = xOf(epoch);
        if (x < plot.left() - 1 || x > plot.right() + 1) return;
        painter->setPen(pen);
        painter->drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()));
    };
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing, false);
    for (const RunMark& mark : m_marks)
        line(mark.epoch, markPen(mark.kind, palette()));
    if (m_pressed) {
        QColor fill = Theme::of(palette()).accent;
        painter->setPen(fill);
        fill.setAlpha(40);
        painter->setBrush(fill);
        painter->drawRect(band());
    } else if (m_pointer && *m_pointer >= m_low && *m_pointer <= m_high) {
        line(*m_pointer, QPen(Theme::of(palette()).faintText, 1));
        drawReadings(painter, plot);
    }
    if (hasFocus()) {
        painter->setPen(QPen(Theme::of(palette()).accent, 1));
        painter->setBrush(Qt::NoBrush);
        painter->drawRect(QRectF(viewport()->rect()).adjusted(0.5, 0.5, -0.5, -0.5));
    }
    painter->restore();
}

void PlotView::drawReadings(QPainter* painter, const QRectF& plot) const {
    if (m_readings.empty()) return;
    const QFontMetrics metrics(font());
    int width = 0;
    for (const Reading& reading : m_readings)
        width = std::max(width, metrics.horizontalAdvance(reading.text));
    QRectF box(0, 0, width + kGrid, metrics.height() * static_cast<int>(m_readings.size()) + kGrid / 2);
    const double x = xOf(*m_pointer);
    box.moveTop(std::max(0.0, std::min(plot.top() + 2, viewport()->height() - box.height())));
    box.moveLeft(x + kGrid + box.width() <= viewport()->width() ? x + kGrid / 2 : x - kGrid / 2 - box.width());
    // Wide or near an edge: moved until it is seen whole, or at least from its beginning.
    box.moveLeft(std::max(0.0, std::min(box.left(), viewport()->width() - box.width() - 1)));
    QColor back = parentWidget()->palette().color(QPalette::Window); // this view's own is transparent
    back.setAlpha(225);
    painter->setPen(Theme::of(palette()).grid);
    painter->setBrush(back);
    painter->drawRect(box);
    double top = box.top() + kGrid / 4.0;
    for (const Reading& reading : m_readings) {
        painter->setPen(reading.colour.isValid() ? reading.colour : Theme::of(palette()).text);
        painter->drawText(QRectF(box.left() + kGrid / 2.0, top, width + 1, metrics.height()), Qt::AlignVCenter,
                          reading.text);
        top += metrics.height();
    }
}

void PlotView::mousePressEvent(QMouseEvent* event) {
    if (event->button() == Qt::LeftButton && chart()->plotArea().contains(event->position()))
        m_pressed = m_at = event->position();
    event->accept();
}

void PlotView::mouseMoveEvent(QMouseEvent* event) {
    const QRectF plot = chart()->plotArea();
    m_at = event->position();
    if (m_pressed) {
        viewport()->update();
    } else if (plot.adjusted(-4, 0, 4, 0).contains(event->position())) {
        Q_EMIT pointed(epochAt(event->position().x()));
    } else {
        Q_EMIT pointed(std::nullopt);
    }
    event->accept();
}

void PlotView::mouseReleaseEvent(QMouseEvent* event) {
    event->accept();
    if (event->button() != Qt::LeftButton || !m_pressed) return;
    m_at = event->position();
    const QRectF plot = chart()->plotArea(), area = band();
    m_pressed.reset();
    viewport()->update();
    const bool high = area.height() < plot.height() - 0.5;
    if (area.width() < kShortestDrag && !high) return;
    std::optional<std::pair<double, double>> heights;
    if (high) heights = {(plot.bottom() - area.bottom()) / plot.height(), (plot.bottom() - area.top()) / plot.height()};
    const bool wide = area.width() >= kShortestDrag;
    Q_EMIT dragged(wide ? epochAt(area.left()) : m_low, wide ? epochAt(area.right()) : m_high, heights);
}

void PlotView::mouseDoubleClickEvent(QMouseEvent* event) {
    m_pressed.reset();
    event->accept();
    Q_EMIT doubleClicked();
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
