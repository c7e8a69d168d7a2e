// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/NumberField.h"

#include <QLocale>
#include <QTest>

#include <gtest/gtest.h>

namespace ovation::ui {
namespace {

TEST(NumberFieldTest, PointAndCommaAreTheDecimalPointInAllLanguages) {
    for (const QLocale& language : {QLocale(QLocale::English), QLocale(QLocale::German), QLocale(QLocale::French)})
        for (const char* typed : {"2.5", "2,5"}) {
            NumberField field(2, 2);
            field.setLocale(language);
            field.setRange(0, 60);
            field.setSuffix(QStringLiteral(" s"));
            field.setKeyboardTracking(false);
            field.selectAll();
            QTest::keyClicks(&field, QLatin1String(typed));
            field.interpretText();
            EXPECT_DOUBLE_EQ(field.value(), 2.5) << typed << " in " << language.name().toStdString();
        }
}

TEST(NumberFieldTest, WhatIsNoNumberIsNotTaken) {
    NumberField field(2, 4);
    field.setLocale(QLocale(QLocale::German));
    field.setRange(0, 1);
    field.setValue(0.5);
    field.selectAll();
    QTest::keyClicks(&field, QStringLiteral("0.0.7x"));
    field.interpretText();
    EXPECT_DOUBLE_EQ(field.value(), 0.07);
}

} // namespace
} // namespace ovation::ui
