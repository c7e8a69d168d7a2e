// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStyledItemDelegate>

namespace ovation::ui {

/// A row of the speech list: mark of the labelling state, name, side of the split, duration.
class SpeechDelegate : public QStyledItemDelegate {
    Q_OBJECT
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    /// Where the mark is inside a row.
    static QRect markRect(const QRect& row);

    /// Where the rest is: length and side take what they need, the name has what they leave.
    struct RowParts {
        QRect name, side, duration;
    };
    static RowParts rowParts(const QRect& row, const QFontMetrics& metrics, const QModelIndex& index);

    /// The name as it is drawn: its beginning and its end, where `width` has no room for all.
    static QString shownName(const QModelIndex& index, const QFontMetrics& metrics, int width);

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    bool editorEvent(QEvent* event, QAbstractItemModel* model, const QStyleOptionViewItem& option,
                     const QModelIndex& index) override;

Q_SIGNALS:
    void markClicked(const QModelIndex& index);
};

} // namespace ovation::ui
