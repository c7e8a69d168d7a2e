// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/timeline/WaveformPainter.h"

#include <QPainter>
#include <QPolygonF>

#include <algorithm>
#include <cmath>

namespace ovation::ui {
namespace {

constexpr double kLinePixelsPerFrame = 1; ///< from here on samples are joined by a line
constexpr double kDotPixelsPerFrame = 6;

SampleRange visibleFrames(const TimeAxis& axis) {
    const TimeSpan span = axis.visible();
    const auto begin = static_cast<int64_t>(std::floor(span.start * axis.sampleRate()));
    const auto end = static_cast<int64_t>(std::ceil(span.end * axis.sampleRate()));
    return SampleRange{begin, std::max(end, begin + 1)}.clamped(0, axis.frames());
}

bool covers(const SampleWindow* window, SampleRange range) {
    return window != nullptr && window->range.begin <= range.begin && window->range.end >= range.end;
}

bool finerThanPeaks(double framesPerColumn) {
    return framesPerColumn < 2 * static_cast<double>(WaveformPeaks::kFramesPerPeak);
}

/// Where a column of the waveform is: [top, bottom), in pixels.
struct Bar {
    double top, bottom;
};

/// Overwrites a picture with bars, one a column, row after row as a picture is stored, with partial cover of the pixels
/// at their ends.
void drawBars(QImage& image, const std::vector<Bar>& bars, QRgb colour) {
    const size_t columns = bars.size();
    std::vector<int> first(columns), last(columns); // rows that are covered in part at least
    for (size_t x = 0; x < columns; ++x) {
        first[x] = std::max(0, static_cast<int>(std::floor(bars[x].top)));
        last[x] = std::min(image.height() - 1, static_cast<int>(std::ceil(bars[x].bottom)) - 1);
    }
    const int top = columns > 0 ? std::ranges::min(first) : 0;
    const int bottom = columns > 0 ? std::ranges::max(last) : -1;
    for (int y = 0; y < image.height(); ++y) {
        auto* line = reinterpret_cast<QRgb*>(image.scanLine(y));
        if (y < top || y > bottom) {
            std::fill_n(line, image.width(), 0U);
            continue;
        }
        for (size_t x = 0; x < columns; ++x)
            line[x] = static_cast<QRgb>(-static_cast<int>((y >= first[x]) & (y <= last[x]))) & colour;
    }
    for (size_t x = 0; x < columns; ++x)
        for (const int y : {first[x], last[x]}) {
            if (y < first[x] || y > last[x]) continue;
            const double cover = std::min<double>(bars[x].bottom, y + 1) - std::max<double>(bars[x].top, y);
            const auto share = static_cast<int>(std::clamp(cover, 0.0, 1.0) * 256);
            const auto scaled = [share](int value) { return value * share / 256; };
            reinterpret_cast<QRgb*>(image.scanLine(y))[x] =
                qRgba(scaled(qRed(colour)), scaled(qGreen(colour)), scaled(qBlue(colour)), scaled(qAlpha(colour)));
        }
}

void drawLine(QImage& image, const TimeAxis& axis, const SampleWindow& window, const WaveformStyle& style) {
    QPainter painter(&image);
    painter.setRenderHint(QPainter::Antialiasing);
    const double scale = image.width() / axis.widthPx();
    const double middle = image.height() / 2.0;
    const SampleRange shown = visibleFrames(axis);
    QPolygonF line;
    for (int64_t frame = std::max(shown.begin - 1, window.range.begin);
         frame < std::min(shown.end + 1, window.range.end); ++frame) {
        const double value = window.samples[static_cast<size_t>(frame - window.range.begin)] * style.gain;
        line << QPointF(axis.frameToX(frame) * scale, middle - std::clamp(value, -1.0, 1.0) * (middle - 1));
    }
    painter.setPen(QPen(style.colour, 1.2 * scale));
    painter.drawPolyline(line);
    if (1 / axis.framesPerPixel() < kDotPixelsPerFrame) return;
    painter.setPen(Qt::NoPen);
    painter.setBrush(style.colour);
    for (const QPointF& point : line)
        painter.drawEllipse(point, 2.2 * scale, 2.2 * scale);
}

} // namespace

QImage pictureFrom(QImage earlier, QSize size, QImage::Format format) {
    if (earlier.size() == size && earlier.format() == format && earlier.isDetached()) return earlier;
    return {size, format};
}

std::vector<Peak> waveformColumns(const TimeAxis& axis, int columns, const WaveformPeaks* peaks,
                                  const SampleWindow* samples) {
    std::vector<Peak> result(static_cast<size_t>(std::max(columns, 0)));
    if (axis.empty() || columns <= 0) return result;
    const SampleRange shown = visibleFrames(axis);
    const double first = axis.visible().start * axis.sampleRate();
    const double perColumn = axis.visible().length() * axis.sampleRate() / columns;
    if (finerThanPeaks(perColumn) && covers(samples, shown)) {
        for (int c = 0; c < columns; ++c) {
            const auto from = static_cast<int64_t>(std::floor(first + c * perColumn));
            const auto to = std::max(from + 1, static_cast<int64_t>(std::floor(first + (c + 1) * perColumn)));
            const SampleRange part = SampleRange{from, to}.clamped(samples->range.begin, samples->range.end);
            if (part.empty()) continue;
            const auto begin = samples->samples.begin() - samples->range.begin;
            const auto [low, high] = std::minmax_element(begin + part.begin, begin + part.end);
            result[static_cast<size_t>(c)] = {*low, *high};
        }
    } else if (peaks != nullptr) {
        result = peaks->columns(shown, columns);
        result.resize(static_cast<size_t>(columns));
    }
    return result;
}

SampleRange samplesWanted(const TimeAxis& axis, double devicePixelRatio, const SampleWindow* have) {
    if (axis.empty() || !finerThanPeaks(axis.framesPerPixel() / std::max(devicePixelRatio, 1.0))) return {};
    const SampleRange shown = visibleFrames(axis);
    if (covers(have, shown) && have->range.length() <= 16 * std::max<int64_t>(shown.length(), 4096)) return {};
    const int64_t room = std::max<int64_t>(shown.length() / 2, 1024);
    return SampleRange{shown.begin - room, shown.end + room}.clamped(0, axis.frames());
}

double displayGain(const WaveformPeaks* peaks) {
    const double largest = peaks != nullptr ? static_cast<double>(peaks->largest()) : 0;
    return largest > 0 && std::isfinite(largest) ? std::clamp(0.94 / largest, 0.01, 200.0) : 1;
}

QImage waveformImage(QSize size, const TimeAxis& axis, const WaveformPeaks* peaks, const SampleWindow* samples,
                     const WaveformStyle& style, QImage earlier) {
    if (size.isEmpty()) return {};
    QImage image = pictureFrom(std::move(earlier), size, QImage::Format_ARGB32_Premultiplied);
    const double middle = size.height() / 2.0;
    if (!axis.empty() && 1 / axis.framesPerPixel() >= kLinePixelsPerFrame && covers(samples, visibleFrames(axis))) {
        image.fill(Qt::transparent);
        drawLine(image, axis, *samples, style);
        return image;
    }
    const auto columns = waveformColumns(axis, size.width(), peaks, samples);
    const QRgb colour = qPremultiply(style.colour.rgba());
    const double ratio = axis.empty() ? 1 : size.width() / axis.widthPx();
    std::vector<Bar> bars;
    bars.reserve(columns.size());
    for (int x = 0; x < size.width(); ++x) {
        Peak peak = columns[static_cast<size_t>(x)];
        if (x > 0) { // columns of a few samples each would otherwise not touch
            const Peak before = columns[static_cast<size_t>(x - 1)];
            peak = {std::min(peak.low, before.high), std::max(peak.high, before.low)};
        }
        const auto place = [&](float value) {
            return middle - std::clamp(value * style.gain, -1.0, 1.0) * (middle - 1);
        };
        double top = place(peak.high);
        double bottom = place(peak.low);
        if (const double thin = ratio - (bottom - top); thin > 0) {
            top -= thin / 2;
            bottom += thin / 2;
        }
        bars.push_back({top, bottom});
    }
    drawBars(image, bars, colour);
    return image;
}

} // namespace ovation::ui
