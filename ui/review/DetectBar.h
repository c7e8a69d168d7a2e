// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/session/Session.h"

#include <QWidget>

#include <optional>

class QLabel;
class QProgressBar;
class QPushButton;

namespace ovation::ui {

/// Detect this recording or all of them, how far that is, and Cancel.
class DetectBar : public QWidget {
    Q_OBJECT
public:
    explicit DetectBar(Session* session, QWidget* parent = nullptr);

private:
    void detect(const std::vector<SpeechId>& speeches);
    void takeStatus(const JobStatus& status);
    void update();

    Session* m_session;
    QPushButton* m_current;
    QPushButton* m_all;
    QPushButton* m_cancel;
    QProgressBar* m_bar;
    QLabel* m_status;
    std::optional<int> m_job;
};

} // namespace ovation::ui
