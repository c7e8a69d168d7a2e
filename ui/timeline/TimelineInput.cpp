// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/Player.h"
#include "ui/session/Verdicts.h"
#include "ui/timeline/TimelineViewImpl.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace ovation::ui {
namespace {

using Part = TimelineHit::Part;
constexpr double kDragStartPx = 4;
constexpr double kSnapPx = 8;
constexpr double kStepsToOne = 100;  ///< of the threshold
constexpr double kAutoScrollPx = 24; ///< per tick of the timer

} // namespace

int64_t TimelineView::Impl::frameAt(QPointF position) const {
    return scene.axis.toFrame(position.x() - scene.layout.ruler.left());
}

Snapping TimelineView::Impl::snappingFor(int64_t exceptId) const {
    Snapping snapping;
    snapping.tolerance = static_cast<int64_t>(kSnapPx * scene.axis.framesPerPixel());
    snapping.peaks = scene.peaks.get();
    snapping.places.push_back(scene.cursor);
    if (scene.segments != nullptr)
        for (const Segment& other : *scene.segments)
            if (other.id != exceptId)
                snapping.places.insert(snapping.places.end(), {other.range.begin, other.range.end});
    if (scene.detection != nullptr)
        for (const DetectedSegment& found : scene.detection->segments)
            snapping.places.insert(snapping.places.end(), {found.range.begin, found.range.end});
    return snapping;
}

bool TimelineView::Impl::snaps(Qt::KeyboardModifiers modifiers) const {
    return snap != modifiers.testFlag(Qt::AltModifier);
}

void TimelineView::Impl::press(QPointF position, Qt::KeyboardModifiers modifiers) {
    refresh();
    cancelGesture();
    pressed = hitTest(scene, position);
    pressedAt = lastPosition = position;
    if (pressed.part == Part::Detection) pressedRange = scene.detection->segments[pressed.detection].range;
    switch (pressed.part) {
    case Part::None:
        return;
    case Part::Ruler:
        moveCursor(frameAt(position), true);
        break;
    case Part::Overview: {
        const TimeAxis all(scene.axis.frames(), scene.axis.sampleRate(), scene.layout.overview.width());
        const double x = position.x() - scene.layout.overview.left();
        const TimeSpan visible = scene.axis.visible();
        if (x < all.toX(visible.start) || x > all.toX(visible.end))
            moveWindowTo(all.toSeconds(x) - visible.length() / 2);
        windowBefore = scene.axis.visible();
        gesture = Gesture::Window;
        return;
    }
    case Part::Threshold:
        gesture = Gesture::Threshold;
        thresholdBefore = scene.threshold;
        return;
    case Part::SegmentBegin:
    case Part::SegmentEnd:
        if (!modifiers.testFlag(Qt::ControlModifier) && !modifiers.testFlag(Qt::ShiftModifier))
            select({pressed.segment});
        break;
    default:
        break;
    }
    gesture = Gesture::Pressed;
}

void TimelineView::Impl::startDrag() {
    refresh();
    if (scene.segments == nullptr || (session && session->readOnly())) return;
    const int64_t at = frameAt(pressedAt);
    const auto kind = pressed.part == Part::SegmentBegin ? SegmentDrag::Kind::Begin
                      : pressed.part == Part::SegmentEnd ? SegmentDrag::Kind::End
                                                         : SegmentDrag::Kind::Move;
    if (pressed.part == Part::Empty) {
        drag = SegmentDrag::mark(at, *scene.segments, scene.axis.frames(), snappingFor(0));
    } else if (const Segment* grabbed = segment(pressed.segment)) {
        if (!scene.isSelected(grabbed->id)) select({grabbed->id});
        const bool together = kind == SegmentDrag::Kind::Move && scene.selected.size() > 1;
        Snapping snapping = snappingFor(grabbed->id);
        if (together) {
            for (const Segment& along : *scene.segments)
                if (scene.isSelected(along.id)) // their edges move too
                    std::erase_if(snapping.places, [&](int64_t place) {
                        return place == along.range.begin || place == along.range.end;
                    });
            drag = SegmentDrag::moveAll(*grabbed, scene.selected, at, *scene.segments, scene.axis.frames(), snapping);
        } else {
            drag = SegmentDrag::grab(kind, *grabbed, at, *scene.segments, scene.axis.frames(), snapping);
        }
    } else {
        return;
    }
    gesture = Gesture::Segment;
}

