// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/label/HistoryView.h"

#include "ui/label/HistoryModel.h"
#include "ui/session/Session.h"
#include "ui/theme/Theme.h"

#include <QHeaderView>

namespace ovation::ui {

HistoryView::HistoryView(Session* session, QWidget* parent)
    : QTableView(parent), m_history(new HistoryModel(session, this)) {
    setModel(m_history);
    setSelectionBehavior(QAbstractItemView::SelectRows);
    setSelectionMode(QAbstractItemView::SingleSelection);
    setEditTriggers(QAbstractItemView::NoEditTriggers);
    setShowGrid(false);
    setFrameShape(QFrame::NoFrame);
    setTabKeyNavigation(false);
    setAcceptDrops(false);
    setAccessibleName(tr("History of changes"));
    verticalHeader()->hide();
    verticalHeader()->setDefaultSectionSize(fontMetrics().height() + kGrid);
    horizontalHeader()->setHighlightSections(false);
    horizontalHeader()->setSectionResizeMode(HistoryModel::What, QHeaderView::Stretch);
    horizontalHeader()->setSectionResizeMode(HistoryModel::Recording, QHeaderView::Stretch);
    setColumnWidth(HistoryModel::When, 20 * kGrid);
    const auto go = [session](const QModelIndex& index) { session->goToEdit(static_cast<size_t>(index.row())); };
    connect(this, &QTableView::clicked, session, go);
    connect(this, &QTableView::activated, session, go);
    connect(m_history, &QAbstractItemModel::dataChanged, this, &HistoryView::showCurrent);
}

void HistoryView::showEvent(QShowEvent* event) {
    QTableView::showEvent(event);
    showCurrent();
}

void HistoryView::showCurrent() {
    if (!isVisible()) return;
    const QModelIndex current = m_history->index(m_history->currentRow(), 0);
    selectionModel()->setCurrentIndex(current, QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows);
    scrollTo(current);
}

} // namespace ovation::ui
