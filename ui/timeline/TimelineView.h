// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/TimeRange.h"
#include "core/labels/Label.h"

#include <QWidget>

#include <memory>
#include <optional>
#include <vector>

namespace ovation::ui {

class Player;
class Session;

/// Ruler, overview, waveform, spectrogram, label lane and detection lane of the current speech on one time axis.
/// Input: wheel scrolls, Ctrl+wheel zooms at the pointer, drag on the waveform marks a segment, drag on a segment moves it, drag on its edge
/// resizes it, click selects, double click plays, drag on the overview moves the window, drag on the threshold line sets it.
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

    // Selection: labelled segments by id, or a detected segment by index, or a stretch of time.
    std::vector<int64_t> selectedSegments() const;
    void selectSegments(const std::vector<int64_t>& ids);
    std::optional<size_t> selectedDetection() const;
    void selectDetection(std::optional<size_t> index);
    std::optional<TimeSpan> selectedTime() const; ///< extent of whatever is selected
    int64_t cursor() const;                       ///< frame at the recording's rate
    void setCursor(int64_t frame);

    // What the keys and menus do.
    void setMarkingClass(LabelClass labelClass);  ///< class of newly drawn segments
    LabelClass markingClass() const;
    void setClassOfSelection(LabelClass labelClass);
    void deleteSelection();
    void markIn();   ///< remembers the cursor
    void markOut();  ///< segment from the remembered place to the cursor
    void nudgeSelection(double startS, double endS); ///< moves the edges
    void selectNext(int direction);                   ///< +1 next, -1 previous; labelled segments, or detections in Review
    void setDetectionsFirst(bool on);                 ///< Review: next/previous and clicks prefer detections

Q_SIGNALS:
    void selectionChanged();
    void visibleChanged();
    void playRequested(ovation::TimeSpan span);

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

} // namespace ovation::ui
