// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/TimeText.h"

#include <QCoreApplication>
#include <QStringList>

#include <algorithm>
#include <cmath>

namespace ovation::ui {

QString timeText(double seconds, int decimals) {
    const double scale = std::pow(10.0, decimals);
    const auto ticks = static_cast<qint64>(std::llround(std::max(0.0, seconds) * scale));
    const auto perSecond = static_cast<qint64>(scale);
    const qint64 whole = ticks / perSecond;
    QString text;
    if (whole >= 3600)
        text = QStringLiteral("%1:%2:%3")
                   .arg(whole / 3600)
                   .arg(whole / 60 % 60, 2, 10, QLatin1Char('0'))
                   .arg(whole % 60, 2, 10, QLatin1Char('0'));
    else
        text = QStringLiteral("%1:%2").arg(whole / 60).arg(whole % 60, 2, 10, QLatin1Char('0'));
    if (decimals > 0) text += QStringLiteral(".%1").arg(ticks % perSecond, decimals, 10, QLatin1Char('0'));
    return text;
}

std::optional<double> parseTime(const QString& text) {
    const QStringList parts = text.trimmed().replace(QLatin1Char(','), QLatin1Char('.')).split(QLatin1Char(':'));
    if (parts.size() > 3) return std::nullopt;
    double seconds = 0;
    for (const QString& part : parts) {
        bool ok = false;
        const double value = part.toDouble(&ok);
        if (!ok || !std::isfinite(value) || value < 0 || part.startsWith(QLatin1Char('-'))) return std::nullopt;
        seconds = seconds * 60 + value;
    }
    return seconds;
}

QString timeLeftText(double seconds) {
    if (seconds < 0) return {};
    if (seconds < 5) return QCoreApplication::translate("TimeText", "a few seconds left");
    if (seconds < 90) return QCoreApplication::translate("TimeText", "%1 s left").arg(std::lround(seconds / 5) * 5);
    if (seconds < 5400) return QCoreApplication::translate("TimeText", "%1 min left").arg(std::lround(seconds / 60));
    return QCoreApplication::translate("TimeText", "%1 h left").arg(seconds / 3600, 0, 'f', 1);
}

} // namespace ovation::ui
