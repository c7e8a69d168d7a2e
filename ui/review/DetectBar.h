// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/session/Session.h"

#include <QElapsedTimer>
#include <QWidget>

#include <functional>
#include <optional>

class QAction;
class QLabel;
class QProgressBar;
class QPushButton;
class QToolButton;

namespace ovation::ui {

/// With which model, detect this recording, all of them or those that are new to the model, how far that is, Pause, Go
/// On and Cancel, what failed, and training again with what was corrected.
class DetectBar : public QWidget {
    Q_OBJECT
public:
    explicit DetectBar(Session* session, QWidget* parent = nullptr);

private:
    enum class Stage { Idle, Waiting, Detecting };

    /// A click right after the buttons changed was meant for the one that was there before, and does nothing.
    void onClick(QPushButton* button, std::function<void()> action);
    void detect(const std::vector<SpeechId>& speeches);
    void started();
    void takeStatus(const JobStatus& status);
    void update();
    void updateNew(Stage stage);
    void updateFailed();
    void listFailed(); ///< in the menu of m_failed
    QString idleText() const;

    Session* m_session;
    QPushButton* m_current;
    QPushButton* m_all;
    QPushButton* m_new;
    QPushButton* m_pause;
    QPushButton* m_goOn;
    QPushButton* m_cancel;
    QToolButton* m_failed;
    QPushButton* m_again;
    QProgressBar* m_bar;
    QLabel* m_status;
    QAction* m_retry = nullptr;
    std::vector<DetectionQueue::Failure> m_listed; ///< what the menu of m_failed holds
    std::optional<int> m_job;
    std::optional<Stage> m_stage; ///< that the buttons are for
    QElapsedTimer m_rearranged;   ///< since they are; not valid for the first ones
};

} // namespace ovation::ui
