// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/timeline/TimelineCanvas.h"

#include <utility>

namespace ovation::ui {

void TimelineCanvas::outdate(int pictures) {
    m_stale |= pictures;
    m_contentStale = true;
}

void TimelineCanvas::paint(QPainter& painter, const QRegion& region, const TimelineScene& scene, QSize size,
                           const QFont& font, const TileSource& tiles) {
    const QSize wanted = size * scene.devicePixelRatio;
    if (std::exchange(m_contentStale, false) || m_content.size() != wanted) {
        if (scene.hasSpeech) {
            const int stale = std::exchange(m_stale, 0);
            if (stale & Overview) m_backdrops.overview = overviewBackdrop(scene);
            if (stale & Waveform) m_backdrops.waveform = waveformBackdrop(scene);
            if (stale & Spectrogram) m_backdrops.spectrogram = spectrogramBackdrop(scene, tiles);
        }
        if (m_content.size() != wanted) m_content = QPixmap(wanted);
        m_content.setDevicePixelRatio(scene.devicePixelRatio);
        QPainter inside(&m_content);
        inside.setFont(font);
        paintTimeline(inside, scene, m_backdrops);
    }
    painter.setClipRegion(region);
    painter.drawPixmap(0, 0, m_content);
    paintCursor(painter, scene);
}

} // namespace ovation::ui