void TimelineView::Impl::dragTo(QPointF position, bool snaps) {
    const bool marking = drag->kind() == SegmentDrag::Kind::Mark;
    DragPreview preview{drag->segment().id,
                        drag->at(frameAt(position), snaps),
                        marking ? markingClass : drag->segment().labelClass,
                        drag->along(),
                        0,
                        snaps ? drag->guides(frameAt(position)) : std::vector<int64_t>()};
    preview.by = preview.range.begin - drag->segment().range.begin;
    scene.drag = std::move(preview);
    dragSnaps = snaps;
    changed();
    tellSnapped();
}

void TimelineView::Impl::tellSnapped() {
    const bool now = scene.drag && !scene.drag->guides.empty();
    if (std::exchange(snappedNow, now) != now) Q_EMIT view->snapped(now);
}

void TimelineView::Impl::bandTo(QPointF position) {
    const int64_t from = frameAt(pressedAt), to = frameAt(position);
    scene.band = SampleRange{std::min(from, to), std::max(from, to)};
    std::vector<int64_t> ids = selectedBefore;
    if (scene.segments != nullptr)
        for (const int64_t id : touchedBy(*scene.band, *scene.segments))
            if (std::ranges::find(ids, id) == ids.end()) ids.push_back(id);
    select(std::move(ids));
    changed();
}

void TimelineView::Impl::move(QPointF position, Qt::KeyboardModifiers modifiers) {
    lastPosition = position;
    const bool farEnough = std::abs(position.x() - pressedAt.x()) >= kDragStartPx;
    const bool draggable = pressed.part == Part::Empty || pressed.part == Part::Segment ||
                           pressed.part == Part::SegmentBegin || pressed.part == Part::SegmentEnd;
    if (gesture == Gesture::Pressed && pressed.part == Part::Ruler)
        moveCursor(frameAt(position), true);
    else if (gesture == Gesture::Pressed && draggable && farEnough) {
        if (modifiers.testFlag(Qt::ControlModifier) || modifiers.testFlag(Qt::ShiftModifier)) {
            gesture = Gesture::Band;
            selectedBefore = scene.selected;
        } else {
            startDrag();
        }
    }
    switch (gesture) {
    case Gesture::Segment: {
        dragTo(position, snaps(modifiers));
        const double x = position.x() - scene.layout.ruler.left();
        const bool outside = x < 0 || x > scene.axis.widthPx();
        if (outside != scrollTimer.isActive()) outside ? scrollTimer.start() : scrollTimer.stop();
        break;
    }
    case Gesture::Band:
        bandTo(position);
        break;
    case Gesture::Window: {
        const double perPixel = scene.axis.durationS() / std::max(1.0, scene.layout.overview.width());
        moveWindowTo(windowBefore.start + (position.x() - pressedAt.x()) * perPixel);
        break;
    }
    case Gesture::Threshold:
        setThreshold(std::round(scene.probabilityAt(position.y()) * kStepsToOne) / kStepsToOne);
        break;
    case Gesture::None:
        setCursorShape(position);
        break;
    case Gesture::Pressed:
        break;
    }
}

void TimelineView::Impl::release(QPointF position, Qt::KeyboardModifiers modifiers) {
    const Gesture ended = gesture;
    if (ended == Gesture::Segment && drag) {
        dragTo(position, snaps(modifiers));
        const SegmentDrag done = *drag;
        const SampleRange range = scene.drag->range;
        gesture = Gesture::None;
        cancelGesture();
        refresh();
        if (done.kind() == SegmentDrag::Kind::Mark) {
            setMark(range);
        } else if (!done.along().empty()) {
            std::vector<int64_t> all = done.along();
            all.push_back(done.segment().id);
            rearrange(shiftChosen(*scene.segments, all, range.begin - done.segment().range.begin), tr("Move segments"));
        } else if (range != done.segment().range) {
            Segment moved = done.segment();
            moved.range = range;
            change(moved, done.kind() == SegmentDrag::Kind::Move ? tr("Move segment") : tr("Resize segment"), {});
        }
    } else {
        gesture = Gesture::None;
        if (scene.band) {
            scene.band.reset();
            changed();
        }
        if (ended == Gesture::Pressed) click(position, modifiers);
    }
    setCursorShape(position);
}

