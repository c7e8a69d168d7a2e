// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/TimeRange.h"

#include <cstdint>

namespace ovation::ui {

/// Maps a recording's time to the pixels of the lanes: x = 0 is the lanes' left edge. A value; never NaN, never outside
/// the recording, whatever it is given. An axis without a recording (no duration, no rate) or without width maps
/// everything to 0.
class TimeAxis {
public:
    /// Deepest zoom: device-independent pixels per sample frame.
    static constexpr double kLargestPixelsPerFrame = 16;

    TimeAxis() = default;
    TimeAxis(int64_t frames, int sampleRate, double widthPx); ///< shows the whole recording

    bool empty() const { return m_duration <= 0 || m_width <= 0; }
    double durationS() const { return m_duration; }
    int64_t frames() const { return m_frames; }
    int sampleRate() const { return m_rate; }
    double widthPx() const { return m_width; }
    TimeSpan visible() const { return {m_start, m_start + m_span}; }

    void setWidth(double widthPx);  ///< keeps what is visible
    void setVisible(TimeSpan span); ///< clipped to the recording and the zoom limits, around the span's middle
    /// `factor` > 1 zooms in. The moment `anchorS` stays where it is on the screen, unless an end of the recording
    /// comes in.
    void zoomBy(double factor, double anchorS);
    void scrollBy(double seconds);
    void showAll();

    double secondsPerPixel() const { return empty() ? 0 : m_span / m_width; }
    double framesPerPixel() const { return secondsPerPixel() * m_rate; }
    double smallestSpanS() const;

    double toX(double seconds) const;
    double toSeconds(double x) const; ///< not clipped to the recording
    double frameToX(int64_t frame) const;
    int64_t toFrame(double x) const; ///< clipped to [0, frames]

    bool operator==(const TimeAxis&) const = default;

private:
    void place(double startS, double spanS);

    int64_t m_frames = 0;
    int m_rate = 0;
    double m_duration = 0;
    double m_width = 0;
    double m_start = 0;
    double m_span = 0;
};

} // namespace ovation::ui
