// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/timeline/TimelineCanvas.h"

#include <future>
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
            // The spectrogram on another core, where one is free, beside the waveform.
            std::future<QImage> spectrogram;
            if (stale & Spectrogram)
                spectrogram = std::async([&, earlier = std::move(m_backdrops.spectrogram)]() mutable {
                    return spectrogramBackdrop(scene, tiles, std::move(earlier));
                });
            if (stale & Overview) m_backdrops.overview = overviewBackdrop(scene, std::move(m_backdrops.overview));
            if (stale & Waveform) m_backdrops.waveform = waveformBackdrop(scene, std::move(m_backdrops.waveform));
            if (spectrogram.valid()) m_backdrops.spectrogram = spectrogram.get();
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
