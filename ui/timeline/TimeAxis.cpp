// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/timeline/TimeAxis.h"

#include <algorithm>
#include <cmath>

namespace ovation::ui {

TimeAxis::TimeAxis(int64_t frames, int sampleRate, double widthPx) {
    if (frames > 0 && sampleRate > 0) {
        m_frames = frames;
        m_rate = sampleRate;
        m_duration = static_cast<double>(frames) / sampleRate;
    }
    m_span = m_duration;
    setWidth(widthPx);
}

void TimeAxis::setWidth(double widthPx) {
    m_width = std::isfinite(widthPx) ? std::max(0.0, widthPx) : 0.0;
    place(m_start, m_span);
}

double TimeAxis::smallestSpanS() const {
    if (empty()) return m_duration;
    return std::min(m_duration, m_width / (kLargestPixelsPerFrame * m_rate));
}

void TimeAxis::place(double startS, double spanS) {
    m_span = std::clamp(spanS, smallestSpanS(), m_duration);
    m_start = std::clamp(startS, 0.0, m_duration - m_span);
}

void TimeAxis::setVisible(TimeSpan span) {
    if (!std::isfinite(span.start) || !std::isfinite(span.end)) return;
    if (span.end < span.start) std::swap(span.start, span.end);
    const double length = std::clamp(span.length(), smallestSpanS(), m_duration);
    // One that fits stays as it is to the last bit, so that a view can be stored and shown again.
    place(length == span.length() ? span.start : (span.start + span.end - length) / 2, length);
}

void TimeAxis::zoomBy(double factor, double anchorS) {
    if (empty() || !std::isfinite(factor) || factor <= 0 || !std::isfinite(anchorS)) return;
    const double span = std::clamp(m_span / factor, smallestSpanS(), m_duration);
    const double share = (anchorS - m_start) / m_span;
    place(anchorS - share * span, span);
}

void TimeAxis::scrollBy(double seconds) {
    if (std::isfinite(seconds)) place(m_start + seconds, m_span);
}

void TimeAxis::showAll() {
    place(0, m_duration);
}

double TimeAxis::toX(double seconds) const {
    if (empty() || std::isnan(seconds)) return 0;
    return (seconds - m_start) / m_span * m_width;
}

double TimeAxis::toSeconds(double x) const {
    if (empty() || !std::isfinite(x)) return m_start;
    return m_start + x / m_width * m_span;
}

double TimeAxis::frameToX(int64_t frame) const {
    return empty() ? 0 : toX(static_cast<double>(frame) / m_rate);
}

int64_t TimeAxis::toFrame(double x) const {
    if (empty()) return 0;
    const double frame = std::clamp(toSeconds(x) * m_rate, 0.0, static_cast<double>(m_frames));
    return std::llround(frame);
}

} // namespace ovation::ui
