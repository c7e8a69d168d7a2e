// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/detection/LabelErrors.h"
#include "ui/session/Session.h"

#include <QString>
#include <QWidget>

#include <optional>
#include <vector>

class QLabel;
class QPushButton;
class QTableWidget;

namespace ovation::ui {

/// What the model in use detects otherwise than the one before: new, gone, moved. A click plays.
class ChangesView : public QWidget {
    Q_OBJECT
public:
    explicit ChangesView(Session* session, QWidget* parent = nullptr);

    struct Row {
        SpeechId speech = 0;
        QString recording;
        int sampleRate = 1;
        DetectionChange change;
    };
    void reload();                                          ///< where it is not visible: when it is again
    const std::vector<Row>& rows() const { return m_rows; } ///< without what stayed the same
    QString summary() const;

Q_SIGNALS:
    void playRequested(ovation::SpeechId speech, ovation::SampleRange range);

protected:
    void showEvent(QShowEvent* event) override;

private:
    void play(int row);
    void fill();
    void say();
    void offerFormer();

    Session* m_session;
    QLabel* m_summary;
    QPushButton* m_former; ///< hidden where there is none to go back to
    QTableWidget* m_table;
    std::vector<Row> m_rows;
    QString m_counted; ///< what is said without the scores
    bool m_scoring = false;
    std::optional<ChangeScores> m_scores; ///< of the present rows; nothing until they are known
};

} // namespace ovation::ui
