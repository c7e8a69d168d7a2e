// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/review/DetectionsModel.h"

#include <QWidget>

#include <optional>

class QCheckBox;
class QComboBox;
class QLabel;
class QPushButton;
class QTableView;

namespace ovation::ui {

class DetectionsFilter;
class NumberField;

/// The detected segments with filter, order, and what can be done to one: play, accept, reject, next, previous. With
/// the focus in the table: arrows choose and show, Enter plays, A accepts, R rejects, N and P go on and back and play.
/// Of a recording that is not on screen, the chosen segment plays instead of being judged. After a verdict the next
/// open one is gone to and played, or it is said that there is none, unless that is switched off.
class DetectionsTable : public QWidget {
    Q_OBJECT
public:
    explicit DetectionsTable(QWidget* parent = nullptr);

    void setRows(std::vector<DetectionRow> rows,
                 double threshold);      ///< keeps the current segment where it is still there
    void setMissed(int64_t labels);      ///< missedLabels(), to be said of
    void setCurrentSpeech(SpeechId id);  ///< what is on screen: its first segment is chosen, or none if none is listed
    void selectFirstOf(SpeechId speech); ///< the first that is listed; none where none is
    /// Where it is not listed, nothing or what is chosen already. Does not ask for playing.
    bool select(SpeechId speech, size_t index, bool elseNothing = true); ///< whether it is listed

    std::optional<DetectionRow> current() const;
    QTableView* view() const { return m_view; }
    DetectionsModel* model() const { return m_model; }
    double paddingS() const;
    bool anyOpen() const; ///< of those that are listed

    void play();
    void judge(Verdict verdict);
    /// To the next or previous listed segment, and plays it. Where all are listed and the uncertain ones come first,
    /// next is the next open one.
    void step(int direction);

Q_SIGNALS:
    void playRequested(const ovation::ui::DetectionRow& row);
    void showRequested(const ovation::ui::DetectionRow& row); ///< without playing it
    void judged(const ovation::ui::DetectionRow& row, ovation::Verdict verdict);
    void hinted(const QString& text); ///< why nothing was done, or not gone on to

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void buildBar();
    void updateButtons();
    void applyFilter();
    bool handleKey(int key);
    const DetectionRow& listed(int row) const;
    bool isOpen(int row) const; ///< as listed
    void goOnFrom(int row);     ///< to the next one that is open, there or behind it, else from the beginning
    void hintNoneOpen();

    DetectionsModel* m_model;
    DetectionsFilter* m_filter;
    QTableView* m_view;
    QComboBox* m_verdicts;
    QCheckBox* m_currentOnly;
    QPushButton* m_uncertain;
    QLabel* m_count;
    QCheckBox* m_onward;
    NumberField* m_padding;
    QPushButton* m_play;
    QPushButton* m_accept;
    QPushButton* m_reject;
    QPushButton* m_previous;
    QPushButton* m_next;
    SpeechId m_speech = 0;
    int64_t m_missed = 0;
};

} // namespace ovation::ui
