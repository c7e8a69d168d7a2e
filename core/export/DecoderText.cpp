// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/export/DecoderText.h"

#include "core/base/Text.h"

#include <cmath>

namespace ovation {

std::string decoderText(const DecoderOptions& options) {
    const std::string threshold = "the threshold of " + fixedBetween(options.threshold, 2, 4);
    std::string item = "Segments: ";
    item += options.evidence > 0
                ? "the likelier of applause and its absence, where each has to gather " + fixed(options.evidence, 1) +
                      " s x log odds around " + threshold + " to interrupt the other"
                : "where the probability reaches " + threshold + ", going on until it falls below it by " +
                      fixed(options.hysteresis, 2);
    if (options.medianS > 0) item += "; the answers are smoothed by a median over " + fixed(options.medianS, 2) + " s";
    const auto shift = [&item](const char* edges, double shiftS) {
        if (shiftS != 0)
            item += std::string("; ") + edges + " are put " + fixed(std::abs(shiftS), 2) + " s " +
                    (shiftS < 0 ? "earlier" : "later");
    };
    shift("starts", options.startShiftS);
    shift("ends", options.endShiftS);
    if (options.mergeGapS > 0) item += "; gaps of up to " + fixed(options.mergeGapS, 1) + " s are closed";
    if (options.minimumDurationS > 0)
        item += "; segments under " + fixed(options.minimumDurationS, 1) + " s are dropped";
    if (options.confirmation > 0)
        item += "; segments are dropped that are not surer than the threshold by log odds of " +
                fixed(options.confirmation, 1) + " for half of their time";
    if (options.edgeConfidence > 0)
        item += "; at last, sudden ends are put to the last moment that is surer than the threshold by log odds of " +
                fixedBetween(options.edgeConfidence, 1, 2) + ", starts that swell for over a second to the first";
    return item + ". Ovation does this; the exported files give probabilities.";
}

} // namespace ovation
