// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/Palettes.h"

#include <QApplication>
#include <QPalette>
#include <QStyle>
#include <QStyleFactory>

namespace ovation::ui {

namespace {

struct Shades {
    const char *window, *base, *alternate, *button, *text, *faint, *highlight, *link;
};

constexpr Shades kLight = {"#f3f3f1", "#ffffff", "#f7f7f5", "#e9e9e6", "#1d1f21", "#8a8d91", "#1f6fb2", "#1f6fb2"};
constexpr Shades kDark = {"#24272b", "#1b1d20", "#202327", "#33373c", "#e4e6e8", "#7d838a", "#3a86c8", "#6db1ea"};

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
    palette.setColor(QPalette::PlaceholderText, QColor(shades.faint));
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText, QPalette::ToolTipText}) {
        palette.setColor(role, text);
        palette.setColor(QPalette::Disabled, role, QColor(shades.faint));
    }
    palette.setColor(QPalette::Disabled, QPalette::HighlightedText, QColor(shades.faint));
    return palette;
}

} // namespace

void applyPalette(QApplication& application, const std::string& name) {
    if (name.empty()) return;
    application.setStyle(QStyleFactory::create(QStringLiteral("Fusion")));
    QApplication::setPalette(paletteOf(name == "dark" ? kDark : kLight));
}

} // namespace ovation::ui
