// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/train/FieldLessons.h"
#include "ui/train/FieldRow.h"
#include "ui/train/HyperparameterForm.h"
#include "ui/train/LessonPicture.h"
#include "ui/train/TrainingGuide.h"

#include <QApplication>
#include <QComboBox>
#include <QDialog>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>
#include <QTextBrowser>
#include <QToolButton>
#include <gtest/gtest.h>

#include <set>

namespace ovation::ui {
namespace {

TEST(Lessons, EverySettingHasASectionAndAllButTheRunsOwnHaveEnds) {
    for (const HyperparameterField& field : hyperparameterFields()) {
        const std::string_view name = field.name;
        EXPECT_NE(guideSectionOf(name), nullptr) << name;
        const bool ofTheRun = name == "seed" || name == "threads" || name == "engine";
        EXPECT_EQ(fieldLesson(name) == nullptr, ofTheRun) << name;
    }
    EXPECT_EQ(fieldLesson("wings"), nullptr);
    EXPECT_EQ(guideSectionOf("wings"), nullptr);
}

TEST(Lessons, TheGuideHasTwelveSectionsOfTheirOwn) {
    std::set<std::string> ids;
    for (const GuideSection& section : guideSections()) {
        EXPECT_TRUE(ids.insert(section.id).second);
        EXPECT_GT(std::string(section.text).size(), 200U) << section.id;
        for (const QString& field : QString::fromLatin1(section.fields).split(QLatin1Char(' '), Qt::SkipEmptyParts))
            EXPECT_NE(hyperparameterField(field.toStdString()), nullptr) << field.toStdString();
    }
    EXPECT_EQ(ids.size(), 12U);
}

TEST(Lessons, CurvesStayInThePictureAndShowWhatTheyAreNamedFor) {
    const auto ends = [](CurveShape shape) {
        const DrawnCurves curves = drawnCurves(shape);
        for (const QPolygonF& curve : {curves.training, curves.validation})
            for (const QPointF& point : curve) {
                EXPECT_GE(point.x(), 0);
                EXPECT_LE(point.x(), 1);
                EXPECT_GE(point.y(), 0);
                EXPECT_LE(point.y(), 1);
            }
        return std::pair(curves.training.last().y(), curves.validation.last().y());
    };
    for (int shape = 0; shape <= static_cast<int>(CurveShape::Spiky); ++shape)
        ends(static_cast<CurveShape>(shape));
    EXPECT_GT(ends(CurveShape::Overfits).second, ends(CurveShape::Overfits).first + 0.3);
    EXPECT_LT(ends(CurveShape::Good).second, 0.3);
    EXPECT_GT(ends(CurveShape::Underfits).first, 0.5);
    EXPECT_GT(ends(CurveShape::Diverges).first, 0.8);
    EXPECT_LT(drawnCurves(CurveShape::CutShort).training.last().x(), 0.6);
}

TEST(Lessons, PicturesAreDrawnAndDifferInLightAndDark) {
    const QPalette light(Qt::white), dark(Qt::black);
    const FieldLesson* lesson = fieldLesson("learning_rate");
    ASSERT_NE(lesson, nullptr);
    const QImage picture = lessonPicture(*lesson, {300, 70}, light).toImage();
    EXPECT_EQ(picture.size(), QSize(300, 70));
    EXPECT_NE(picture, lessonPicture(*lesson, {300, 70}, dark).toImage());
    EXPECT_NE(picture, lessonPicture(*fieldLesson("dropout"), {300, 70}, light).toImage());
    std::vector<QImage> all;
    for (const GuideSection& section : guideSections()) {
        all.push_back(guidePicture(section.picture, {500, 120}, light).toImage());
        for (size_t i = 0; i + 1 < all.size(); ++i)
            EXPECT_NE(all[i], all.back()) << section.id;
    }
}

TEST(Lessons, TheCardShowsBothEndsThePictureAndTheWayToTheGuide) {
    HyperparameterForm form({});
    form.resize(340, 700);
    form.show();
    form.row(QStringLiteral("learning_rate"))->editor()->setFocus();
    QTest::mouseMove(form.row(QStringLiteral("learning_rate"))->editor());
    Q_EMIT form.row(QStringLiteral("learning_rate"))->pointedAt();
    EXPECT_TRUE(form.cardText().contains(QStringLiteral("Too small")));
    EXPECT_TRUE(form.cardText().contains(QStringLiteral("Too large")));
    auto* picture = form.findChild<QLabel*>(QStringLiteral("card_picture"));
    EXPECT_TRUE(picture->isVisible());
    QSignalSpy asked(&form, &HyperparameterForm::lessonRequested);
    Q_EMIT form.findChild<QLabel*>(QStringLiteral("card_ends"))->linkActivated(QStringLiteral("descent"));
    ASSERT_EQ(asked.count(), 1);
    EXPECT_EQ(asked[0][0].toString(), QStringLiteral("descent"));
    Q_EMIT form.row(QStringLiteral("threads"))->pointedAt();
    EXPECT_FALSE(picture->isVisible());
}

TEST(Lessons, TheGuideOpensOnceBesideTheWindow) {
    QWidget window;
    TrainingGuide::show(&window);
    TrainingGuide::show(&window, QStringLiteral("momentum"));
    const auto dialogs = window.findChildren<QDialog*>(QStringLiteral("TrainingGuide"));
    ASSERT_EQ(dialogs.size(), 1);
    EXPECT_FALSE(dialogs[0]->isModal());
    auto* page = dialogs[0]->findChild<QTextBrowser*>();
    EXPECT_TRUE(page->toPlainText().contains(QStringLiteral("8. Momentum")));
    EXPECT_FALSE(
        page->document()->resource(QTextDocument::ImageResource, QUrl(QStringLiteral("guide:momentum"))).isNull());
}

TEST(OwnPresets, AreSavedByNameChosenAndDeleted) {
    HyperparameterForm form({});
    form.resize(340, 500);
    form.show();
    Hyperparameters mine;
    mine.dropout = 0.15;
    form.setValues(mine);
    auto* presets = form.findChild<QComboBox*>(QStringLiteral("presets"));
    EXPECT_EQ(presets->currentIndex(), -1);
    auto* menu = form.findChild<QToolButton*>(QStringLiteral("preset_menu"))->menu();
    Q_EMIT menu->aboutToShow();
    menu->actions().front()->trigger();
    auto* name = form.findChild<QLineEdit*>(QStringLiteral("preset_name"));
    ASSERT_TRUE(name->isVisible());
    QSignalSpy changed(&form, &HyperparameterForm::ownPresetsChanged);
    QTest::keyClicks(name, QStringLiteral("  "));
    QTest::keyClick(name, Qt::Key_Return);
    EXPECT_EQ(changed.count(), 0) << "a preset has a name";
    QTest::keyClicks(name, QStringLiteral("old tapes"));
    QTest::keyClick(name, Qt::Key_Return);
    ASSERT_EQ(changed.count(), 1);
    EXPECT_FALSE(name->isVisible());
    EXPECT_EQ(presets->currentText(), QStringLiteral("Preset: old tapes"));
    form.setValues({});
    QSignalSpy edited(&form, &HyperparameterForm::edited);
    Q_EMIT presets->activated(presets->findText(QStringLiteral("Preset: old tapes")));
    EXPECT_EQ(edited.count(), 1);
    EXPECT_EQ(form.values(), mine);
    // What is kept is read back in another form.
    HyperparameterForm other({});
    other.setOwnPresets(presetsFromJson(presetsToJson(form.ownPresets())));
    other.setValues(mine);
    EXPECT_EQ(other.findChild<QComboBox*>(QStringLiteral("presets"))->currentText(),
              QStringLiteral("Preset: old tapes"));
    Q_EMIT menu->aboutToShow();
    menu->actions().last()->trigger();
    EXPECT_TRUE(form.ownPresets().empty());
    EXPECT_EQ(presets->currentIndex(), -1);
}

TEST(OwnPresets, WhatIsNotUnderstoodIsLeftOut) {
    for (const char* json : {"", "{", "[7]", "[{\"name\":\"x\"}]", "[{\"name\":\"\",\"hyperparameters\":{}}]",
                             "[{\"name\":\"x\",\"hyperparameters\":{\"dropout\":7}}]"})
        EXPECT_TRUE(presetsFromJson(QString::fromLatin1(json)).empty()) << json;
}

} // namespace
} // namespace ovation::ui
