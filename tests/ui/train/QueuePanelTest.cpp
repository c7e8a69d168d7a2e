// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/train/QueuePanel.h"

#include "ui/train/SweepForm.h"

#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTest>
#include <QTreeWidget>
#include <gtest/gtest.h>

namespace ovation::ui {
namespace {

class QueuePanelTest : public testing::Test {
protected:
    void SetUp() override {
        panel.resize(800, 500);
        panel.show();
        panel.setSettings({}, true);
        QObject::connect(&panel, &QueuePanel::addRequested, [this](const auto& runs) { added = runs; });
    }
    template <typename T>
    T* find(const char* name) {
        return panel.findChild<T*>(QLatin1String(name));
    }
    void type(const char* text) {
        auto* values = find<QLineEdit>("sweep_values");
        values->selectAll();
        QTest::keyClicks(values, QString::fromUtf8(text));
    }
    QString says() { return find<QLabel>("sweep_says")->text(); }

    QueuePanel panel;
    std::vector<Hyperparameters> added;
};

TEST_F(QueuePanelTest, SweepSaysHowManyRunsItMakesAndAddsThem) {
    type("1e-4, 1e-3");
    EXPECT_EQ(says(), QStringLiteral("2 runs"));
    QTest::mouseClick(find<QPushButton>("sweep_another"), Qt::LeftButton);
    EXPECT_FALSE(find<QPushButton>("sweep_add")->isEnabled()) << "the second setting has no values yet";
    auto* second = panel.findChildren<QLineEdit*>(QStringLiteral("sweep_values")).last();
    QTest::keyClicks(second, QStringLiteral("0.1..0.5"));
    EXPECT_EQ(says(), QStringLiteral("6 runs"));
    QTest::mouseClick(find<QPushButton>("sweep_add"), Qt::LeftButton);
    ASSERT_EQ(added.size(), 6U);
    EXPECT_DOUBLE_EQ(added[5].learningRate, 1e-3);
    EXPECT_DOUBLE_EQ(added[5].dropout, 0.5);
}

TEST_F(QueuePanelTest, RandomDrawsAreAsManyAsAskedFor) {
    type("1e-4..1e-2");
    auto* way = find<QComboBox>("sweep_way");
    way->setCurrentIndex(1);
    Q_EMIT way->activated(1);
    find<QSpinBox>("sweep_count")->setValue(7);
    EXPECT_EQ(says(), QStringLiteral("7 runs"));
}

TEST_F(QueuePanelTest, SweepSaysWhatIsWrongAndAddsNothing) {
    type("1e-4, 99");
    EXPECT_TRUE(says().contains(QStringLiteral("Learning rate is 99"))) << says().toStdString();
    EXPECT_FALSE(find<QPushButton>("sweep_add")->isEnabled());
    auto* field = find<QComboBox>("sweep_field");
    field->setCurrentIndex(field->findData(QStringLiteral("channels")));
    Q_EMIT field->activated(field->currentIndex());
    type("32, 64");
    EXPECT_TRUE(says().contains(QStringLiteral("not used"))) << says().toStdString();
}

TEST_F(QueuePanelTest, SeveralSeedsAreTheSameSettingsWithTheNextSeeds) {
    find<QSpinBox>("queue_seeds")->setValue(4);
    QTest::mouseClick(find<QPushButton>("queue_repeat"), Qt::LeftButton);
    ASSERT_EQ(added.size(), 4U);
    EXPECT_EQ(added[3].seed, Hyperparameters().seed + 3);
}

TEST_F(QueuePanelTest, WaitingRunsAreMovedAndRemovedByTheirOwnNumber) {
    Hyperparameters other;
    other.dropout = 0.5;
    panel.setQueue({{7, "", {}}, {9, "", other}}, false);
    ASSERT_EQ(panel.list()->topLevelItemCount(), 2);
    EXPECT_EQ(panel.list()->topLevelItem(1)->text(2), QStringLiteral("dropout 0.5"));
    EXPECT_FALSE(find<QPushButton>("queue_up")->isEnabled());
    panel.list()->setCurrentItem(panel.list()->topLevelItem(1));
    QSignalSpy moved(&panel, &QueuePanel::moveRequested), removed(&panel, &QueuePanel::removeRequested);
    QTest::mouseClick(find<QPushButton>("queue_up"), Qt::LeftButton);
    ASSERT_EQ(moved.count(), 1);
    EXPECT_EQ(moved[0][0].toLongLong(), 9);
    EXPECT_EQ(moved[0][1].toInt(), -1);
    QTest::mouseClick(find<QPushButton>("queue_remove"), Qt::LeftButton);
    EXPECT_EQ(removed.count(), 1);
    EXPECT_EQ(find<QPushButton>("queue_start")->text(), QStringLiteral("Start Queue"));
    panel.setQueue({{9, "", other}}, true);
    EXPECT_EQ(find<QPushButton>("queue_start")->text(), QStringLiteral("Hold Queue"));
    EXPECT_EQ(panel.list()->selectedItems().size(), 1) << "what is chosen stays chosen";
}

TEST_F(QueuePanelTest, WhatASweepVariesComesFirst) {
    Hyperparameters base;
    base.hiddenSize = 64;
    base.dropout = 0.4;
    std::vector<QueuedRun> queue;
    for (const double rate : {1e-4, Hyperparameters().learningRate, 1e-2}) {
        base.learningRate = rate;
        base.seed += 1;
        queue.push_back({static_cast<int64_t>(queue.size()) + 1, "", base});
    }
    panel.setQueue(queue, false);
    const QString rest = QStringLiteral(", hidden size 64, dropout 0.4");
    EXPECT_EQ(panel.list()->topLevelItem(0)->text(2), QStringLiteral("learning rate 0.0001") + rest);
    EXPECT_TRUE(panel.list()->topLevelItem(1)->text(2).startsWith(QStringLiteral("learning rate ")))
        << "also where it is the usual one: " << panel.list()->topLevelItem(1)->text(2).toStdString();
    EXPECT_EQ(panel.list()->topLevelItem(2)->text(2), QStringLiteral("learning rate 0.01") + rest);
    EXPECT_EQ(panel.list()->topLevelItem(2)->toolTip(2), panel.list()->topLevelItem(2)->text(2));
    panel.setQueue({queue.front()}, false);
    EXPECT_TRUE(panel.list()->topLevelItem(0)->text(2).contains(QStringLiteral("learning rate 0.0001")))
        << "alone, it is told from the usual settings";
}

TEST_F(QueuePanelTest, NothingIsAddedOfUnusableSettings) {
    panel.setSettings({}, false);
    EXPECT_FALSE(find<QPushButton>("queue_add")->isEnabled());
    EXPECT_FALSE(find<QPushButton>("queue_repeat")->isEnabled());
    EXPECT_FALSE(find<QPushButton>("queue_start")->isEnabled());
}

} // namespace
} // namespace ovation::ui
