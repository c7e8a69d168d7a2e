// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/train/LessonPicture.h"

#include "core/dataset/Random.h"
#include "ui/theme/Theme.h"
#include "ui/train/LessonDrawing.h"

#include <QCoreApplication>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace ovation::ui {

namespace {

constexpr int kCurvePoints = 60;

double falling(double t, double speed, double floor) {
    return floor + (0.9 - floor) * std::exp(-speed * t);
}

} // namespace

DrawnCurves drawnCurves(CurveShape shape) {
    Random random(static_cast<uint64_t>(shape) + 11);
    DrawnCurves curves;
    const double end = shape == CurveShape::CutShort ? 0.45 : 1;
    double drift = 0;
    for (int i = 0; i <= kCurvePoints; ++i) {
        const double t = end * i / kCurvePoints;
        const double jitter = random.uniform(-1, 1);
        drift = 0.7 * drift + 0.3 * random.uniform(-1, 1);
        double training = falling(t, 5, 0.1), validation = falling(t, 5, 0.2) + 0.01 * drift;
        switch (shape) {
        case CurveShape::Good:
            break;
        case CurveShape::Slow:
            training = 0.9 - 0.3 * t;
            validation = 0.93 - 0.28 * t + 0.01 * drift;
            break;
        case CurveShape::Diverges:
            training = t < 0.3 ? 0.9 - 0.9 * t : 0.63 + 3 * (t - 0.3) * (t - 0.3) + 0.12 * jitter * (t - 0.2);
            validation = training + 0.08 + 0.1 * drift;
            break;
        case CurveShape::Bounces:
            training = falling(t, 4, 0.38) + 0.12 * std::sin(24 * t) * std::min(1.0, 3 * t);
            validation = falling(t, 4, 0.46) + 0.13 * std::sin(24 * t - 0.7) * std::min(1.0, 3 * t);
            break;
        case CurveShape::Overfits:
            training = falling(t, 5, 0.03);
            validation = falling(t, 6, 0.22) + 0.75 * std::max(0.0, t - 0.3) * std::max(0.0, t - 0.3) + 0.01 * drift;
            break;
        case CurveShape::Underfits:
            training = falling(t, 6, 0.6);
            validation = falling(t, 6, 0.65) + 0.01 * drift;
            break;
        case CurveShape::Noisy:
            training = falling(t, 5, 0.15) + 0.11 * jitter;
            validation = falling(t, 5, 0.25) + 0.12 * drift;
            break;
        case CurveShape::Steps: {
            const double stage = t < 0.35 ? 0.42 : t < 0.68 ? 0.22 : 0.12;
            const double from = t < 0.35 ? 0 : t < 0.68 ? 0.35 : 0.68;
            const double before = t < 0.35 ? 0.9 : t < 0.68 ? 0.42 : 0.22;
            training = stage + (before - stage) * std::exp(-14 * (t - from));
            validation = training + 0.08 + 0.01 * drift;
            break;
        }
        case CurveShape::CutShort:
            training = falling(t, 2.5, 0.1);
            validation = falling(t, 2.5, 0.18) + 0.01 * drift;
            break;
        case CurveShape::RunsOn:
            training = falling(t, 16, 0.2);
            validation = falling(t, 16, 0.28) + 0.01 * drift;
            break;
        case CurveShape::Doubtful:
            validation = falling(t, 5, 0.3) + 0.3 * drift + (i % 7 == 0 ? 0.12 * jitter : 0);
            break;
        case CurveShape::Leaky:
            validation = training + 0.012 + 0.005 * drift;
            break;
        case CurveShape::Spiky:
            for (const double spike : {0.3, 0.55, 0.8})
                training += t >= spike ? 0.5 * std::exp(-30 * (t - spike)) : 0;
            validation = training + 0.08 + 0.01 * drift;
            break;
        }
        curves.training << QPointF(t, std::clamp(training, 0.0, 1.0));
        curves.validation << QPointF(t, std::clamp(validation, 0.0, 1.0));
    }
    return curves;
}

QPixmap lessonPicture(const FieldLesson& lesson, const QSize& size, const QPalette& palette, double pixelRatio) {
    QPixmap pixmap = drawing::blank(size, pixelRatio);
    QPainter painter(&pixmap);
    painter.setRenderHint(QPainter::Antialiasing);
    QFont font = painter.font();
    font.setPointSizeF(std::max(7.0, font.pointSizeF() - 1.5));
    painter.setFont(font);
    const Theme theme = Theme::of(palette);
    const auto plots = drawing::plotsOf(size, 3, painter.fontMetrics().height() + 2);
    // The captions are how the sentences begin: "Too narrow", "Too wide".
    const auto captionOf = [](const char* sentence) {
        return QString::fromUtf8(sentence).section(QLatin1Char(':'), 0, 0);
    };
    const std::pair<CurveShape, QString> parts[] = {
        {lesson.littleShape, captionOf(lesson.little)},
        {lesson.rightShape, QCoreApplication::translate("LessonPicture", "About right")},
        {lesson.muchShape, captionOf(lesson.much)}};
    for (size_t i = 0; i < plots.size(); ++i) {
        drawing::drawCurves(painter, plots[i], parts[i].first, theme);
        drawing::drawCaption(painter, plots[i], parts[i].second, theme);
    }
    return pixmap;
}

} // namespace ovation::ui
