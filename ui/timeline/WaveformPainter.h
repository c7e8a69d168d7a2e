// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/audio/WaveformPeaks.h"
#include "ui/timeline/AudioWorker.h"
#include "ui/timeline/TimeAxis.h"

#include <QColor>
#include <QImage>

#include <vector>

namespace ovation::ui {

/// One Peak per device pixel of the axis' width: from samples where they cover what is visible and are finer than the
/// peaks, else from the peaks; silence where nothing is known yet.
std::vector<Peak> waveformColumns(const TimeAxis& axis, int columns, const WaveformPeaks* peaks,
                                  const SampleWindow* samples);

/// The stretch whose samples would make the picture sharper than the peaks do; empty if peaks suffice. With room for
/// scrolling.
SampleRange samplesWanted(const TimeAxis& axis, double devicePixelRatio, const SampleWindow* have);

struct WaveformStyle {
    QColor colour;
    QColor middleLine;
    double gain = 1; ///< amplitude 1 / gain reaches the edges
};

/// A picture to be overwritten: `earlier`, where it fits and nobody else holds it, so that its memory need not be
/// mapped anew for each painting.
QImage pictureFrom(QImage earlier, QSize size, QImage::Format format);

/// A transparent picture with the waveform, `size` in device pixels. Single samples are joined by a line, and dotted at
/// the deepest zooms. `earlier` is overwritten where it fits.
QImage waveformImage(QSize size, const TimeAxis& axis, const WaveformPeaks* peaks, const SampleWindow* samples,
                     const WaveformStyle& style, QImage earlier = {});

/// Gain that lets the loudest sample almost reach the edges; at most 200 (-46 dB), so that noise does not look like
/// speech.
double displayGain(const WaveformPeaks* peaks);

} // namespace ovation::ui
