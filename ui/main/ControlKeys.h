// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>

class QWidget;

namespace ovation::ui {

/// Lets the sliders of a window have their own keys (arrows, Home, End, page keys) while one of them has the keyboard,
/// whatever the window's shortcuts do with them elsewhere.
class SliderKeys : public QObject {
    Q_OBJECT
public:
    /// For the sliders that are under `parent` now.
    explicit SliderKeys(QWidget* parent);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
};

} // namespace ovation::ui
