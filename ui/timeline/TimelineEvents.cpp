// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/timeline/TimelineViewImpl.h"

#include <QContextMenuEvent>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QMenu>
#include <QMouseEvent>
#include <QNativeGestureEvent>
#include <QToolTip>
#include <QWheelEvent>

#include <algorithm>
#include <cmath>

namespace ovation::ui {
namespace {

constexpr double kWheelZoom = 1.25;  ///< per wheel notch
constexpr double kWheelScroll = 0.1; ///< share of the view per wheel notch
constexpr double kFastScroll = 5;    ///< times faster with Shift

} // namespace

bool TimelineView::event(QEvent* event) {
    if (event->type() == QEvent::ToolTip) {
        const auto* help = static_cast<QHelpEvent*>(event);
        const QString text = m_impl->toolTip(help->pos());
        text.isEmpty() ? QToolTip::hideText() : QToolTip::showText(help->globalPos(), text, this);
        return true;
    }
    if (event->type() == QEvent::NativeGesture) {
        const auto* gesture = static_cast<QNativeGestureEvent*>(event);
        if (gesture->gestureType() == Qt::ZoomNativeGesture) {
            zoomBy(1 + gesture->value(),
                   m_impl->scene.axis.toSeconds(gesture->position().x() - m_impl->scene.layout.ruler.left()));
            return true;
        }
    }
    // Escape and Delete belong to the timeline while it is at work with them, whatever shortcuts the window has.
    if (event->type() == QEvent::ShortcutOverride) {
        const auto* key = static_cast<QKeyEvent*>(event);
        if (key->key() == Qt::Key_Escape && m_impl->gesture != Impl::Gesture::None) {
            event->accept();
            return true;
        }
    }
    return QWidget::event(event);
}

void TimelineView::mousePressEvent(QMouseEvent* event) {
    if (event->button() == Qt::LeftButton)
        m_impl->press(event->position(), event->modifiers());
    else if (event->button() == Qt::RightButton)
        m_impl->cancelGesture();
}

void TimelineView::mouseMoveEvent(QMouseEvent* event) {
    m_impl->move(event->position(), event->modifiers());
}

void TimelineView::mouseReleaseEvent(QMouseEvent* event) {
    if (event->button() == Qt::LeftButton) m_impl->release(event->position(), event->modifiers());
}

void TimelineView::mouseDoubleClickEvent(QMouseEvent* event) {
    if (event->button() == Qt::LeftButton) m_impl->doubleClick(event->position());
}

void TimelineView::wheelEvent(QWheelEvent* event) {
    TimeAxis& axis = m_impl->scene.axis;
    const QPoint angle = event->angleDelta();
    if (axis.empty() || angle.isNull()) return event->ignore();
    // Alt and Shift turn the wheel sideways on some systems.
    const int sideways = std::abs(angle.x()) > std::abs(angle.y()) ? angle.x() : angle.y();
    const double notches = sideways / 120.0;
    if (event->modifiers().testFlag(Qt::ControlModifier)) {
        const double anchor = axis.toSeconds(event->position().x() - m_impl->scene.layout.ruler.left());
        zoomBy(std::pow(kWheelZoom, notches), std::clamp(anchor, axis.visible().start, axis.visible().end));
    } else {
        const bool fast = event->modifiers().testFlag(Qt::ShiftModifier);
        scrollBy(-notches * kWheelScroll * (fast ? kFastScroll : 1));
    }
    if (m_impl->gesture == Impl::Gesture::Segment) m_impl->dragTo(event->position(), m_impl->dragSnaps);
    event->accept();
}

void TimelineView::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Escape && (m_impl->cancelGesture() || clearMark())) return;
    const TimelineScene& scene = m_impl->scene;
    if (event->key() == Qt::Key_Escape &&
        (!scene.selected.empty() || scene.selectedDetection || scene.selectedProposal))
        return m_impl->select({});
    if (event->key() == Qt::Key_Delete || event->key() == Qt::Key_Backspace) return deleteSelection();
    QWidget::keyPressEvent(event);
}

void TimelineView::contextMenuEvent(QContextMenuEvent* event) {
    if (!m_impl->scene.hasSpeech) return;
    m_impl->refresh();
    QMenu menu(this);
    if (event->reason() == QContextMenuEvent::Keyboard) {
        const auto [hit, place] = m_impl->selectionHit();
        m_impl->fillMenu(menu, hit);
        menu.exec(mapToGlobal(place));
        return;
    }
    m_impl->fillMenu(menu, hitTest(m_impl->scene, event->pos()));
    menu.exec(event->globalPos());
}

} // namespace ovation::ui
