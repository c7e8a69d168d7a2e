// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/label/DropBin.h"

#include "ui/main/Dropped.h"
#include "ui/theme/Theme.h"

#include <QDropEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>

namespace ovation::ui {

DropBin::DropBin(LabelClass labelClass, QWidget* parent) : QWidget(parent), m_class(labelClass) {
    setAcceptDrops(true);
    setFocusPolicy(Qt::TabFocus);
    setCursor(Qt::PointingHandCursor);
    setMinimumSize(20 * kGrid, 6 * kGrid);
    const bool applause = labelClass == LabelClass::Applause;
    setAccessibleName(applause ? tr("Add clips of applause") : tr("Add clips without applause"));
    setToolTip(applause ? tr("Clips dropped here are labelled as applause from beginning to end.")
                        : tr("Clips dropped here are labelled as not applause from beginning to end."));
}

QSize DropBin::sizeHint() const {
    return {26 * kGrid, 10 * kGrid};
}

void DropBin::dragEnterEvent(QDragEnterEvent* event) {
    if (localPaths(event->mimeData()).isEmpty()) return;
    event->acceptProposedAction();
    m_over = true;
    update();
}

void DropBin::dragLeaveEvent(QDragLeaveEvent*) {
    m_over = false;
    update();
}

void DropBin::dropEvent(QDropEvent* event) {
    m_over = false;
    update();
    const QStringList paths = localPaths(event->mimeData());
    if (paths.isEmpty()) return;
    event->setDropAction(Qt::CopyAction);
    event->accept();
    Q_EMIT dropped(paths, m_class);
}

void DropBin::mouseReleaseEvent(QMouseEvent* event) {
    if (event->button() == Qt::LeftButton && rect().contains(event->pos())) Q_EMIT clicked(m_class);
}

void DropBin::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter)
        Q_EMIT clicked(m_class);
    else
        QWidget::keyPressEvent(event);
}

void DropBin::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const Theme theme = Theme::of(palette());
    const QRectF frame = QRectF(rect()).adjusted(1, 1, -1, -1);
    const QColor colour = theme.colour(m_class);
    QColor ground = colour;
    ground.setAlphaF(m_over ? 0.30F : 0.08F);
    painter.setBrush(ground);
    painter.setPen(QPen(colour, hasFocus() || m_over ? 2 : 1, m_over ? Qt::SolidLine : Qt::DashLine));
    painter.drawRoundedRect(frame, kGrid / 2, kGrid / 2);

    const QRect inside = rect().adjusted(kGrid, kGrid / 2, -kGrid, -kGrid / 2);
    QFont bold = font();
    bold.setBold(true);
    const QString title = m_class == LabelClass::Applause ? tr("Applause") : tr("Not applause");
    const QString hint = tr("drop clips here");
    const int line = fontMetrics().height();
    QRect upper(inside.left(), inside.center().y() - line, inside.width(), line);
    painter.setFont(bold);
    painter.setPen(theme.text);
    painter.drawText(upper, Qt::AlignCenter, title);
    painter.setFont(font());
    painter.setPen(theme.faintText);
    painter.drawText(upper.translated(0, line), Qt::AlignCenter, hint);
}

} // namespace ovation::ui
