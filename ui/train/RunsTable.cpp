// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/train/RunsTable.h"

#include "ui/theme/Theme.h"
#include "ui/train/EmptyState.h"
#include "ui/train/NumberDelegate.h"
#include "ui/train/RunsModel.h"
#include "ui/train/SortByKey.h"

#include <QApplication>
#include <QComboBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLabel>
#include <QPushButton>
#include <QSpinBox>
#include <QStackedLayout>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>

namespace ovation::ui {

RunsTable::RunsTable(QWidget* parent)
    : QWidget(parent),
      m_model(new RunsModel({}, this)),
      m_sorted(new SortByKey(this)),
      m_view(new QTableView(this)),
      m_stack(new QStackedLayout),
      m_use(new QPushButton(tr("Use This Model"), this)),
      m_settings(new QPushButton(tr("Use These Settings"), this)),
      m_remove(new QPushButton(tr("Delete"), this)),
      m_extend(new QPushButton(tr("Extend by"), this)),
      m_further(new QSpinBox(this)),
      m_from(new QComboBox(this)) {
    m_sorted->setSourceModel(m_model);
    m_view->setTabKeyNavigation(false);
    m_view->setObjectName(QStringLiteral("runs"));
    m_view->setAccessibleName(tr("Runs"));
    m_view->setModel(m_sorted);
    m_view->setSortingEnabled(true);
    m_view->sortByColumn(-1, Qt::AscendingOrder);
    m_view->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_view->setSelectionMode(QAbstractItemView::SingleSelection);
    m_view->setEditTriggers(QAbstractItemView::DoubleClicked | QAbstractItemView::EditKeyPressed);
    m_view->setAlternatingRowColors(true);
    m_view->setShowGrid(false);
    m_view->setItemDelegate(new NumberDelegate(m_view));
    m_view->setWordWrap(false);
    m_view->verticalHeader()->hide();
    m_view->verticalHeader()->setDefaultSectionSize(3 * kGrid);
    m_view->horizontalHeader()->setHighlightSections(false);
    m_use->setObjectName(QStringLiteral("use_model"));
    m_use->setToolTip(tr("Detect with the best weights of this run"));
    m_settings->setToolTip(tr("Put this run's hyperparameters into the form, to train again or to vary them"));
    m_remove->setObjectName(QStringLiteral("remove_run"));
    m_remove->setToolTip(tr("Delete this run and its model from the project (Delete in the list)"));

    m_extend->setObjectName(QStringLiteral("extend"));
    m_further->setObjectName(QStringLiteral("extend_epochs"));
    m_further->setRange(1, 10000);
    m_further->setValue(10);
    m_further->setSuffix(tr(" epochs"));
    m_from->setObjectName(QStringLiteral("extend_from"));
    m_from->addItem(tr("from the last"));
    m_from->addItem(tr("from the best"));
    m_from->setToolTip(tr("From the last epoch's state, or from the best epoch's weights with a fresh optimiser"));

    auto* table = new QWidget(this);
    auto* buttons = new QHBoxLayout;
    buttons->setSpacing(kGrid);
    buttons->addWidget(m_use);
    buttons->addWidget(m_settings);
    buttons->addStretch(1);
    buttons->addWidget(m_remove);
    // A row of their own: in one, the buttons would keep the list of speeches from being made wider.
    auto* extending = new QHBoxLayout;
    extending->setSpacing(kGrid);
    extending->addWidget(m_extend);
    extending->addWidget(m_further);
    extending->addWidget(m_from);
    extending->addStretch(1);
    auto* inside = new QVBoxLayout(table);
    inside->setContentsMargins(0, 0, 0, 0);
    inside->setSpacing(kGrid);
    auto* counted = new QLabel(scoresText(), table);
    counted->setObjectName(QStringLiteral("runs_counted"));
    counted->setWordWrap(true);
    counted->setForegroundRole(QPalette::PlaceholderText);
    inside->addWidget(m_view, 1);
    inside->addWidget(counted);
    inside->addLayout(buttons);
    inside->addLayout(extending);
    m_stack->addWidget(new EmptyState(
        tr("No runs yet"),
        tr("Each training is kept here with its settings, its data and its best scores, to compare."), this));
    m_stack->addWidget(table);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addLayout(m_stack);

    connect(m_extend, &QPushButton::clicked, this, [this] {
        if (const auto run = selectedRun())
            Q_EMIT extendRequested(run->id, m_further->value(), m_from->currentIndex() == 1);
    });
    connect(m_view->selectionModel(), &QItemSelectionModel::selectionChanged, this, [this] {
        updateButtons();
        Q_EMIT selectionChanged();
    });
    connect(m_use, &QPushButton::clicked, this, [this] {
        if (const auto run = selectedRun()) Q_EMIT useModelRequested(run->id);
    });
    connect(m_settings, &QPushButton::clicked, this, [this] {
        if (const auto run = selectedRun()) Q_EMIT useSettingsRequested(run->hyperparameters);
    });
    connect(m_remove, &QPushButton::clicked, this, [this] {
        if (const auto run = selectedRun()) Q_EMIT removeRequested(run->id);
    });
    m_view->installEventFilter(this);
    updateButtons();
}

bool RunsTable::eventFilter(QObject* watched, QEvent* event) {
    const bool announced = event->type() == QEvent::ShortcutOverride;
    if (watched != m_view || (!announced && event->type() != QEvent::KeyPress))
        return QWidget::eventFilter(watched, event);
    const auto* key = static_cast<const QKeyEvent*>(event);
    if ((key->modifiers() & ~Qt::KeypadModifier) != Qt::NoModifier) return false;
    const QWidget* focused = QApplication::focusWidget();
    if (focused && focused != m_view && m_view->isAncestorOf(focused)) return false; // an editor has refused it
    if (!announced) return take(key->key());
    if (key->key() != Qt::Key_Space || !m_view->currentIndex().isValid()) return false;
    event->accept(); // in other places it plays
    return true;
}

bool RunsTable::take(int key) {
    const QModelIndex current = m_view->currentIndex();
    if (!current.isValid()) return false;
    const QModelIndex name = current.siblingAtColumn(RunsModel::Name);
    switch (key) {
    case Qt::Key_Space: {
        const bool ticked = name.data(Qt::CheckStateRole).toInt() == Qt::Checked;
        m_sorted->setData(name, ticked ? Qt::Unchecked : Qt::Checked, Qt::CheckStateRole);
        return true;
    }
    case Qt::Key_F2:
        if (current.flags().testFlag(Qt::ItemIsEditable)) return false;
        m_view->setCurrentIndex(name); // in sight
        m_view->edit(name);
        return true;
    case Qt::Key_Delete:
        if (m_remove->isEnabled()) m_remove->click();
        return true;
    default:
        return false;
    }
}

void RunsTable::setRuns(std::vector<TrainingRun> runs) {
    // Where the current run goes, none takes its place.
    if (const QModelIndex current = m_view->currentIndex(); current.isValid() && !runs.empty()) {
        const int64_t id = m_model->run(m_sorted->mapToSource(current).row()).id;
        if (std::ranges::find(runs, id, &TrainingRun::id) == runs.end()) m_view->selectionModel()->clear();
    }
    m_stack->setCurrentIndex(runs.empty() ? 0 : 1);
    m_model->setRuns(std::move(runs));
    // Figures get their intervals as runs end. Otherwise widths are a person's own.
    m_needed.resize(RunsModel::ColumnCount);
    for (int column = 0; column < RunsModel::ColumnCount; ++column) {
        const int needed =
            std::min(static_cast<QAbstractItemView*>(m_view)->sizeHintForColumn(column) + kGrid, 26 * kGrid);
        int& before = m_needed[static_cast<size_t>(column)];
        if (needed > before) m_view->setColumnWidth(column, std::max(m_view->columnWidth(column), needed));
        before = std::max(before, needed);
    }
    updateButtons();
}

std::optional<TrainingRun> RunsTable::selectedRun() const {
    const QModelIndexList rows = m_view->selectionModel()->selectedRows();
    if (rows.isEmpty()) return std::nullopt;
    return m_model->run(m_sorted->mapToSource(rows.front()).row());
}

void RunsTable::selectRun(int64_t id) {
    for (int row = 0; row < m_model->rowCount(); ++row)
        if (m_model->run(row).id == id) {
            m_view->selectRow(m_sorted->mapFromSource(m_model->index(row, 0)).row());
            return;
        }
}

void RunsTable::setExtendable(std::function<bool(int64_t)> extendable) {
    m_extendable = std::move(extendable);
    updateButtons();
}

void RunsTable::updateButtons() {
    const auto run = selectedRun();
    const bool further = run && m_extendable && m_extendable(run->id);
    for (QWidget* widget :
         {static_cast<QWidget*>(m_extend), static_cast<QWidget*>(m_further), static_cast<QWidget*>(m_from)})
        widget->setEnabled(further);
    m_extend->setToolTip(further || !run ? tr("Train this run further, with its own settings")
                                         : tr("The last states of the newest runs are kept, up to 1 GiB together; this "
                                              "one's is gone, or a training is under way"));
    m_use->setEnabled(run && run->bestEpoch > 0 && run->stopped != StopReason::Running);
    m_settings->setEnabled(run.has_value());
    m_remove->setEnabled(run && run->stopped != StopReason::Running);
}

} // namespace ovation::ui
