// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/main/SliderKeys.h"

#include <QKeyEvent>
#include <QSlider>

namespace ovation::ui {

SliderKeys::SliderKeys(QWidget* parent) : QObject(parent) {
    for (auto* slider : parent->findChildren<QSlider*>())
        slider->installEventFilter(this);
}

bool SliderKeys::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() != QEvent::ShortcutOverride) return QObject::eventFilter(watched, event);
    const auto* key = static_cast<QKeyEvent*>(event);
    if ((key->modifiers() & ~Qt::KeypadModifier) != Qt::NoModifier) return false;
    switch (key->key()) {
    case Qt::Key_Left:
    case Qt::Key_Right:
    case Qt::Key_Up:
    case Qt::Key_Down:
    case Qt::Key_Home:
    case Qt::Key_End:
    case Qt::Key_PageUp:
    case Qt::Key_PageDown:
        event->accept();
        return true;
    default:
        return false;
    }
}

} // namespace ovation::ui
