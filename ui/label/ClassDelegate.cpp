// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/label/ClassDelegate.h"

#include "ui/theme/Theme.h"

#include <QComboBox>
#include <QPainter>

namespace ovation::ui {

namespace {
constexpr int kColourSample = 12;
}

void ClassDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const {
    QStyledItemDelegate::paint(painter, option, {}); // background and selection only
    const auto labelClass = static_cast<LabelClass>(index.data(Qt::EditRole).toInt());
    const Theme theme = Theme::of(option.palette);
    const QRect sample(option.rect.left() + kGrid / 2, option.rect.center().y() - kColourSample / 2, kColourSample,
                       kColourSample);
    painter->save();
    painter->fillRect(sample, option.palette.color(QPalette::Base));
    painter->fillRect(sample, theme.fill(labelClass));
    painter->setPen(theme.colour(labelClass));
    painter->drawRect(sample);
    const bool chosen = option.state.testFlag(QStyle::State_Selected);
    painter->setPen(option.palette.color(chosen ? QPalette::HighlightedText : QPalette::Text));
    painter->drawText(option.rect.adjusted(kColourSample + kGrid + kGrid / 2, 0, 0, 0),
                      Qt::AlignLeft | Qt::AlignVCenter, index.data().toString());
    painter->restore();
}

QWidget* ClassDelegate::createEditor(QWidget* parent, const QStyleOptionViewItem&, const QModelIndex&) const {
    auto* box = new QComboBox(parent);
    for (const LabelClass labelClass : {LabelClass::Applause, LabelClass::NotApplause, LabelClass::Unsure})
        box->addItem(QString::fromLatin1(nameOf(labelClass)), static_cast<int>(labelClass));
    connect(box, &QComboBox::activated, this, [this, box] {
        auto* delegate = const_cast<ClassDelegate*>(this);
        Q_EMIT delegate->commitData(box);
        Q_EMIT delegate->closeEditor(box);
    });
    return box;
}

void ClassDelegate::setEditorData(QWidget* editor, const QModelIndex& index) const {
    auto* box = static_cast<QComboBox*>(editor);
    box->setCurrentIndex(box->findData(index.data(Qt::EditRole)));
}

void ClassDelegate::setModelData(QWidget* editor, QAbstractItemModel* model, const QModelIndex& index) const {
    model->setData(index, static_cast<QComboBox*>(editor)->currentData(), Qt::EditRole);
}

} // namespace ovation::ui
