// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/timeline/TimelineScene.h"

#include <QImage>
#include <QPainter>

namespace ovation::ui {

/// The costly pictures, made only when what they show has changed. Sizes in device pixels; may be null.
struct TimelineBackdrops {
    QImage overview, waveform, spectrogram;
};

QImage overviewBackdrop(const TimelineScene& scene, QImage earlier);
QImage waveformBackdrop(const TimelineScene& scene, QImage earlier);
QImage spectrogramBackdrop(const TimelineScene& scene, const TileSource& tiles, QImage earlier);

/// Everything but the moving cursor. Each lane is one function of the scene.
void paintTimeline(QPainter& painter, const TimelineScene& scene, const TimelineBackdrops& backdrops);

/// What moves: the cursor and the remembered beginning of a mark.
void paintCursor(QPainter& painter, const TimelineScene& scene);

/// The stretch of the window that the cursor covers, for updates.
QRect cursorArea(const TimelineScene& scene, int64_t frame);

namespace lanes {
void ruler(QPainter& painter, const TimelineScene& scene);
void overview(QPainter& painter, const TimelineScene& scene, const QImage& waveform);
void recordingName(QPainter& painter, const TimelineScene& scene); ///< over the overview
void waveform(QPainter& painter, const TimelineScene& scene, const QImage& picture);
void spectrogram(QPainter& painter, const TimelineScene& scene, const QImage& picture);
void labels(QPainter& painter, const TimelineScene& scene);
void detections(QPainter& painter, const TimelineScene& scene);
void emptyState(QPainter& painter, const TimelineScene& scene, QSizeF size);

/// The segments as they are shown now: a dragged one at its new place, a new one at the end.
std::vector<Segment> shownSegments(const TimelineScene& scene);
/// A small text with a background that keeps it readable on any picture.
void badge(QPainter& painter, const TimelineScene& scene, QPointF topLeft, const QString& text, const QRectF& within);
QFont smallFont(const QPainter& painter);
} // namespace lanes

} // namespace ovation::ui
