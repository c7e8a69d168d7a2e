// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/train/ClipPicture.h"

#include "core/detection/ScoreWindows.h"
#include "core/features/SeedFeatures.h"
#include "ui/session/TimeText.h"
#include "ui/theme/Theme.h"
#include "ui/timeline/ColourMap.h"

#include <QPainter>
#include <QPainterPath>

#include <algorithm>
#include <cmath>

namespace ovation::ui {

namespace {

constexpr double kRangeDb = 70;

QImage imageOf(const FeatureMatrix& mel, const ColourTable& colours) {
    QImage image(static_cast<int>(mel.rows), static_cast<int>(mel.columns), QImage::Format_RGB32);
    float most = 1e-10F;
    for (const float power : mel.values)
        most = std::max(most, power);
    for (int frame = 0; frame < image.width(); ++frame)
        for (int band = 0; band < image.height(); ++band) {
            const float power = mel.values[static_cast<size_t>(frame * mel.columns + band)];
            const double db = 10 * std::log10(static_cast<double>(std::max(power, 1e-10F) / most));
            const auto level = static_cast<size_t>(std::clamp(255 * (1 + db / kRangeDb), 0.0, 255.0));
            image.setPixel(frame, image.height() - 1 - band, colours[level]);
        }
    return image;
}

} // namespace

ClipPicture::ClipPicture(QWidget* parent) : QWidget(parent) {
    setAccessibleName(tr("The clip's spectrogram, and the attention over time under it"));
}

void ClipPicture::setView(std::shared_ptr<const ClipView> view, double startS, const QString& text) {
    m_view = std::move(view);
    m_startS = startS;
    m_text = text;
    m_image = m_view && m_view->melPower.rows > 0
                  ? imageOf(m_view->melPower, colourTable(ColourMap::Viridis, Theme::of(palette()).dark))
                  : QImage();
    update();
}

const std::vector<float>& ClipPicture::attention() const {
    static const std::vector<float> none;
    return m_view ? m_view->attention : none;
}

QSize ClipPicture::minimumSizeHint() const {
    return {20 * kGrid, 14 * kGrid};
}

QSize ClipPicture::sizeHint() const {
    return {36 * kGrid, 24 * kGrid};
}

void ClipPicture::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const Theme theme = Theme::of(palette());
    const int line = fontMetrics().height();
    if (m_image.isNull()) {
        painter.setPen(theme.faintText);
        painter.drawText(rect().adjusted(kGrid, kGrid, -kGrid, -kGrid), Qt::AlignCenter | Qt::TextWordWrap,
                         m_text.isEmpty() ? tr("Choose a window to see what the model heard, and where it attended.")
                                          : m_text);
        return;
    }
    const QRectF all = QRectF(rect()).adjusted(0, 0, 0, -2 * line);
    const bool onlySound = m_view->probability < 0;
    const QRectF sound(all.left(), all.top(), all.width(), onlySound ? all.height() : all.height() * 0.68);
    painter.drawImage(sound, m_image);
    const QRectF below(all.left(), sound.bottom() + 2, all.width(), all.bottom() - sound.bottom() - 2);
    painter.setPen(QPen(theme.grid, 1));
    if (!onlySound) painter.drawRect(below);
    const std::vector<float>& attention = m_view->attention;
    painter.setPen(theme.faintText);
    if (onlySound) {
    } else if (attention.empty()) {
        painter.drawText(below, Qt::AlignCenter | Qt::TextWordWrap, tr("This network has no attention to show."));
    } else {
        const auto most = static_cast<double>(*std::ranges::max_element(attention));
        const double even = 1 / static_cast<double>(attention.size());
        const double top = std::max(most, 2 * even);
        QPainterPath path;
        path.moveTo(below.bottomLeft());
        for (size_t i = 0; i < attention.size(); ++i) {
            const double x =
                below.left() + (static_cast<double>(i) + 0.5) / static_cast<double>(m_image.width()) * below.width();
            path.lineTo(x, below.bottom() - static_cast<double>(attention[i]) / top * below.height());
        }
        path.lineTo(below.left() + static_cast<double>(attention.size()) / m_image.width() * below.width(),
                    below.bottom());
        QColor fill = theme.detection;
        fill.setAlphaF(0.35F);
        painter.fillPath(path, fill);
        painter.setPen(QPen(theme.detection, 1.5));
        painter.drawPath(path);
        painter.setPen(QPen(theme.faintText, 1, Qt::DashLine));
        const double y = below.bottom() - even / top * below.height();
        painter.drawLine(QPointF(below.left(), y), QPointF(below.right(), y));
    }
    painter.setPen(theme.faintText);
    const QRectF times(all.left(), all.bottom(), all.width(), line);
    painter.drawText(times, Qt::AlignLeft, timeText(m_startS, 1));
    painter.drawText(times, Qt::AlignRight, timeText(m_startS + m_image.width() * seed::kHopS, 1));
    const QRectF words(all.left(), all.bottom() + line, all.width(), line);
    painter.drawText(words, Qt::AlignLeft,
                     fontMetrics().elidedText(
                         attention.empty() ? m_text : tr("Attention over time; dashed: spread evenly. %1").arg(m_text),
                         Qt::ElideRight, static_cast<int>(words.width())));
}

} // namespace ovation::ui
