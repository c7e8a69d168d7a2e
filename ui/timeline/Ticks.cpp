// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/timeline/Ticks.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace ovation::ui {
namespace {

struct Step {
    double seconds;
    int minor; ///< parts that a major step has
};

constexpr std::array kLongSteps = {Step{1, 5},     Step{2, 4},    Step{5, 5},    Step{10, 5},   Step{15, 3},
                                   Step{30, 3},    Step{60, 6},   Step{120, 4},  Step{300, 5},  Step{600, 5},
                                   Step{900, 3},   Step{1800, 3}, Step{3600, 6}, Step{7200, 4}, Step{18000, 5},
                                   Step{36000, 5}, Step{86400, 4}};

Step stepOfAtLeast(double seconds) {
    for (int exponent = -6; exponent < 0; ++exponent) {
        const double unit = std::pow(10.0, exponent);
        for (const auto& [factor, minor] : {std::pair{1.0, 5}, {2.0, 4}, {5.0, 5}})
            if (factor * unit >= seconds) return {factor * unit, minor};
    }
    for (const Step& step : kLongSteps)
        if (step.seconds >= seconds) return step;
    return {86400.0 * std::ceil(seconds / 86400.0), 4};
}

} // namespace

TimeTicks timeTicks(const TimeAxis& axis, double smallestGapPx) {
    TimeTicks result;
    if (axis.empty()) return result;
    const Step step = stepOfAtLeast(axis.secondsPerPixel() * std::max(smallestGapPx, 8.0));
    result.stepS = step.seconds;
    for (double unit = 1; result.decimals < 6 && step.seconds < unit * (1 - 1e-9); unit /= 10)
        ++result.decimals;
    const double minor = step.seconds / step.minor;
    const TimeSpan visible = axis.visible();
    const auto first = static_cast<int64_t>(std::ceil(visible.start / minor - 1e-6));
    const auto last = static_cast<int64_t>(std::floor(visible.end / minor + 1e-6));
    for (int64_t k = first; k <= last; ++k)
        result.ticks.push_back({static_cast<double>(k) * minor, k % step.minor == 0});
    return result;
}

QString formatTime(double seconds, int decimals, bool withHours) {
    if (!std::isfinite(seconds)) return QStringLiteral("-");
    decimals = std::clamp(decimals, 0, 6);
    int64_t scale = 1;
    for (int i = 0; i < decimals; ++i)
        scale *= 10;
    const auto units = static_cast<int64_t>(std::llround(std::abs(seconds) * static_cast<double>(scale)));
    const int64_t whole = units / scale;
    QString text = seconds < 0 && units > 0 ? QStringLiteral("-") : QString();
    if (whole >= 3600 || withHours)
        text += QStringLiteral("%1:%2").arg(whole / 3600).arg(whole / 60 % 60, 2, 10, QLatin1Char('0'));
    else
        text += QString::number(whole / 60);
    text += QStringLiteral(":%1").arg(whole % 60, 2, 10, QLatin1Char('0'));
    if (decimals > 0) text += QStringLiteral(".%1").arg(units % scale, decimals, 10, QLatin1Char('0'));
    return text;
}

QString formatLength(double seconds) {
    if (!std::isfinite(seconds)) return QStringLiteral("-");
    if (std::abs(seconds) < 0.9995)
        return QStringLiteral("%1 ms").arg(seconds * 1000, 0, 'f', std::abs(seconds) < 0.01 ? 2 : 0);
    if (std::abs(seconds) < 60) return QStringLiteral("%1 s").arg(seconds, 0, 'f', 2);
    return formatTime(seconds, 1);
}

} // namespace ovation::ui
