// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/train/FieldLessons.h"

#include <QPixmap>
#include <QPolygonF>

class QPalette;

namespace ovation::ui {

/// Training and validation loss of a made-up run with that shape: points in the unit square, time to the right, loss
/// downwards from 1 at the top. A curve that leaves the square is cut off at it.
struct DrawnCurves {
    QPolygonF training, validation;
};
DrawnCurves drawnCurves(CurveShape shape);

/// Three small plots side by side: too little, about right, too much. Training solid, validation dashed.
QPixmap lessonPicture(const FieldLesson& lesson, const QSize& size, const QPalette& palette, double pixelRatio = 1);

/// What the guide's sections are illustrated with.
enum class GuidePicture {
    Landscape, ///< contour lines with the climber's way
    LossCurve, ///< cross-entropy over the probability given to the truth
    Descent,   ///< a valley walked with steps too small, right, too large
    Batches,   ///< the loss of single batches and of epochs
    Momentum,  ///< a long valley, with and without
    Rates,     ///< loss with the rate's drops
    Clipping,  ///< gradient norms with the limit
    Gap,       ///< fitted and overfitted
    Network,   ///< boxes from sound to answer
    Sweep,     ///< grid and random points
    Split,     ///< recordings in two parts, with a confusion matrix
    Features,  ///< a wave and its spectrogram
};
QPixmap guidePicture(GuidePicture picture, const QSize& size, const QPalette& palette, double pixelRatio = 1);

} // namespace ovation::ui
