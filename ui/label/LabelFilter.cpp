// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/label/LabelFilter.h"

#include "ui/label/LabelTableModel.h"

namespace ovation::ui {

LabelFilter::LabelFilter(QObject* parent) : QSortFilterProxyModel(parent) {
    setSortRole(LabelTableModel::SortRole);
    setSortCaseSensitivity(Qt::CaseInsensitive);
    setDynamicSortFilter(true);
}

void LabelFilter::setClass(std::optional<LabelClass> labelClass) {
    m_class = labelClass;
    invalidateFilter();
}

void LabelFilter::setOrigin(std::optional<Origin> origin) {
    m_origin = origin;
    invalidateFilter();
}

void LabelFilter::setText(const QString& text) {
    m_text = text.trimmed();
    invalidateFilter();
}

bool LabelFilter::filterAcceptsRow(int row, const QModelIndex& parent) const {
    const QModelIndex first = sourceModel()->index(row, 0, parent);
    if (m_class && first.data(LabelTableModel::ClassRole).toInt() != static_cast<int>(*m_class)) return false;
    if (m_origin && first.data(LabelTableModel::OriginRole).toInt() != static_cast<int>(*m_origin)) return false;
    if (m_text.isEmpty()) return true;
    for (const int column : {LabelTableModel::Text, LabelTableModel::Class, LabelTableModel::From})
        if (first.siblingAtColumn(column).data().toString().contains(m_text, Qt::CaseInsensitive)) return true;
    return false;
}

} // namespace ovation::ui
