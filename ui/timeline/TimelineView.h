// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/TimeRange.h"
#include "core/labels/Label.h"
#include "ui/timeline/SpectrogramOptions.h"

#include <QWidget>

#include <memory>
#include <optional>
#include <vector>

namespace ovation::ui {

class Player;
class Session;

/// What came of marking a segment's end.
enum class MarkedAs {
    Segment,
    NotBegun, ///< nothing: no place was remembered where it begins
    NoRoom    ///< nothing: it would end where it begins, or lie on other labels as a whole
};

/// Ruler, overview, waveform, spectrogram, label lane and detection lane of the current speech on one time axis.
/// Input: wheel scrolls (Shift: faster), Ctrl+wheel zooms at the pointer, drag on the waveform marks a segment, drag on
/// a segment moves it, drag on its edge resizes it (Alt: snapping the other way), Escape cancels the drag, click
/// selects (Ctrl adds, Shift takes all between) or sets the cursor, a drag with Ctrl or Shift selects all that it
/// touches, double click plays, Delete removes, drag on the overview moves the window, drag on the threshold line sets
/// it. Dragging one of several selected segments moves them all.
///
/// Segments of one recording do not overlap: what is drawn, moved or nudged stops at its neighbours (SegmentDrag.h). A
/// drag is one edit. Files are read and spectrograms computed on a thread of the view's own; the window's thread only
/// paints.
class TimelineView : public QWidget {
    Q_OBJECT
public:
    TimelineView(Session* session, Player* player, QWidget* parent = nullptr);
    ~TimelineView() override;

    // View state; kept when the workspace changes.
    TimeSpan visible() const; ///< seconds
    void setVisible(TimeSpan span);
    using QWidget::setVisible;
    void zoomBy(double factor, std::optional<double> anchorS = {});
    void zoomToAll();
    void zoomToSelection();
    void scrollBy(double shareOfView);
    void reveal(TimeSpan span); ///< scrolls as little as needed
    bool complete() const;      ///< all that is visible of the sound has come; or it cannot be read

    // Selection: labelled segments by id, or a detected segment by index, or a stretch of time.
    std::vector<int64_t> selectedSegments() const;
    void selectSegments(const std::vector<int64_t>& ids);
    std::optional<size_t> selectedDetection() const;
    void selectDetection(std::optional<size_t> index);
    std::optional<TimeSpan> selectedTime() const; ///< extent of whatever is selected
    int64_t cursor() const;                       ///< frame at the recording's rate
    void setCursor(int64_t frame);

    // What the keys and menus do.
    void setMarkingClass(LabelClass labelClass); ///< class of newly drawn segments
    LabelClass markingClass() const;
    void setClassOfSelection(LabelClass labelClass);
    void deleteSelection();
    void selectAll();
    void splitAtCursor();                            ///< the selected segments, or the one under the cursor
    void mergeSelection();                           ///< a single one with the one that follows
    void duplicateSelection();                       ///< into the next gaps that are long enough
    void markIn();                                   ///< remembers the cursor
    MarkedAs markOut();                              ///< segment from the remembered place to the cursor
    bool clearMark();                                ///< forgets what markIn() remembered; false if there is nothing
    void nudgeSelection(double startS, double endS); ///< moves the edges
    void selectNext(int direction);   ///< +1 next, -1 previous; labelled segments, or detections in Review
    void setDetectionsFirst(bool on); ///< Review: next/previous and clicks prefer detections
    void setSnapping(bool on);        ///< edges to neighbours and onsets; on from the start
    bool snapping() const;

    // Proposals: of the current recording, as Session::proposals().
    std::optional<size_t> selectedProposal() const;
    void selectProposal(std::optional<size_t> index);
    void stepProposal(int direction);  ///< selects and plays; from the cursor on where none is selected
    void judgeProposal(bool applause); ///< the selected one, then the next is selected and plays
    SpectrogramOptions spectrogramOptions() const;
    void setSpectrogramOptions(const SpectrogramOptions& options);

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

Q_SIGNALS:
    void selectionChanged();
    void visibleChanged();
    void snappingChanged(bool on);
    void snapped(bool held); ///< an edge that is dragged is held at a place nearby, or not any more
    void playRequested(ovation::TimeSpan span);
    void spectrogramOptionsChanged(const ovation::ui::SpectrogramOptions& options);

protected:
    bool event(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void changeEvent(QEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

} // namespace ovation::ui
