// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/Palettes.h"

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

} // namespace
} // namespace ovation::ui
