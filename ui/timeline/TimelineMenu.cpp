// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/Player.h"
#include "ui/session/Provenance.h"
#include "ui/session/Verdicts.h"
#include "ui/timeline/Ticks.h"
#include "ui/timeline/TimelineViewImpl.h"

#include <QActionGroup>
#include <QMenu>

#include <algorithm>

namespace ovation::ui {
namespace {

using Part = TimelineHit::Part;

QString className(LabelClass labelClass) {
    switch (labelClass) {
    case LabelClass::Applause:
        return TimelineView::tr("Applause");
    case LabelClass::Unsure:
        return TimelineView::tr("Unsure");
    case LabelClass::NotApplause:
        break;
    }
    return TimelineView::tr("Not applause");
}

QString rangeText(SampleRange range, int rate) {
    return QStringLiteral("%1 \u2013 %2  (%3)")
        .arg(formatTime(toSeconds(range.begin, rate)), formatTime(toSeconds(range.end, rate)),
             formatLength(toSeconds(range.length(), rate)));
}

} // namespace

QString TimelineView::Impl::toolTip(QPointF position) const {
    const TimelineHit hit = hitTest(scene, position);
    const int rate = scene.axis.sampleRate();
    if (rate <= 0) return {};
    switch (hit.part) {
    case Part::None:
        return {};
    case Part::Segment:
    case Part::SegmentBegin:
    case Part::SegmentEnd:
        if (const Segment* found = segment(hit.segment)) {
            const QString name =
                found->text.empty() ? className(found->labelClass) : QString::fromStdString(found->text);
            return name + QLatin1Char('\n') + rangeText(found->range, rate) + QLatin1Char('\n') +
                   provenanceSentence(*found);
        }
        return {};
    case Part::Proposal: {
        const Proposal& found = (*scene.proposals)[hit.proposal];
        return tr("Proposed as applause: loud, flat and steady, %1").arg(found.score, 0, 'f', 2) + QLatin1Char('\n') +
               rangeText(found.range, rate);
    }
    case Part::ProposalAccept:
        return tr("Accept: applause");
    case Part::ProposalReject:
        return tr("Reject: not applause");
    case Part::Detection: {
        const DetectedSegment& found = scene.detection->segments[hit.detection];
        return tr("Detected applause, mean %1, peak %2").arg(found.score, 0, 'f', 2).arg(found.peak, 0, 'f', 2) +
               QLatin1Char('\n') + rangeText(found.range, rate);
    }
    case Part::Threshold:
        return tr("Threshold %1: drag to change what counts as applause").arg(scene.thresholdText());
    case Part::Overview: {
        const TimeAxis all(scene.axis.frames(), rate, scene.layout.overview.width());
        return formatTime(all.toSeconds(position.x() - scene.layout.overview.left()));
    }
    default:
        break;
    }
    const double seconds = toSeconds(frameAt(position), rate);
    if (hit.part == Part::DetectionLane && scene.detection != nullptr && !scene.detection->curve.empty())
        return tr("%1, probability %2")
            .arg(formatTime(seconds))
            .arg(static_cast<double>(scene.detection->curve.at(seconds)), 0, 'f', 2);
    const QRectF& lane = scene.layout.spectrogram;
    if (lane.contains(position) && lane.height() > 0) {
        const double height = (lane.bottom() - position.y()) / lane.height();
        return tr("%1, %2 Hz")
            .arg(formatTime(seconds))
            .arg(hertzAt(height, scene.spectrogram.scale, highestShownHz(rate)), 0, 'f', 0);
    }
    return formatTime(seconds);
}

void TimelineView::Impl::tellSelection() {
    const auto span = view->selectedTime(); // which looks at everything anew
    QString what;
    if (const Segment* one = scene.selected.size() == 1 ? segment(scene.selected.front()) : nullptr)
        what = one->text.empty() ? className(one->labelClass) : QString::fromStdString(one->text);
    else if (!scene.selected.empty())
        what = tr("%1 labels").arg(scene.selected.size());
    else if (span && scene.selectedDetection)
        what = tr("detected applause, mean %1, peak %2")
                   .arg(scene.detection->segments[*scene.selectedDetection].score, 0, 'f', 2)
                   .arg(scene.detection->segments[*scene.selectedDetection].peak, 0, 'f', 2);
    else if (span && scene.selectedProposal)
        what = tr("proposed applause");
    view->setAccessibleDescription(
        span ? tr("Selected: %1, %2 to %3").arg(what, formatTime(span->start), formatTime(span->end))
             : tr("Waveform, spectrogram, labels and detections of the current recording"));
}

std::pair<TimelineHit, QPoint> TimelineView::Impl::selectionHit() const {
    const auto span = view->selectedTime();
    if (!span) return {{}, view->rect().center()};
    TimelineHit hit;
    if (!scene.selected.empty())
        hit = {Part::Segment, scene.selected.front()};
    else if (scene.selectedDetection)
        hit = {Part::Detection, 0, *scene.selectedDetection};
    else
        hit = {Part::Proposal, 0, 0, *scene.selectedProposal};
    const QRectF& lane = hit.part == Part::Detection ? scene.layout.detections : scene.layout.labels;
    const double x = lane.left() + scene.axis.toX((span->start + span->end) / 2);
    return {hit, QPointF(std::clamp(x, lane.left(), lane.right()), lane.center().y()).toPoint()};
}

void TimelineView::Impl::fillMenu(QMenu& menu, const TimelineHit& hit) {
    const bool onSegment = segment(hit.segment) != nullptr;
    const bool onProposal =
        hit.part == Part::Proposal || hit.part == Part::ProposalAccept || hit.part == Part::ProposalReject;
    if (onSegment && !scene.isSelected(hit.segment))
        select({hit.segment});
    else if (onProposal)
        select({}, {}, hit.proposal);
    else if (hit.part == Part::Detection)
        select({}, hit.detection);

    if (const auto span = view->selectedTime(); span && (onSegment || onProposal || hit.part == Part::Detection)) {
        menu.addAction(tr("Play"), view, [this, span = *span] { Q_EMIT view->playRequested(span); });
        menu.addAction(tr("Zoom to Selection"), view, [this] { view->zoomToSelection(); });
        menu.addSeparator();
    }
    const bool editable = session && !session->readOnly();
    if (onSegment) {
        auto* group = new QActionGroup(&menu);
        const LabelClass present = segment(hit.segment)->labelClass;
        for (const LabelClass labelClass : {LabelClass::Applause, LabelClass::NotApplause, LabelClass::Unsure}) {
            QAction* action = menu.addAction(className(labelClass), view,
                                             [this, labelClass] { view->setClassOfSelection(labelClass); });
            action->setCheckable(true);
            action->setChecked(labelClass == present);
            action->setEnabled(editable);
            group->addAction(action);
        }
        menu.addSeparator();
        const bool cursorInside = segment(hit.segment)->range.contains(scene.cursor);
        menu.addAction(tr("Split at Cursor"), view, [this] { view->splitAtCursor(); })
            ->setEnabled(editable && cursorInside);
        menu.addAction(scene.selected.size() > 1 ? tr("Merge") : tr("Merge with Next"), view,
                       [this] { view->mergeSelection(); })
            ->setEnabled(editable);
        menu.addAction(tr("Duplicate"), view, [this] { view->duplicateSelection(); })->setEnabled(editable);
        menu.addAction(tr("Delete"), view, [this] { view->deleteSelection(); })->setEnabled(editable);
        menu.addSeparator();
    } else if (onProposal) {
        menu.addAction(tr("Accept: Applause"), view, [this] { view->judgeProposal(true); })->setEnabled(editable);
        menu.addAction(tr("Reject: Not Applause"), view, [this] { view->judgeProposal(false); })->setEnabled(editable);
        menu.addSeparator();
    } else if (hit.part == Part::Detection) {
        const SampleRange range = scene.detection->segments[hit.detection].range;
        const auto judge = [this, speechId = shown, index = hit.detection, range](Verdict verdict) {
            if (!session) return;
            if (isStillAt(range, session->detection(speechId), index))
                session->judge(speechId, index, verdict);
            else // while the menu was open
                Q_EMIT session->messageRaised(tr("What is detected has just changed: nothing was judged."));
        };
        menu.addAction(tr("Accept: Applause"), view, [judge] { judge(Verdict::Accepted); })->setEnabled(editable);
        menu.addAction(tr("Reject: Not Applause"), view, [judge] { judge(Verdict::Rejected); })->setEnabled(editable);
        menu.addSeparator();
    }
    menu.addAction(tr("Zoom to Whole Recording"), view, [this] { view->zoomToAll(); });
    QAction* snapping = menu.addAction(tr("Snap Edges"), view, [this](bool on) { view->setSnapping(on); });
    snapping->setCheckable(true);
    snapping->setChecked(snap);
    fillSpectrogramMenu(*menu.addMenu(tr("Spectrogram")));
}

void TimelineView::Impl::fillSpectrogramMenu(QMenu& menu) {
    const SpectrogramOptions options = scene.spectrogram;
    const auto choice = [&](QActionGroup* group, const QString& text, const SpectrogramOptions& wanted) {
        QAction* action = menu.addAction(text, view, [this, wanted] { view->setSpectrogramOptions(wanted); });
        action->setCheckable(true);
        action->setChecked(wanted == options);
        group->addAction(action);
    };
    auto* scales = new QActionGroup(&menu);
    for (const FrequencyScale scale : {FrequencyScale::Mel, FrequencyScale::Linear}) {
        SpectrogramOptions wanted = options;
        wanted.scale = scale;
        choice(scales, scale == FrequencyScale::Mel ? tr("Mel Scale") : tr("Linear Scale"), wanted);
    }
    menu.addSeparator();
    auto* maps = new QActionGroup(&menu);
    for (const ColourMap map : kColourMaps) {
        SpectrogramOptions wanted = options;
        wanted.colourMap = map;
        choice(maps, nameOf(map), wanted);
    }
    menu.addSeparator();
    auto* ranges = new QActionGroup(&menu);
    for (const double rangeDb : {50.0, 70.0, 90.0}) {
        SpectrogramOptions wanted = options;
        wanted.rangeDb = rangeDb;
        choice(ranges, tr("%1 dB Range").arg(rangeDb), wanted);
    }
}

} // namespace ovation::ui
