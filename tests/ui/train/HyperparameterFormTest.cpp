// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/train/HyperparameterForm.h"

#include "ui/train/FieldRow.h"
#include "ui/train/NumberEdit.h"

#include <QCheckBox>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QSignalSpy>
#include <QTest>
#include <QToolButton>
#include <gtest/gtest.h>

namespace ovation::ui {
namespace {

class HyperparameterFormTest : public testing::Test {
protected:
    void SetUp() override {
        form.resize(340, 900);
        form.show();
        form.activateWindow();
        ASSERT_TRUE(QTest::qWaitForWindowActive(&form));
    }

    NumberEdit* number(const char* field) {
        return form.findChild<NumberEdit*>(QStringLiteral("field_") + QString::fromUtf8(field));
    }
    void type(const char* field, const char* text) {
        NumberEdit* edit = number(field);
        ASSERT_NE(edit, nullptr) << field;
        edit->setFocus();
        edit->selectAll();
        QTest::keyClicks(edit, QString::fromUtf8(text));
    }

    HyperparameterForm form{Hyperparameters{}};
};

TEST_F(HyperparameterFormTest, HasARowForEveryField) {
    for (const HyperparameterField& field : hyperparameterFields())
        EXPECT_NE(form.row(QString::fromUtf8(field.name)), nullptr) << field.name;
}

TEST_F(HyperparameterFormTest, TypedScientificNumberIsTheValue) {
    QSignalSpy edited(&form, &HyperparameterForm::edited);
    type("learning_rate", "5e-4");
    EXPECT_DOUBLE_EQ(form.values().learningRate, 5e-4);
    EXPECT_TRUE(form.errors().empty());
    EXPECT_GE(edited.count(), 1);
    EXPECT_EQ(number("learning_rate")->text(), QStringLiteral("5e-4")) << "what is typed is not rewritten while typing";
}

TEST_F(HyperparameterFormTest, ValueOutOfRangeNamesTheFieldAndKeepsTheLastGoodOne) {
    type("epochs", "0");
    ASSERT_EQ(form.errors().size(), 1U);
    EXPECT_EQ(form.errors()[0].field, "epochs");
    EXPECT_TRUE(
        form.row(QStringLiteral("epochs"))->errorText().contains(QStringLiteral("Epochs"), Qt::CaseInsensitive));
    EXPECT_EQ(form.values().epochs, 50);
}

TEST_F(HyperparameterFormTest, WordsEmptyTextAndFractionsAreRefusedWithAReason) {
    for (const char* text : {"abc", "nan", "-", ".5"}) {
        type("batch_size", text);
        ASSERT_EQ(form.errors().size(), 1U) << text;
        EXPECT_EQ(form.errors()[0].field, "batch_size");
    }
    number("batch_size")->selectAll();
    QTest::keyClick(number("batch_size"), Qt::Key_Delete);
    EXPECT_EQ(form.errors().size(), 1U);
    EXPECT_EQ(form.values().batchSize, 16) << "the last usable value";
    type("batch_size", "1.5");
    EXPECT_EQ(form.errors().size(), 1U);
    type("batch_size", "1e400");
    EXPECT_EQ(form.errors().size(), 1U);
    type("batch_size", "8");
    EXPECT_TRUE(form.errors().empty());
    EXPECT_TRUE(form.row(QStringLiteral("batch_size"))->errorText().isEmpty());
}

TEST_F(HyperparameterFormTest, ErrorBetweenFieldsStandsBesideOneOfThem) {
    type("heads", "7");
    ASSERT_FALSE(form.errors().empty());
    EXPECT_FALSE(form.row(QString::fromStdString(form.errors()[0].field))->errorText().isEmpty());
}

TEST_F(HyperparameterFormTest, ChangedFieldCanBeSetBack) {
    auto* reset = form.findChild<QToolButton*>(QStringLiteral("reset_dropout"));
    EXPECT_TRUE(reset->isHidden());
    type("dropout", "0.5");
    ASSERT_FALSE(reset->isHidden());
    QTest::mouseClick(reset, Qt::LeftButton);
    EXPECT_DOUBLE_EQ(form.values().dropout, 0.3);
    EXPECT_TRUE(reset->isHidden());
    EXPECT_EQ(number("dropout")->text(), QStringLiteral("0.3"));
}

TEST_F(HyperparameterFormTest, ResetClearsUnusableText) {
    type("dropout", "x");
    ASSERT_FALSE(form.errors().empty());
    QTest::mouseClick(form.findChild<QToolButton*>(QStringLiteral("reset_dropout")), Qt::LeftButton);
    EXPECT_TRUE(form.errors().empty());
    EXPECT_EQ(number("dropout")->text(), QStringLiteral("0.3"));
}

TEST_F(HyperparameterFormTest, ArrowKeysStepLogarithmicValuesByAFactor) {
    const double before = form.values().learningRate;
    QTest::keyClick(number("learning_rate"), Qt::Key_Up);
    EXPECT_GT(form.values().learningRate, 1.4 * before);
    QTest::keyClick(number("learning_rate"), Qt::Key_Down);
    EXPECT_NEAR(form.values().learningRate, before, 1e-9);
}

TEST_F(HyperparameterFormTest, FieldsThatTheModelDoesNotUseAreDisabled) {
    EXPECT_FALSE(number("feed_forward")->isEnabled());
    auto* model = form.findChild<QComboBox*>(QStringLiteral("field_model"));
    model->setFocus();
    QTest::keyClick(model, Qt::Key_Down);
    EXPECT_EQ(form.values().model, "transformer");
    EXPECT_TRUE(number("feed_forward")->isEnabled());
}

TEST_F(HyperparameterFormTest, PresetFillsEveryFieldAndIsNamed) {
    auto* box = form.findChild<QComboBox*>(QStringLiteral("presets"));
    EXPECT_EQ(box->currentIndex(), 0);
    box->setFocus();
    QTest::keyClick(box, Qt::Key_Down);
    EXPECT_EQ(form.values(), presets()[1].values);
    type("epochs", "7");
    EXPECT_EQ(box->currentIndex(), -1) << "own settings are no preset";
    EXPECT_EQ(box->placeholderText(), QStringLiteral("Transformer, changed"));
}

TEST_F(HyperparameterFormTest, MarksWhatDiffersFromTheNearestPreset) {
    Hyperparameters values = preset("compact")->values;
    values.epochs = 12;
    form.setValues(values);
    EXPECT_FALSE(form.findChild<QToolButton*>(QStringLiteral("reset_epochs"))->isHidden());
    EXPECT_TRUE(form.findChild<QToolButton*>(QStringLiteral("reset_hidden_size"))->isHidden());
}

TEST_F(HyperparameterFormTest, CardExplainsTheFocusedField) {
    type("dropout", "0.2");
    const HyperparameterField* field = hyperparameterField("dropout");
    EXPECT_TRUE(form.cardText().contains(QString::fromUtf8(field->explanation).toHtmlEscaped()));
}

TEST_F(HyperparameterFormTest, NoPresetIsCalledLikeTheSettingOfRandomness) {
    const auto* box = form.findChild<QComboBox*>(QStringLiteral("presets"));
    EXPECT_EQ(box->currentData().toString(), QStringLiteral("seed"));
    EXPECT_EQ(box->currentText(), QStringLiteral("Published network: large, slow"));
    EXPECT_TRUE(box->currentData(Qt::ToolTipRole).toString().endsWith(QStringLiteral("--preset seed")));
    for (int i = 0; i < box->count(); ++i)
        EXPECT_FALSE(box->itemText(i).startsWith(QStringLiteral("Seed"))) << box->itemText(i).toStdString();
    type("epochs", "7");
    EXPECT_EQ(box->placeholderText(), QStringLiteral("Published network, changed"));
}

TEST_F(HyperparameterFormTest, CardTellsThePresetsOwnValue) {
    Q_EMIT form.row(QStringLiteral("epochs"))->pointedAt();
    EXPECT_TRUE(form.cardText().contains(QStringLiteral("50 in this preset"))) << form.cardText().toStdString();
    form.setValues(preset("compact")->values);
    EXPECT_TRUE(form.cardText().contains(QStringLiteral("30 in this preset"))) << form.cardText().toStdString();
    type("epochs", "7");
    EXPECT_TRUE(form.cardText().contains(QStringLiteral("30 in the preset Compact"))) << form.cardText().toStdString();
}

TEST_F(HyperparameterFormTest, FieldsThatDoNothingWithOtherSettingsAreDisabled) {
    EXPECT_FALSE(number("momentum")->isEnabled()) << "AdamW has none";
    EXPECT_TRUE(number("beta1")->isEnabled());
    EXPECT_TRUE(number("lr_patience")->isEnabled());
    Hyperparameters values;
    values.optimizer = "sgd";
    values.schedule = "cosine";
    form.setValues(values);
    EXPECT_TRUE(number("momentum")->isEnabled());
    EXPECT_FALSE(number("beta1")->isEnabled());
    EXPECT_FALSE(number("lr_patience")->isEnabled());
    EXPECT_TRUE(number("lr_patience")->toolTip().contains(QStringLiteral("cosine")));
}

TEST_F(HyperparameterFormTest, SettingsAreFoundByName) {
    auto* find = form.findChild<QLineEdit*>(QStringLiteral("find_setting"));
    QTest::keyClicks(find, QStringLiteral("drop"));
    EXPECT_TRUE(number("dropout")->isVisible());
    EXPECT_TRUE(number("lr_factor")->isVisible()) << "the rate drop";
    EXPECT_FALSE(number("batch_size")->isVisible());
    EXPECT_TRUE(number("epochs")->isVisible()) << "stands above them all";
    type("dropout", "0.5");
    EXPECT_TRUE(form.findChild<QToolButton*>(QStringLiteral("reset_dropout"))->isVisible());
    find->setText(QStringLiteral("nothing like it"));
    EXPECT_FALSE(number("dropout")->isVisible());
    EXPECT_FALSE(form.findChild<QToolButton*>(QStringLiteral("reset_dropout"))->isVisible());
    EXPECT_TRUE(form.findChild<QLabel*>(QStringLiteral("no_setting"))->isVisible());
    find->clear();
    EXPECT_TRUE(number("batch_size")->isVisible());
    EXPECT_TRUE(form.findChild<QToolButton*>(QStringLiteral("reset_dropout"))->isVisible());
}

TEST_F(HyperparameterFormTest, FieldsHaveRoomForTheirUnits) {
    QCoreApplication::processEvents();
    const QWidget* inside = number("dropout")->parentWidget();
    EXPECT_LE(inside->width(), inside->parentWidget()->width());
}

TEST(SettingsSummary, NamesWhatWasChanged) {
    Hyperparameters values;
    EXPECT_EQ(settingsSummary(values), QStringLiteral("defaults"));
    values.batchSize = 8;
    EXPECT_EQ(settingsSummary(values), QStringLiteral("batch size 8"));
}

TEST(NumberEdit, TextReadsBackAsTheSameNumber) {
    for (const double value : {0.001, 1e-5, 42.0, 1e-7, 9007199254740991.0})
        EXPECT_EQ(NumberEdit::read(NumberEdit::textOf(value)), value);
    EXPECT_EQ(NumberEdit::read(QStringLiteral("0,5")), 0.5);
    EXPECT_EQ(NumberEdit::read(QStringLiteral("inf")), std::nullopt);
}

TEST(NumberEdit, TextHasSixDigitsAndIsDecimalDownToATenThousandth) {
    EXPECT_EQ(NumberEdit::textOf(0.0006000000000000001), QStringLiteral("0.0006"));
    EXPECT_EQ(NumberEdit::textOf(0.1 + 0.2), QStringLiteral("0.3"));
    EXPECT_EQ(NumberEdit::textOf(0.0005), QStringLiteral("0.0005"));
    EXPECT_EQ(NumberEdit::textOf(1e-4), QStringLiteral("0.0001"));
    EXPECT_EQ(NumberEdit::textOf(1e-5), QStringLiteral("1e-5"));
    EXPECT_EQ(NumberEdit::textOf(0.00123456789), QStringLiteral("0.00123457"));
}

TEST(NumberEdit, KeepsWhatItWasGivenToTheLastDigitUntilSomethingIsTyped) {
    NumberEdit edit;
    edit.setNumber(0.00123456789);
    EXPECT_EQ(edit.text(), QStringLiteral("0.00123457"));
    EXPECT_EQ(edit.number(), 0.00123456789);
    edit.selectAll();
    QTest::keyClicks(&edit, QStringLiteral("0.00123457"));
    EXPECT_EQ(edit.number(), 0.00123457);
}

} // namespace
} // namespace ovation::ui
