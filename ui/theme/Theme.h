// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/labels/Label.h"

#include <QBrush>
#include <QColor>
#include <QPalette>

#include <array>
#include <cstddef>

namespace ovation::ui {

/// Colours and patterns by meaning, for light and dark palettes. Applause is always the same warm colour; not applause
/// grey; unsure hatched; training solid, validation dashed, in colours that colour-blind eyes tell apart (Okabe and
/// Ito).
struct Theme {
    bool dark = false;
    QColor accent, applause, notApplause, unsure, detection, rejected, threshold, cursor;
    QColor falseAlarm, miss; ///< of a detection against the labels
    QColor waveform, waveformBackground, ruler, text, faintText, grid;
    QColor training, validation, learningRate, gradientNorm;
    std::array<QColor, 5> otherRuns; ///< drawn beside the shown run's training and validation

    static Theme of(const QPalette& palette);
    QColor otherRun(size_t index) const { return otherRuns[index % otherRuns.size()]; }
    QColor colour(LabelClass labelClass) const;
    QBrush fill(LabelClass labelClass) const; ///< translucent, hatched for unsure
    QBrush falseAlarmFill() const;            ///< crossed
    QBrush missFill() const;                  ///< dotted
};

/// Spacing grid in device-independent pixels.
constexpr int kGrid = 8;

} // namespace ovation::ui
