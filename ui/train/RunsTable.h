// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/training/TrainingRun.h"

#include <QWidget>

#include <functional>
#include <optional>
#include <vector>

class QComboBox;
class QPushButton;
class QSpinBox;
class QStackedLayout;
class QTableView;

namespace ovation::ui {

class RunsModel;
class SortByKey;

/// The runs of the project with what can be done to one of them.
class RunsTable : public QWidget {
    Q_OBJECT
public:
    explicit RunsTable(QWidget* parent = nullptr);

    void setRuns(std::vector<TrainingRun> runs);
    /// Which runs can be trained further.
    void setExtendable(std::function<bool(int64_t)> extendable);
    RunsModel* model() const { return m_model; }
    QTableView* view() const { return m_view; }
    std::optional<TrainingRun> selectedRun() const;
    void selectRun(int64_t id);

Q_SIGNALS:
    void selectionChanged();
    void useModelRequested(qint64 runId);
    void useSettingsRequested(const ovation::Hyperparameters& values);
    void removeRequested(qint64 runId);
    void extendRequested(qint64 runId, int epochs, bool fromBest);

public Q_SLOTS:
    void updateButtons();

protected:
    /// Keys of the view act on the current row, whichever its current cell: Space ticks, F2 renames, Delete asks.
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    bool take(int key); ///< false: the key is for the view itself

    RunsModel* m_model;
    SortByKey* m_sorted;
    QTableView* m_view;
    std::vector<int> m_needed; ///< widths that columns have had to have
    QStackedLayout* m_stack;
    QPushButton* m_use;
    QPushButton* m_settings;
    QPushButton* m_remove;
    QPushButton* m_extend;
    QSpinBox* m_further;
    QComboBox* m_from;
    std::function<bool(int64_t)> m_extendable;
};

} // namespace ovation::ui
