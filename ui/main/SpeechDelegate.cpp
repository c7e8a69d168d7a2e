// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/main/SpeechDelegate.h"

#include "ui/main/SpeechListModel.h"
#include "ui/session/TimeText.h"
#include "ui/theme/Theme.h"

#include <QApplication>
#include <QMouseEvent>
#include <QPainter>

namespace ovation::ui {

namespace {

constexpr int kMark = 12;

/// Empty ring, half-filled ring, full disc with a tick, cross: told apart without colour.
void drawMark(QPainter& painter, const QRectF& box, LabelState state, const QColor& colour, const QColor& paper) {
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(colour, 1.5));
    painter.setBrush(Qt::NoBrush);
    const QRectF ring = box.adjusted(1, 1, -1, -1);
    switch (state) {
    case LabelState::None:
        painter.drawEllipse(ring);
        break;
    case LabelState::Some:
        painter.drawEllipse(ring);
        painter.setBrush(colour);
        painter.drawPie(ring, 90 * 16, 180 * 16);
        break;
    case LabelState::Full:
        painter.setBrush(colour);
        painter.drawEllipse(ring);
        painter.setPen(QPen(paper, 1.5, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
        painter.drawPolyline(QPolygonF({ring.topLeft() + QPointF(2.5, 5.2), ring.topLeft() + QPointF(4.4, 7.2),
                                        ring.topLeft() + QPointF(7.6, 3)}));
        break;
    case LabelState::Missing:
        painter.drawLine(ring.topLeft(), ring.bottomRight());
        painter.drawLine(ring.topRight(), ring.bottomLeft());
        break;
    }
    painter.restore();
}

QString durationOf(const QModelIndex& index) {
    return timeText(index.data(SpeechListModel::DurationRole).toDouble(), 0);
}

} // namespace

QRect SpeechDelegate::markRect(const QRect& row) {
    return {row.left(), row.top(), kMark + 2 * kGrid, row.height()};
}

QSize SpeechDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex&) const {
    return {12 * kGrid, option.fontMetrics.height() + 2 * kGrid - kGrid / 2};
}

void SpeechDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const {
    const QWidget* widget = option.widget;
    QStyle* style = widget ? widget->style() : QApplication::style();
    style->drawPrimitive(QStyle::PE_PanelItemViewItem, &option, painter, widget);

    const auto state = static_cast<LabelState>(index.data(SpeechListModel::StateRole).toInt());
    const bool chosen = option.state.testFlag(QStyle::State_Selected);
    const QPalette& palette = option.palette;
    const QColor text = palette.color(chosen ? QPalette::HighlightedText : QPalette::Text);
    const Theme theme = Theme::of(palette);
    const QColor faint = chosen ? text : theme.faintText;
    const QColor mark = chosen                         ? text
                        : state == LabelState::None    ? theme.faintText
                        : state == LabelState::Missing ? theme.threshold
                                                       : theme.accent;

    const QRect markArea = markRect(option.rect);
    const QRectF box(markArea.left() + kGrid, markArea.center().y() - kMark / 2, kMark, kMark);
    drawMark(*painter, box, state, mark, chosen ? palette.color(QPalette::Highlight) : palette.color(QPalette::Base));

    const QFontMetrics metrics(option.font);
    const RowParts parts = rowParts(option.rect, metrics, index);
    painter->setFont(option.font);
    painter->setPen(faint);
    painter->drawText(parts.duration, Qt::AlignRight | Qt::AlignVCenter, durationOf(index));
    // The side of the split: framed where it is held there, faint where the split has put it there.
    const QString side = index.data(SpeechListModel::SideRole).toString();
    if (index.data(SpeechListModel::LockedRole).toBool() && !side.isEmpty()) {
        painter->setPen(QPen(faint, 1));
        painter->drawRect(parts.side);
        painter->setPen(text);
    }
    painter->drawText(parts.side, Qt::AlignCenter, side);
    painter->setPen(state == LabelState::Missing && !chosen ? theme.faintText : text);
    painter->drawText(parts.name, Qt::AlignLeft | Qt::AlignVCenter, shownName(index, metrics, parts.name.width()));
    // The recording that is shown is highlighted wherever the keyboard is.
    if (!option.state.testFlag(QStyle::State_HasFocus) || !option.state.testFlag(QStyle::State_KeyboardFocusChange))
        return;
    painter->setPen(QPen(chosen ? text : theme.accent, 1));
    painter->setBrush(Qt::NoBrush);
    painter->drawRect(option.rect.adjusted(1, 1, -2, -2));
}

SpeechDelegate::RowParts SpeechDelegate::rowParts(const QRect& row, const QFontMetrics& metrics,
                                                  const QModelIndex& index) {
    RowParts parts;
    parts.duration = row.adjusted(0, 0, -kGrid / 2, 0);
    parts.duration.setLeft(parts.duration.right() - metrics.horizontalAdvance(durationOf(index)));
    // Below each other: one letter's room, two only where the random split puts a recording on both sides.
    const QString side = index.data(SpeechListModel::SideRole).toString();
    const int sideWidth = metrics.horizontalAdvance(side.size() > 1 ? side : QStringLiteral("X")) + kGrid / 2;
    parts.side = {parts.duration.left() - kGrid / 2 - sideWidth, row.top() + 3, sideWidth, row.height() - 6};
    parts.name = row;
    parts.name.setLeft(markRect(row).right() - kGrid / 2);
    parts.name.setRight(parts.side.left() - kGrid / 2);
    return parts;
}

QString SpeechDelegate::shownName(const QModelIndex& index, const QFontMetrics& metrics, int width) {
    return metrics.elidedText(index.data(SpeechListModel::NameRole).toString(), Qt::ElideMiddle, width);
}

bool SpeechDelegate::editorEvent(QEvent* event, QAbstractItemModel* model, const QStyleOptionViewItem& option,
                                 const QModelIndex& index) {
    if (event->type() == QEvent::MouseButtonRelease) {
        const auto* mouse = static_cast<QMouseEvent*>(event);
        if (mouse->button() == Qt::LeftButton && markRect(option.rect).contains(mouse->pos())) {
            Q_EMIT markClicked(index);
            return true;
        }
    }
    return QStyledItemDelegate::editorEvent(event, model, option, index);
}

} // namespace ovation::ui
