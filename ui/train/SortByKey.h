// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QSortFilterProxyModel>

namespace ovation::ui {

/// Sorts by Qt::UserRole: numbers as numbers, whatever has no value last in both directions.
class SortByKey : public QSortFilterProxyModel {
    Q_OBJECT
public:
    explicit SortByKey(QObject* parent = nullptr);

protected:
    bool lessThan(const QModelIndex& left, const QModelIndex& right) const override;
};

} // namespace ovation::ui
