// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/ElidedLabel.h"

#include <QHelpEvent>
#include <QPainter>
#include <QStyle>
#include <QToolTip>

#include <algorithm>

namespace ovation::ui {

ElidedLabel::ElidedLabel(QWidget* parent) : QLabel(parent) {
    setTextFormat(Qt::PlainText);
    setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Preferred);
}

QSize ElidedLabel::minimumSizeHint() const {
    const QSize whole = sizeHint();
    return {std::min(whole.width(), fontMetrics().averageCharWidth() * 12), whole.height()};
}

bool ElidedLabel::isCut() const {
    const auto lines = text().split(QLatin1Char('\n'));
    return std::ranges::any_of(
        lines, [&](const QString& line) { return fontMetrics().horizontalAdvance(line) > contentsRect().width(); });
}

bool ElidedLabel::event(QEvent* event) {
    if (event->type() != QEvent::ToolTip || !isCut()) return QLabel::event(event);
    const QString all = toolTip().isEmpty() ? text() : text() + QLatin1Char('\n') + toolTip();
    QToolTip::showText(static_cast<QHelpEvent*>(event)->globalPos(), all, this);
    return true;
}

void ElidedLabel::paintEvent(QPaintEvent* event) {
    if (!isCut()) return QLabel::paintEvent(event);
    QPainter painter(this);
    QStringList shown = text().split(QLatin1Char('\n'));
    for (QString& line : shown)
        line = fontMetrics().elidedText(line, Qt::ElideRight, contentsRect().width());
    style()->drawItemText(&painter, contentsRect(), static_cast<int>(alignment()), palette(), isEnabled(),
                          shown.join(QLatin1Char('\n')), foregroundRole());
}

} // namespace ovation::ui
