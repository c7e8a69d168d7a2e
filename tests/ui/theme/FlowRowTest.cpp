// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/FlowRow.h"

#include "ui/theme/ElidedLabel.h"
#include "ui/theme/Theme.h"

#include <QWidget>

#include <gtest/gtest.h>

namespace ovation::ui {
namespace {

/// Three boxes of 100 x 20, the last behind a stretch.
struct Boxes {
    Boxes() {
        auto* row = new FlowRow(&on);
        for (QWidget*& box : boxes) {
            if (&box == &boxes[2]) row->addStretch();
            box = new QWidget(&on);
            box->setFixedSize(100, 20);
            row->addWidget(box);
        }
    }
    QPoint placeAt(int width, size_t box) {
        on.layout()->setGeometry({0, 0, width, on.layout()->heightForWidth(width)});
        return boxes[box]->pos();
    }

    QWidget on;
    QWidget* boxes[3] = {};
};

TEST(FlowRowTest, PutsInFurtherRowsWhatHasNoRoom) {
    Boxes all;
    EXPECT_EQ(all.on.layout()->heightForWidth(400), 20);
    EXPECT_EQ(all.placeAt(400, 1), QPoint(100 + kGrid, 0));
    EXPECT_EQ(all.placeAt(400, 2), QPoint(300, 0)) << "at the right";
    EXPECT_EQ(all.on.layout()->heightForWidth(250), 40 + kGrid);
    EXPECT_EQ(all.placeAt(250, 1), QPoint(100 + kGrid, 0));
    EXPECT_EQ(all.placeAt(250, 2).y(), 20 + kGrid);
    EXPECT_EQ(all.on.layout()->heightForWidth(120), 60 + 2 * kGrid);
    EXPECT_EQ(all.on.layout()->minimumSize(), QSize(100, 20));
}

TEST(FlowRowTest, LeavesNoRoomForWhatIsHidden) {
    Boxes all;
    all.boxes[0]->hide();
    EXPECT_EQ(all.on.layout()->heightForWidth(250), 20);
    EXPECT_EQ(all.placeAt(250, 1), QPoint(0, 0));
}

TEST(ElidedLabelTest, NeedsLittleRoomAndSaysWhetherItIsCut) {
    ElidedLabel label;
    label.setText(QStringLiteral("a line that is much longer than the other one is\nshort"));
    EXPECT_LT(label.minimumSizeHint().width(), label.sizeHint().width() / 2);
    label.resize(label.sizeHint());
    EXPECT_FALSE(label.isCut());
    label.resize(label.minimumSizeHint());
    EXPECT_TRUE(label.isCut());
}

} // namespace
} // namespace ovation::ui
