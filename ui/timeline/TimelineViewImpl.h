// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/timeline/Rearrange.h"
#include "ui/timeline/SegmentDrag.h"
#include "ui/timeline/TimelineCanvas.h"
#include "ui/timeline/TimelineScene.h"
#include "ui/timeline/TimelineView.h"

#include "ui/session/Session.h"

#include <QPointer>
#include <QTimer>

#include <map>
#include <utility>

class QMenu;

namespace ovation::ui {

class Player;
class SpectrogramSettings;

/// The view's state and what it does; TimelineView forwards to it. Window's thread only.
struct TimelineView::Impl {
    /// What the pointer is doing between press and release.
    enum class Gesture { None, Pressed, Segment, Band, Window, Threshold };

    Impl(TimelineView* view, Session* session, Player* player);

    // Following the session and the player.
    const Speech* speech() const;
    void refresh(); ///< takes the session's present pointers into the scene; call before using the scene
    void showSpeech();
    void updateErrors(); ///< where detection and labels contradict each other
    void onSegmentsChanged(SpeechId id);
    void onDetectionChanged(SpeechId id);
    void onPosition(int64_t frame);

    // View.
    void layOut();
    void placeSpectrogramSettings();
    void viewChanged(); ///< the axis has changed: new pictures, new requests
    void requestAudio();
    void changed(); ///< something that is painted has changed
    void paint(QPainter& painter, const QRegion& region);
    void moveCursor(int64_t frame, bool seek);

    // Selection and edits.
    void select(std::vector<int64_t> ids, std::optional<size_t> detection = {}, std::optional<size_t> proposal = {});
    void tellSelection(); ///< what is selected, for screen readers
    void rearrange(const Rearranged& wanted, const QString& text, const QString& mergeKey = {});
    void play(SampleRange range);
    void judgeProposal(size_t index, bool applause);
    void onProposalsChanged(SpeechId id);
    const Segment* segment(int64_t id) const;
    void change(const Segment& changed, const QString& text, const QString& mergeKey);
    QString freshKey(const char* what); ///< merges the edits of one action, and none else

    // Input (TimelineInput.cpp).
    void press(QPointF position, Qt::KeyboardModifiers modifiers);
    void move(QPointF position, Qt::KeyboardModifiers modifiers);
    void release(QPointF position, Qt::KeyboardModifiers modifiers);
    void click(QPointF position, Qt::KeyboardModifiers modifiers);
    void doubleClick(QPointF position);
    bool cancelGesture();
    void startDrag();
    void dragTo(QPointF position, bool snap);
    void tellSnapped(); ///< whether snapping holds an edge that is dragged, where that is news
    void bandTo(QPointF position);
    bool snaps(Qt::KeyboardModifiers modifiers) const; ///< Alt turns it round
    void autoScroll();
    void setThreshold(double threshold);
    void setCursorShape(QPointF position);
    void moveWindowTo(double x);
    Snapping snappingFor(int64_t exceptId) const;
    int64_t frameAt(QPointF position) const;
    QString toolTip(QPointF position) const;
    void fillMenu(QMenu& menu, const TimelineHit& hit);
    std::pair<TimelineHit, QPoint> selectionHit() const; ///< what is selected, and where its menu opens
    void fillSpectrogramMenu(QMenu& menu);
    void setMark(std::optional<SampleRange> range);

    TimelineView* view;
    QPointer<Session> session;
    QPointer<Player> player;
    AudioWorker worker;

    TimelineScene scene;
    LabelErrors errors;
    TimelineCanvas canvas;
    SpectrogramSettings* spectrogramSettings = nullptr; ///< in the gutter; belongs to the view
    QTimer spectrogramTimer;                            ///< gathers tiles that come one after another into one picture

    SpeechId shown = 0;
    QString source;
    std::map<SpeechId, TimeSpan> places; ///< what was visible of each speech
    LabelClass markingClass = LabelClass::Applause;
    bool detectionsFirst = false;
    bool snap = true;
    bool follow = true;        ///< the view follows playback, until the person scrolls away
    int64_t rangeAnchor = 0;   ///< id from which Shift+click selects
    SampleRange selectedRange; ///< of the selected detection
    int actions = 0;

    Gesture gesture = Gesture::None;
    TimelineHit pressed;
    SampleRange pressedRange; ///< of the detected segment that was pressed
    QPointF pressedAt, lastPosition;
    std::optional<SegmentDrag> drag;
    bool dragSnaps = true;
    bool snappedNow = false;
    std::vector<int64_t> selectedBefore; ///< the band adds to it
    double thresholdBefore = 0.5;
    TimeSpan windowBefore;
    QTimer scrollTimer;
};

} // namespace ovation::ui
