// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/Theme.h"

namespace ovation::ui {
namespace {

QColor mixed(const QColor& a, const QColor& b, double shareOfB) {
    const auto mix = [shareOfB](double x, double y) { return x + (y - x) * shareOfB; };
    return QColor::fromRgbF(static_cast<float>(mix(a.redF(), b.redF())),
                            static_cast<float>(mix(a.greenF(), b.greenF())),
                            static_cast<float>(mix(a.blueF(), b.blueF())));
}

} // namespace

Theme Theme::of(const QPalette& palette) {
    const QColor base = palette.color(QPalette::Base);
    const QColor text = palette.color(QPalette::Text);
    Theme theme;
    theme.dark = base.lightnessF() < text.lightnessF();
    const auto pick = [&theme](const char* light, const char* dark) { return QColor(theme.dark ? dark : light); };

    theme.accent = pick("#1f66c7", "#7db4ff");
    theme.applause = pick("#e07b00", "#ffa12b");
    theme.notApplause = pick("#6f7782", "#98a1ad");
    theme.unsure = pick("#7a5fb5", "#b8a2ec");
    theme.detection = pick("#c2500a", "#ff8f4d");
    theme.rejected = pick("#8d939b", "#7d848e");
    theme.falseAlarm = pick("#b3002d", "#ff7088");
    theme.miss = pick("#0063b1", "#6cb8ff");
    theme.threshold = theme.accent;
    theme.cursor = pick("#c2185b", "#ff6d9e");

    theme.waveform = pick("#33699e", "#86bdea");
    theme.waveformBackground = base;
    theme.ruler = mixed(base, text, 0.05);
    theme.text = text;
    theme.faintText = mixed(base, text, 0.66);
    theme.grid = mixed(base, text, 0.16);

    theme.training = pick("#0072b2", "#56b4e9");
    theme.validation = pick("#d55e00", "#ff9248");
    theme.learningRate = pick("#00805c", "#2fc99a");
    theme.gradientNorm = pick("#a64d82", "#e3a0c7");
    theme.otherRuns = {pick("#cc79a7", "#cc79a7"), pick("#009e73", "#00a878"), pick("#56b4e9", "#2a6fd6"),
                       pick("#3a3a3a", "#e8e8e8"), pick("#c2ae00", "#f0e442")};
    return theme;
}

QColor Theme::colour(LabelClass labelClass) const {
    switch (labelClass) {
    case LabelClass::Applause:
        return applause;
    case LabelClass::Unsure:
        return unsure;
    case LabelClass::NotApplause:
        break;
    }
    return notApplause;
}

QBrush Theme::fill(LabelClass labelClass) const {
    QColor translucent = colour(labelClass);
    if (labelClass == LabelClass::Unsure) {
        translucent.setAlphaF(0.55F);
        return QBrush(translucent, Qt::BDiagPattern);
    }
    translucent.setAlphaF(labelClass == LabelClass::Applause ? 0.34F : 0.22F);
    return QBrush(translucent);
}

QBrush Theme::falseAlarmFill() const {
    return QBrush(falseAlarm, Qt::DiagCrossPattern);
}

QBrush Theme::missFill() const {
    return QBrush(miss, Qt::Dense5Pattern);
}

} // namespace ovation::ui
