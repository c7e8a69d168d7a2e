// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractTableModel>

namespace ovation::ui {

class Session;

/// Every edit of the project, oldest first, after a first row that stands for the beginning. Row n is the state after n
/// edits; those that are undone are there too, faint.
class HistoryModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { What, Recording, When, Columns };

    explicit HistoryModel(Session* session, QObject* parent = nullptr);

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    QVariant data(const QModelIndex& index, int role) const override;

    int currentRow() const; ///< the state that is in force

private:
    void update();

    Session* m_session;
    int m_rows = 1;
};

} // namespace ovation::ui
