// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/audio/WaveformPeaks.h"
#include "core/detection/LabelErrors.h"
#include "core/detection/Proposals.h"
#include "core/project/ProjectData.h"
#include "ui/theme/Theme.h"
#include "ui/timeline/AudioWorker.h"
#include "ui/timeline/SpectrogramPainter.h"
#include "ui/timeline/TimeAxis.h"

#include <QRectF>
#include <QSizeF>
#include <QString>

#include <memory>
#include <optional>
#include <vector>

namespace ovation::ui {

/// Where the lanes lie, in device-independent pixels. All lanes share left and right edge; the gutter with their scales
/// is to the left.
struct TimelineLayout {
    QRectF gutter, ruler, overview, waveform, spectrogram, labels, detections;

    static TimelineLayout of(QSizeF size);
    QRectF lanes() const { return waveform.united(detections); } ///< everything on the zoomed axis below the overview
    QRectF drawable() const { return waveform.united(labels); }  ///< where dragging marks segments
};

/// A segment while it is being drawn, moved or resized.
struct DragPreview {
    int64_t id = 0; ///< of the segment that it stands for; 0: a new one
    SampleRange range;
    LabelClass labelClass = LabelClass::Applause;
    std::vector<int64_t> along;    ///< other segments that move with it
    int64_t by = 0;                ///< frames that those have moved
    std::vector<int64_t> guides{}; ///< edges that snapping holds where they are
};

/// All that the timeline's pictures are made of: read by the painters, changed by the view. Pointers may be null.
struct TimelineScene {
    Theme theme;
    TimelineLayout layout;
    TimeAxis axis;
    double devicePixelRatio = 1;
    bool hasSpeech = false;
    QString name; ///< the recording's file name

    std::shared_ptr<const WaveformPeaks> peaks;
    std::shared_ptr<const SampleWindow> samples;
    SpectrogramOptions spectrogram;
    QString audioError; ///< one sentence; "" if the audio can be read

    const std::vector<Segment>* segments = nullptr;
    const Detection* detection = nullptr;
    const LabelErrors* errors = nullptr; ///< of the detection against the labels
    const std::vector<Proposal>* proposals = nullptr;
    double threshold = 0.5;

    std::vector<int64_t> selected;
    std::optional<size_t> selectedDetection;
    std::optional<size_t> selectedProposal;
    std::optional<SampleRange> band; ///< the stretch that is being pulled over segments to select them
    int64_t cursor = 0;
    std::optional<int64_t> markIn;
    std::optional<DragPreview> drag;
    bool focused = false;

    bool isSelected(int64_t id) const;
    double y(double probability) const;                       ///< in the detection lane
    double probabilityAt(double y) const;                     ///< 0.01 to 0.99
    QString thresholdText() const;                            ///< with all decimals, up to four
    QRectF span(SampleRange range, const QRectF& lane) const; ///< at least one pixel wide
};

/// What lies under the pointer.
struct TimelineHit {
    enum class Part {
        None,
        Ruler,
        Overview,
        Empty,
        Segment,
        SegmentBegin,
        SegmentEnd,
        Proposal,
        ProposalAccept,
        ProposalReject,
        DetectionLane,
        Detection,
        Threshold
    };
    Part part = Part::None;
    int64_t segment = 0;  ///< id, for the three parts of a segment
    size_t detection = 0; ///< index
    size_t proposal = 0;  ///< index
};

/// The two marks on a proposal that accept and reject it; empty where it is too narrow for them.
struct ProposalMarks {
    QRectF accept, reject;
};
ProposalMarks proposalMarks(const TimelineScene& scene, const Proposal& proposal);
QRectF proposalRect(const TimelineScene& scene, const Proposal& proposal); ///< in the label lane

/// Edges can be grabbed up to 6 px away (half a segment's width inside short ones).
TimelineHit hitTest(const TimelineScene& scene, QPointF position);

} // namespace ovation::ui
