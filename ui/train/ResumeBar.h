// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

#include <cstdint>
#include <optional>

class QLabel;

namespace ovation::ui {

struct ResumableRun;

/// Offers to go on with a run that was stopped or interrupted. Hidden where there is none.
class ResumeBar : public QWidget {
    Q_OBJECT
public:
    explicit ResumeBar(QWidget* parent = nullptr);

    void setRun(const std::optional<ResumableRun>& run, bool paused = false);

Q_SIGNALS:
    void resumeRequested();
    void discardRequested();

private:
    QLabel* m_text;
};

} // namespace ovation::ui
