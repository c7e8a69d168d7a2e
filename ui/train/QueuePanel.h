// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/session/TrainingQueue.h"

#include <QWidget>

class QLabel;
class QPushButton;
class QSpinBox;
class QTreeWidget;

namespace ovation::ui {

class SweepForm;

/// Runs that wait for their turn, and how more of them come: the current settings, the same with several seeds, or a
/// sweep. Knows no session.
class QueuePanel : public QWidget {
    Q_OBJECT
public:
    explicit QueuePanel(QWidget* parent = nullptr);

    void setQueue(const std::vector<QueuedRun>& queue, bool running);
    /// What "current settings" are; `usable`: they have no errors and there is something to learn from.
    void setSettings(const Hyperparameters& values, bool usable);
    SweepForm* sweep() const { return m_sweep; }
    QTreeWidget* list() const { return m_list; }

Q_SIGNALS:
    void addRequested(const std::vector<ovation::Hyperparameters>& runs);
    void removeRequested(const std::vector<int64_t>& ids);
    void moveRequested(qint64 id, int by);
    void startRequested();
    void holdRequested();

private:
    void updateButtons();

    std::vector<QueuedRun> m_queue;
    Hyperparameters m_values;
    bool m_running = false;
    bool m_usable = false;
    QPushButton* m_add;
    QPushButton* m_repeat;
    QSpinBox* m_seeds;
    SweepForm* m_sweep;
    QTreeWidget* m_list;
    QLabel* m_says;
    QPushButton* m_start;
    QPushButton* m_up;
    QPushButton* m_down;
    QPushButton* m_remove;
};

} // namespace ovation::ui
