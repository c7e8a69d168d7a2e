// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/Palettes.h"

#include "ui/theme/StudioStyle.h"

#include <QCheckBox>
#include <QRadioButton>
#include <QStyleFactory>

#include <algorithm>
#include <memory>

#include <gtest/gtest.h>

namespace ovation::ui {
namespace {

void expectReadable(const QPalette& palette) {
    const auto faint = {std::pair{QPalette::Active, QPalette::PlaceholderText},
                        {QPalette::Inactive, QPalette::PlaceholderText},
                        {QPalette::Disabled, QPalette::Text},
                        {QPalette::Disabled, QPalette::WindowText},
                        {QPalette::Disabled, QPalette::ButtonText}};
    for (const auto& [group, role] : faint) {
        const QColor colour = palette.color(group, role);
        EXPECT_EQ(colour.alpha(), 255);
        for (const auto under : {QPalette::Base, QPalette::Window, QPalette::Button})
            EXPECT_GE(contrast(colour, palette.color(QPalette::Active, under)), 4.5) << role << " on " << under;
    }
    EXPECT_NE(palette.color(QPalette::PlaceholderText), palette.color(QPalette::Text)) << "faint it is to be";
}

TEST(Palettes, ContrastIsThatOfWcag) {
    EXPECT_NEAR(contrast(Qt::black, Qt::white), 21, 1e-6);
    EXPECT_NEAR(contrast(Qt::white, Qt::white), 1, 1e-6);
    EXPECT_NEAR(contrast(QColor("#767676"), Qt::white), 4.54, 0.01);
}

TEST(Palettes, FaintTextsCanBeReadInLightAndDark) {
    expectReadable(paletteNamed("light"));
    expectReadable(paletteNamed("dark"));
}

TEST(Palettes, ADarkDesktopsFaintTextsBecomeReadable) {
    QPalette palette{QColor("#31363b"), QColor("#232629")};
    palette.setColor(QPalette::Text, QColor("#eff0f1"));
    palette.setColor(QPalette::Base, QColor("#1b1e20"));
    palette.setColor(QPalette::PlaceholderText, QColor(0, 0, 0, 128));
    expectReadable(withReadableFaintText(palette));
}

/// The strongest contrast to the window along a line across the button's indicator.
double outlineContrast(QAbstractButton& button, QStyle& style, const QPalette& palette) {
    button.setStyle(&style);
    button.setPalette(palette);
    button.resize(button.sizeHint());
    const QImage image = button.grab().toImage();
    double strongest = 1;
    for (int x = 0; x < std::min(image.width(), image.height()); ++x)
        strongest =
            std::max(strongest, contrast(image.pixelColor(x, image.height() / 2), palette.color(QPalette::Window)));
    button.setStyle(nullptr);
    return strongest;
}

// 3 to 1 is what WCAG asks of parts of controls.
TEST(Palettes, WhereToClickCanBeSeenInLightAndDark) {
    StudioStyle style;
    for (const char* name : {"light", "dark"}) {
        QCheckBox box;
        QRadioButton circle;
        EXPECT_GE(outlineContrast(box, style, paletteNamed(name)), 3) << name;
        EXPECT_GE(outlineContrast(circle, style, paletteNamed(name)), 3) << name;
    }
    const std::unique_ptr<QStyle> fusion(QStyleFactory::create(QStringLiteral("Fusion")));
    QCheckBox plain;
    EXPECT_LT(outlineContrast(plain, *fusion, paletteNamed("dark")), 3) << "what the style is for";
}

} // namespace
} // namespace ovation::ui
