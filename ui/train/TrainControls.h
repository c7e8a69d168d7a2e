// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/training/TrainingRun.h"
#include "ui/session/TrainingClock.h"

#include <QString>
#include <QWidget>

#include <optional>

class QLabel;
class QProgressBar;
class QPushButton;

namespace ovation::ui {

class ElidedLabel;

/// Train, Pause and Stop, how far training is, how long it takes yet, and why it cannot be started.
class TrainControls : public QWidget {
    Q_OBJECT
public:
    explicit TrainControls(QWidget* parent = nullptr);

    void setRunning(bool running);
    void setStage(const QString& stage); ///< what is done before the first batch
    void setGoingOn(int64_t epochsDone); ///< the training is one that is gone on with
    void setBatch(const BatchMetrics& batch, int64_t epochs);
    void setEpoch(const EpochMetrics& epoch, int64_t epochs);
    void setOutcome(const QString& text, bool failed); ///< shown until the next start
    /// Why Train is disabled; nothing: it is not. `mistake`: something is wrong, not only missing.
    void setBlocked(const std::optional<QString>& reason, bool mistake = false);
    void setEstimate(const QString& text);
    void setAdvice(const QString& text); ///< before Train is pressed; "": none
    void setWarnings(int64_t warnings);  ///< that the check of the data, if it is up to date, has found

    QString status() const;

Q_SIGNALS:
    void trainRequested();
    void pauseRequested();
    void stopRequested();
    void checkRequested(); ///< to be looked at

private:
    void update();
    QString beginningText() const;

    QPushButton* m_train;
    QPushButton* m_pause;
    QPushButton* m_stop;
    QProgressBar* m_bar;
    QLabel* m_status;
    ElidedLabel* m_estimate;
    QLabel* m_warnings;
    bool m_running = false;
    bool m_failed = false;
    bool m_mistake = false;
    std::optional<QString> m_reason;
    QString m_text;
    QString m_advice;
    int64_t m_batches = 0;
    int64_t m_epochsDone = 0; ///< before it was gone on with
    TrainingClock m_clock;
};

} // namespace ovation::ui
