// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/Palettes.h"

#include "ui/theme/StudioStyle.h"

#include <QApplication>
#include <QPalette>
#include <QStyle>

#include <algorithm>
#include <array>
#include <cmath>

namespace ovation::ui {

namespace {

struct Shades {
    const char *window, *base, *alternate, *button, *text, *highlight, *link;
};

constexpr Shades kLight = {"#f3f3f1", "#ffffff", "#f7f7f5", "#e9e9e6", "#1d1f21", "#1f6fb2", "#1f6fb2"};
constexpr Shades kDark = {"#24272b", "#1b1d20", "#202327", "#33373c", "#e4e6e8", "#3a86c8", "#6db1ea"};

QPalette paletteOf(const Shades& shades) {
    QPalette palette{QColor(shades.button), QColor(shades.window)};
    const QColor text(shades.text);
    palette.setColor(QPalette::Window, QColor(shades.window));
    palette.setColor(QPalette::Base, QColor(shades.base));
    palette.setColor(QPalette::AlternateBase, QColor(shades.alternate));
    palette.setColor(QPalette::Button, QColor(shades.button));
    palette.setColor(QPalette::ToolTipBase, QColor(shades.base));
    palette.setColor(QPalette::Highlight, QColor(shades.highlight));
    palette.setColor(QPalette::HighlightedText, Qt::white);
    palette.setColor(QPalette::Link, QColor(shades.link));
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText, QPalette::ToolTipText})
        palette.setColor(role, text);
    return withReadableFaintText(palette);
}

double luminance(const QColor& colour) {
    const auto linear = [](double share) {
        return share <= 0.04045 ? share / 12.92 : std::pow((share + 0.055) / 1.055, 2.4);
    };
    return 0.2126 * linear(colour.redF()) + 0.7152 * linear(colour.greenF()) + 0.0722 * linear(colour.blueF());
}

/// From half way between background and text on, the first colour that can be read on all backgrounds.
QColor readableFaint(const QColor& text, const std::array<QColor, 3>& backgrounds) {
    constexpr double kContrast = 4.5;
    constexpr int kSteps = 100;
    const auto part = [](int from, int to, int step) { return from + (to - from) * step / kSteps; };
    for (int step = kSteps / 2; step < kSteps; ++step) {
        const QColor& under = backgrounds.front();
        const QColor colour(part(under.red(), text.red(), step), part(under.green(), text.green(), step),
                            part(under.blue(), text.blue(), step));
        if (std::ranges::all_of(backgrounds, [&](const QColor& one) { return contrast(colour, one) >= kContrast; }))
            return colour;
    }
    return text;
}

} // namespace

double contrast(const QColor& a, const QColor& b) {
    const auto [darker, lighter] = std::minmax({luminance(a), luminance(b)});
    return (lighter + 0.05) / (darker + 0.05);
}

QPalette withReadableFaintText(QPalette palette) {
    const auto of = [&](QPalette::ColorRole role) { return palette.color(QPalette::Active, role); };
    const QColor faint =
        readableFaint(of(QPalette::Text), {of(QPalette::Base), of(QPalette::Window), of(QPalette::Button)});
    palette.setColor(QPalette::PlaceholderText, faint);
    for (const auto role :
         {QPalette::WindowText, QPalette::Text, QPalette::ButtonText, QPalette::ToolTipText, QPalette::HighlightedText})
        palette.setColor(QPalette::Disabled, role, faint);
    return palette;
}

QPalette paletteNamed(const std::string& name) {
    return paletteOf(name == "dark" ? kDark : kLight);
}

void applyPalette(QApplication& application, const std::string& name) {
    // A desktop that has Fusion, or a style of its own, which stays.
    if (!name.empty() || application.style()->name() == QLatin1String("fusion")) application.setStyle(new StudioStyle);
    if (name.empty()) {
        QApplication::setPalette(withReadableFaintText(QPalette())); // nothing else is taken from the desktop's hands
        return;
    }
    QApplication::setPalette(paletteNamed(name));
}

} // namespace ovation::ui
