// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/train/SurfacePicture.h"

#include "core/training/LossSurface.h"
#include "ui/timeline/ColourMap.h"

#include <QImage>
#include <QSignalSpy>
#include <QtTest/QTest>

#include <cstdlib>
#include <memory>
#include <vector>

#include <gtest/gtest.h>

namespace ovation::ui {
namespace {

std::shared_ptr<const LossSurface> flatOrBowl(bool bowl) {
    auto surface = std::make_shared<LossSurface>();
    surface->steps = 5;
    surface->lowX = surface->lowY = -1;
    surface->highX = surface->highY = 1;
    for (int y = -2; y <= 2; ++y)
        for (int x = -2; x <= 2; ++x)
            surface->loss.push_back(bowl ? 0.1 + x * x + y * y : 0.1);
    return surface;
}

/// Distance of two colours in all three components, of 3 x 255.
int apart(QColor a, QColor b) {
    return std::abs(a.red() - b.red()) + std::abs(a.green() - b.green()) + std::abs(a.blue() - b.blue());
}

class SurfacePictureTest : public ::testing::Test {
protected:
    SurfacePictureTest() { picture.resize(500, 400); }

    /// Rows where the column shows the whole range of colours in order, from the highest loss to the lowest.
    bool isScale(const QImage& image, int x) const {
        const ColourTable colours = colourTable(ColourMap::Viridis, false);
        const auto row = [&](QRgb colour, int from) {
            for (int y = from; y < image.height(); ++y)
                if (apart(image.pixelColor(x, y), QColor::fromRgb(colour)) < 12) return y;
            return -1;
        };
        int y = 0;
        for (const size_t entry : {255U, 192U, 128U, 64U, 0U})
            if ((y = row(colours[entry], y)) < 0) return false;
        return true;
    }

    SurfacePicture picture;
};

TEST_F(SurfacePictureTest, AScaleToTheRightSaysWhatTheColoursMean) {
    picture.setSurface(flatOrBowl(true));
    const QImage image = picture.grab().toImage();
    std::vector<int> columns;
    for (int x = 400; x < 500; ++x)
        if (isScale(image, x)) columns.push_back(x);
    EXPECT_GE(columns.size(), 8U);
}

TEST_F(SurfacePictureTest, ASurfaceOfOneHeightAndNoSurfaceHaveNoScale) {
    for (const auto& surface : {flatOrBowl(false), std::shared_ptr<const LossSurface>()}) {
        picture.setSurface(surface);
        const QImage image = picture.grab().toImage();
        for (int x = 0; x < 500; ++x)
            EXPECT_FALSE(isScale(image, x)) << x;
    }
}

TEST_F(SurfacePictureTest, TheLossUnderThePointerIsReadFromThePictureAndNotFromTheScale) {
    picture.setSurface(flatOrBowl(true));
    picture.show();
    QSignalSpy pointed(&picture, &SurfacePicture::pointed);
    QTest::mouseMove(&picture, QPoint(2, 2));
    QTest::mouseMove(&picture, QPoint(490, 200));
    ASSERT_EQ(pointed.count(), 2);
    EXPECT_EQ(pointed[0][0].toString(), QStringLiteral("loss here 8.100"));
    EXPECT_TRUE(pointed[1][0].toString().isEmpty());
}

} // namespace
} // namespace ovation::ui
