// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/project/ProjectData.h"

#include <QTimer>
#include <QWidget>

#include <optional>

class QStackedLayout;

namespace ovation::ui {

class ChangesView;
class DecoderControls;
class DetectionsTable;
class EmptyState;
class Player;
class ReportView;
class Session;
class TimelineView;
enum class ReportForm;
struct DetectionRow;

/// The Review workspace: detect, hear each detected segment, accept or reject it, report.
class ReviewPanel : public QWidget {
    Q_OBJECT
public:
    /// `player` and `timeline` may be nullptr: then nothing is heard or revealed.
    ReviewPanel(Session* session, Player* player, TimelineView* timeline, QWidget* parent = nullptr);

    DetectionsTable* table() const { return m_table; }
    DecoderControls* decoder() const { return m_decoder; }
    ReportView* report() const { return m_report; }
    ChangesView* changes() const { return m_changes; }
    QString emptyText() const; ///< what stands instead of the table; "" where the table is shown

    // What the window's menus and keys do.
    void acceptCurrent();
    void rejectCurrent();
    void playCurrent();
    void playNext();
    void playPrevious();
    /// Moves the edges of the chosen segment and accepts it so. False where none is chosen.
    bool nudgeCurrent(double beginS, double endS);
    bool hasCurrent() const;

Q_SIGNALS:
    void currentChanged();
    void saveReportRequested(ovation::ui::ReportForm form);

protected:
    void showEvent(QShowEvent* event) override;

private:
    void connectSession();
    void reload();
    bool isCurrent(const DetectionRow& row); ///< where not, lists what is detected now, and says so
    void refresh();                          ///< reloads what is in sight; else when it comes there
    void choose(SpeechId speech, size_t index, bool elseNothing = true); ///< when it is listed
    void followSpeech(SpeechId id);
    void countHidden(); ///< by asking for sure ones, in the recording on screen
    void hint(const QString& text);
    void withdrawHint();
    void play(const DetectionRow& row);
    void showSegment(const DetectionRow& row); ///< on the timeline
    void selectOnTimeline(const DetectionRow& row);
    void followTimeline();
    void revisit(SpeechId speech, size_t index); ///< of which a verdict was taken back or made again
    void playRange(SpeechId speech, SampleRange range);
    SampleRange showRange(const Speech& speech, SampleRange range); ///< with padding, which is returned with it

    Session* m_session;
    Player* m_player;
    TimelineView* m_timeline;
    DecoderControls* m_decoder;
    DetectionsTable* m_table;
    ReportView* m_report;
    ChangesView* m_changes;
    EmptyState* m_empty;
    QStackedLayout* m_stack;
    QTimer m_reload;       ///< many changes at once, one reload
    bool m_stale = false;  ///< what is listed is not what there is: nobody sees it
    bool m_opened = false; ///< the recording that a project begins with is still to be told of
    struct Chosen {
        SpeechId speech = 0;
        SampleRange range;
        bool elseNothing = true; ///< is chosen where it is not listed
    };
    std::optional<Chosen> m_toChoose; ///< when it is listed; without a range the first of the recording
    QString m_hint;                   ///< that is in sight; "" for none
};

} // namespace ovation::ui