void TimelineView::Impl::click(QPointF position, Qt::KeyboardModifiers modifiers) {
    refresh();
    follow = true;
    const bool onSegment =
        pressed.part == Part::Segment || pressed.part == Part::SegmentBegin || pressed.part == Part::SegmentEnd;
    if (pressed.part == Part::Detection) {
        // The recording may have been detected anew since the press.
        const auto under =
            scene.detection != nullptr ? mostOverlapping(scene.detection->segments, pressedRange) : std::nullopt;
        select({}, under);
        moveCursor(under ? scene.detection->segments[*under].range.begin : frameAt(position), true);
    } else if (onSegment && modifiers.testFlag(Qt::ControlModifier)) {
        std::vector<int64_t> ids = scene.selected;
        if (std::erase(ids, pressed.segment) == 0) ids.push_back(pressed.segment);
        select(std::move(ids));
    } else if (onSegment && modifiers.testFlag(Qt::ShiftModifier)) {
        const Segment* from = segment(rangeAnchor);
        const Segment* to = segment(pressed.segment);
        if (from == nullptr || to == nullptr) return select({pressed.segment});
        const int64_t low = std::min(from->range.begin, to->range.begin),
                      high = std::max(from->range.begin, to->range.begin);
        std::vector<int64_t> ids{rangeAnchor};
        for (const Segment& other : *scene.segments)
            if (other.id != rangeAnchor && other.range.begin >= low && other.range.begin <= high)
                ids.push_back(other.id);
        select(std::move(ids));
    } else if (onSegment) {
        select({pressed.segment});
        moveCursor(frameAt(position), true);
    } else if (pressed.part == Part::ProposalAccept || pressed.part == Part::ProposalReject) {
        judgeProposal(pressed.proposal, pressed.part == Part::ProposalAccept);
    } else if (pressed.part == Part::Proposal) {
        select({}, {}, pressed.proposal);
        moveCursor(frameAt(position), true);
    } else if (pressed.part == Part::Empty || pressed.part == Part::DetectionLane) {
        if (modifiers == Qt::NoModifier) select({});
        moveCursor(frameAt(position), true);
    }
}

void TimelineView::Impl::doubleClick(QPointF position) {
    refresh();
    const TimelineHit hit = hitTest(scene, position);
    const int rate = scene.axis.sampleRate();
    std::optional<SampleRange> range;
    if (hit.part == Part::Detection)
        range = scene.detection->segments[hit.detection].range;
    else if (hit.part == Part::Proposal)
        range = (*scene.proposals)[hit.proposal].range;
    else if (const Segment* found = segment(hit.segment))
        range = found->range;
    if (range && rate > 0) Q_EMIT view->playRequested(toSeconds(*range, rate));
}

bool TimelineView::Impl::cancelGesture() {
    const bool wasBusy = gesture != Gesture::None;
    if (gesture == Gesture::Threshold)
        setThreshold(thresholdBefore);
    else if (gesture == Gesture::Window)
        moveWindowTo(windowBefore.start);
    else if (gesture == Gesture::Band)
        select(selectedBefore);
    gesture = Gesture::None;
    scrollTimer.stop();
    drag.reset();
    if (scene.drag || scene.band) {
        scene.drag.reset();
        scene.band.reset();
        changed();
        tellSnapped();
    }
    return wasBusy;
}

void TimelineView::Impl::autoScroll() {
    if (gesture != Gesture::Segment || !drag) return scrollTimer.stop();
    const bool left = lastPosition.x() < scene.layout.ruler.left();
    scene.axis.scrollBy((left ? -kAutoScrollPx : kAutoScrollPx) * scene.axis.secondsPerPixel());
    viewChanged();
    dragTo(lastPosition, dragSnaps);
}

void TimelineView::Impl::setThreshold(double threshold) {
    if (!session || threshold == scene.threshold) return;
    scene.threshold = threshold;
    DecoderOptions options = session->decoder();
    options.threshold = threshold;
    session->setDecoder(options);
    changed();
}

void TimelineView::Impl::moveWindowTo(double startS) {
    follow = false;
    const TimeSpan visible = scene.axis.visible();
    scene.axis.scrollBy(startS - visible.start);
    viewChanged();
}

void TimelineView::Impl::setCursorShape(QPointF position) {
    switch (hitTest(scene, position).part) {
    case Part::SegmentBegin:
    case Part::SegmentEnd:
        return view->QWidget::setCursor(Qt::SizeHorCursor);
    case Part::Threshold:
        return view->QWidget::setCursor(Qt::SizeVerCursor);
    case Part::ProposalAccept:
    case Part::ProposalReject:
        return view->QWidget::setCursor(Qt::PointingHandCursor);
    case Part::Segment:
    case Part::Overview:
        return view->QWidget::setCursor(Qt::OpenHandCursor);
    case Part::Empty:
        return view->QWidget::setCursor(Qt::IBeamCursor);
    default:
        return view->QWidget::setCursor(Qt::ArrowCursor);
    }
}

} // namespace ovation::ui
