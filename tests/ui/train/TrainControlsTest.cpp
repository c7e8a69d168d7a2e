// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/train/TrainControls.h"

#include "ui/theme/ElidedLabel.h"

#include <QCoreApplication>
#include <QLabel>

#include <gtest/gtest.h>

namespace ovation::ui {
namespace {

TEST(TrainControlsTest, TheEstimateIsWholeWhereNothingElseIsSaid) {
    TrainControls controls;
    auto* estimate = static_cast<ElidedLabel*>(controls.findChild<QLabel*>(QStringLiteral("estimate")));
    ASSERT_TRUE(estimate);
    controls.setEstimate(QStringLiteral("184,433 weights · about 260 MB and the data\nabout 2 s an epoch, 2 s in all"));
    controls.resize(estimate->sizeHint().width() + 240, 60);
    controls.show();
    QCoreApplication::processEvents();
    EXPECT_FALSE(estimate->isCut()) << estimate->width();
    controls.setAdvice(QStringLiteral("Training takes about an hour: the preset Compact is quicker"));
    QCoreApplication::processEvents();
    auto* status = controls.findChild<QLabel*>(QStringLiteral("status"));
    EXPECT_GT(status->width(), estimate->width()) << "what is said goes before";
}

} // namespace
} // namespace ovation::ui
