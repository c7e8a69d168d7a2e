// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/timeline/TimelinePainter.h"

#include <QFont>
#include <QPixmap>
#include <QRegion>

namespace ovation::ui {

/// Keeps the pictures that a scene's painting is made of, and makes anew only those that are out of date. For the
/// window's thread.
class TimelineCanvas {
public:
    enum Picture { Overview = 1, Waveform = 2, Spectrogram = 4, All = 7 };

    void outdate(int pictures); ///< of Picture; and what is painted over them
    void outdate() { m_contentStale = true; }
    bool outdated() const { return m_contentStale; }

    void paint(QPainter& painter, const QRegion& region, const TimelineScene& scene, QSize size, const QFont& font,
               const TileSource& tiles);

private:
    TimelineBackdrops m_backdrops;
    int m_stale = All;
    bool m_contentStale = true;
    QPixmap m_content; ///< all but the cursor
};

} // namespace ovation::ui
