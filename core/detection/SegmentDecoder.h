// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/TimeRange.h"
#include "core/detection/ProbabilityCurve.h"

#include <cstdint>
#include <vector>

namespace ovation {

/// How a curve becomes segments. Part of the model; the person may change it at any time.
struct DecoderOptions {
    double threshold = 0.5;        ///< probability in (0, 1) at which a segment starts
    double hysteresis = 0.1;       ///< a segment goes on down to threshold - hysteresis, at the lowest threshold / 2
    double minimumDurationS = 0.5; ///< shorter segments are dropped, after merging
    double mergeGapS = 0.5;        ///< segments closer than this become one
    double medianS = 0;            ///< median filter over this long before anything else; 0: none
    /// Where above 0, segments are those of a hidden Markov model with two states instead of hysteresis: applause and
    /// its absence each have to gather this much evidence, in seconds times the log odds' distance from the
    /// threshold's, to interrupt the other.
    double evidence = 0;
    /// Segments whose probability lies less than this above the threshold, in log odds, for more than half of their
    /// time are dropped: a low threshold finds where applause ends, this keeps what only resembles applause out, and
    /// uncertain ends do not count against a certain middle. 0: none are.
    double confirmation = 0;
    /// Where above 0, edges heed where a segment is sure: where the log odds lie this far above the threshold's. An end
    /// that comes within 0.25 s of the last sure moment is moved to it, for networks trail off behind a sudden end. A
    /// start that precedes the first sure moment by 1.5 s or more is moved to it, for people label such a swelling as
    /// unsure. Up to 0.5 s and from 1 s edges are moved by a part of the way, so that they move little where the sure
    /// part does. No segment comes or goes by it or becomes shorter than half of what it was, or than
    /// minimumDurationS; edges at the recording's ends stay.
    double edgeConfidence = 0;
    /// Every start and end within the recording is moved by these, to make up for what they are found late or early by.
    double startShiftS = 0, endShiftS = 0;

    bool operator==(const DecoderOptions&) const = default;
};

struct DecodedSegment {
    TimeSpan span;
    double mean = 0; ///< mean probability inside
    double peak = 0;
};

/// Segments in order, inside [0, curve.durationS], not overlapping. Crossings are interpolated between curve points;
/// before the first and after the last point the curve keeps its end values, as in ProbabilityCurve::at(). NaN counts
/// as 0. With evidence it is the log odds that are interpolated. Edges are shifted before segments are merged and
/// dropped, and follow edgeConfidence at last. Mean and peak are of the curve before the median filter. Never empty
/// segments. Pure; fast enough to call on every move of a threshold slider (linear in the curve).
std::vector<DecodedSegment> decode(const ProbabilityCurve& curve, const DecoderOptions& options);

/// How many segments there would be without evidence and confirmation, of which none that decode() gives has any part:
/// what asking for certainty leaves out. 0 where it is not asked for. Takes as long as decode() twice.
int64_t leftOutAsUnsure(const ProbabilityCurve& curve, const DecoderOptions& options);

} // namespace ovation
