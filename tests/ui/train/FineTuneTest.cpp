// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/ModelBundle.h"
#include "core/training/FineTuning.h"
#include "tests/ui/Studio.h"
#include "ui/train/FineTuneBar.h"
#include "ui/train/TrainPanel.h"

#include <QCheckBox>
#include <QPushButton>

namespace ovation::ui::test {
namespace {

/// A new project with a model and with settings of its own; fine-tuning is ticked and unticked in the bar.
class FineTuneTest : public ::testing::Test {
protected:
    void SetUp() override {
        ASSERT_TRUE(openNew(session));
        ASSERT_TRUE(waitFor([&] { return session.model() != nullptr; }));
        own.learningRate = 0.02;
        own.optimizer = "sgd";
        session.setHyperparameters(own);
    }
    Hyperparameters ofModel() const { return *fineTuningSettings(*session.model()); }

    const Folder folder;
    Session session;
    Hyperparameters own = quickRun(7, 5);
    FineTuneBar bar{&session};
    QCheckBox* tick = bar.findChild<QCheckBox*>(QStringLiteral("fine_tune"));
};

TEST_F(FineTuneTest, UntickingBringsBackTheSettingsFromBefore) {
    for (int time = 0; time < 2; ++time) {
        tick->click();
        ASSERT_TRUE(session.fineTuning());
        EXPECT_EQ(session.hyperparameters(), ofModel());
        tick->click();
        EXPECT_FALSE(session.fineTuning());
        EXPECT_EQ(session.hyperparameters(), own);
    }
}

TEST_F(FineTuneTest, WhatWasChangedMeanwhileStaysAsItIs) {
    tick->click();
    Hyperparameters changed = session.hyperparameters();
    changed.weightDecay = 0.125;
    session.setHyperparameters(changed);
    changed.epochs = 3;
    session.setHyperparameters(changed);
    tick->click();
    Hyperparameters expected = own;
    expected.weightDecay = 0.125;
    expected.epochs = 3;
    EXPECT_EQ(session.hyperparameters(), expected);
}

TEST_F(FineTuneTest, SettingsThatWereChosenAsAWholeMeanwhileStay) {
    tick->click();
    Hyperparameters chosen = ofModel();
    chosen.epochs = 3;
    session.forgetBeforeFineTuning();
    session.setHyperparameters(chosen);
    tick->click();
    EXPECT_FALSE(session.fineTuning());
    EXPECT_EQ(session.hyperparameters(), chosen);
}

TEST_F(FineTuneTest, AResetOfAllFieldsIsAChoiceAsAWhole) {
    tick->click();
    TrainPanel panel(&session);
    auto* reset = panel.findChild<QPushButton*>(QStringLiteral("reset_all"));
    ASSERT_TRUE(reset && reset->isEnabled());
    reset->click();
    const Hyperparameters chosen = session.hyperparameters();
    ASSERT_NE(chosen, ofModel());
    tick->click();
    EXPECT_EQ(session.hyperparameters(), chosen);
}

TEST_F(FineTuneTest, SeveralFieldsThatAreCorrectedAtOnceAreNotAWhole) {
    tick->click();
    Hyperparameters changed = session.hyperparameters();
    changed.applauseLowDb = 2;
    changed.applauseHighDb = 7;
    session.setHyperparameters(changed);
    tick->click();
    Hyperparameters expected = own;
    expected.applauseLowDb = 2;
    expected.applauseHighDb = 7;
    EXPECT_EQ(session.hyperparameters(), expected);
}

TEST_F(FineTuneTest, TheSettingsFromBeforeOutlastAnotherModel) {
    tick->click();
    ModelBundle other = *session.model();
    Hyperparameters settings = *hyperparametersFromJson(other.trainingJson);
    settings.epochs = 2;
    settings.batchSize = 2;
    other.trainingJson = toJson(settings);
    const QString file = folder.path(QStringLiteral("other.safetensors"));
    ASSERT_TRUE(writeModel(file.toStdString(), other));
    session.openModel(file);
    ASSERT_TRUE(waitFor([&] { return session.modelSource().kind == ModelSource::Kind::File; }));
    ASSERT_TRUE(session.fineTuning());
    EXPECT_EQ(session.hyperparameters(), ofModel());
    tick->click();
    EXPECT_EQ(session.hyperparameters(), own);
}

TEST_F(FineTuneTest, TheSettingsFromBeforeAreKeptInTheProject) {
    const QString project = folder.path(QStringLiteral("p.ovation"));
    tick->click();
    ASSERT_TRUE(session.fineTuning());
    ASSERT_TRUE(saveAs(session, project));
    ASSERT_TRUE(openNew(session));
    EXPECT_FALSE(session.fineTuning());
    ASSERT_TRUE(open(session, project));
    ASSERT_TRUE(session.fineTuning());
    session.setFineTuning(false);
    EXPECT_EQ(session.hyperparameters(), own);
}

} // namespace
} // namespace ovation::ui::test
