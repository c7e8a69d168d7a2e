// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QProxyStyle>

namespace ovation::ui {

/// Fusion, with check boxes and radio buttons whose outlines can be seen on dark windows too: Fusion draws them darker
/// than the window. They have the colour of faint texts. Tabs are a little narrower.
class StudioStyle : public QProxyStyle {
    Q_OBJECT
public:
    StudioStyle();

    void drawPrimitive(PrimitiveElement element, const QStyleOption* option, QPainter* painter,
                       const QWidget* widget = nullptr) const override;
    int pixelMetric(PixelMetric metric, const QStyleOption* option = nullptr,
                    const QWidget* widget = nullptr) const override;
};

} // namespace ovation::ui
