// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/main/ControlKeys.h"

#include <QAbstractButton>
#include <QAbstractItemView>
#include <QAbstractSpinBox>
#include <QApplication>
#include <QComboBox>
#include <QFocusEvent>
#include <QKeyEvent>
#include <QSlider>
#include <QTabBar>

#include <algorithm>

namespace ovation::ui {

ControlKeys::ControlKeys(QObject* parent) : QObject(parent) {
    QCoreApplication::instance()->installEventFilter(this);
}

void ControlKeys::leave(const QAbstractItemView* view, std::initializer_list<int> keys) {
    m_left[view] = keys;
}

bool ControlKeys::eventFilter(QObject* watched, QEvent* event) {
    if (!watched->isWidgetType()) return false;
    noteFocus(*event);
    if (event->type() != QEvent::ShortcutOverride) return false;
    const auto* key = static_cast<QKeyEvent*>(event);
    if ((key->modifiers() & ~Qt::KeypadModifier) != Qt::NoModifier) return false;
    const auto* control = static_cast<QWidget*>(watched);
    const QWidget* focused = QApplication::focusWidget();
    if (focused && focused != control && control->isAncestorOf(focused))
        return false; // an editor in a list has refused it
    if (!wants(control, key->key())) return false;
    event->accept();
    return true;
}

/// Focus also goes to the next control by itself, where the one that had it is disabled or hidden.
void ControlKeys::noteFocus(const QEvent& event) {
    switch (event.type()) {
    case QEvent::ShortcutOverride:
    case QEvent::KeyPress: {
        const auto& key = static_cast<const QKeyEvent&>(event);
        m_going = key.key() == Qt::Key_Tab || key.key() == Qt::Key_Backtab || key.modifiers() == Qt::AltModifier;
        break;
    }
    case QEvent::MouseButtonPress:
        m_going = m_byKeyboard = false;
        break;
    case QEvent::FocusIn: {
        const Qt::FocusReason reason = static_cast<const QFocusEvent&>(event).reason();
        if (reason != Qt::ActiveWindowFocusReason && reason != Qt::PopupFocusReason) m_byKeyboard = m_going;
        break;
    }
    default:
        break;
    }
}

bool ControlKeys::wants(const QWidget* control, int key) const {
    const bool page = key == Qt::Key_PageUp || key == Qt::Key_PageDown;
    const bool far = page || key == Qt::Key_Home || key == Qt::Key_End;
    const bool sideways = key == Qt::Key_Left || key == Qt::Key_Right;
    const bool moves = far || sideways || key == Qt::Key_Up || key == Qt::Key_Down;
    if (qobject_cast<const QSlider*>(control)) return moves;
    if (qobject_cast<const QAbstractSpinBox*>(control)) return page;
    if (qobject_cast<const QTabBar*>(control)) return sideways;
    if (qobject_cast<const QAbstractButton*>(control)) return m_byKeyboard && key == Qt::Key_Space;
    if (const auto* box = qobject_cast<const QComboBox*>(control))
        return m_byKeyboard && !box->isEditable() && (far || key == Qt::Key_Space);
    const auto* view = qobject_cast<const QAbstractItemView*>(control);
    if (!view) return false;
    if (const auto left = m_left.find(view);
        left != m_left.end() && std::ranges::find(left->second, key) != left->second.end())
        return false;
    if (key != Qt::Key_Space) return moves || key == Qt::Key_Delete || key == Qt::Key_Backspace;
    const QModelIndex current = view->currentIndex();
    return current.flags().testFlag(Qt::ItemIsUserCheckable) && current.data(Qt::CheckStateRole).isValid();
}

} // namespace ovation::ui
