// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/timeline/SpectrogramOptions.h"

#include <QToolButton>

class QButtonGroup;
class QFrame;
class QLabel;
class QSlider;

namespace ovation::ui {

/// A small button beside the spectrogram; it opens a popup with the frequency scale, the colours and the dynamic range.
/// What is chosen shows at once.
class SpectrogramSettings : public QToolButton {
    Q_OBJECT
public:
    explicit SpectrogramSettings(QWidget* parent);

    SpectrogramOptions options() const { return m_options; }
    void setOptions(const SpectrogramOptions& options); ///< without a signal
    QFrame* popup() const { return m_popup; }

Q_SIGNALS:
    void chosen(const ovation::ui::SpectrogramOptions& options);

private:
    void build();
    void open();
    void show(const SpectrogramOptions& options);
    void choose(const SpectrogramOptions& options);

    SpectrogramOptions m_options;
    QFrame* m_popup = nullptr;
    QButtonGroup* m_scales = nullptr;
    QButtonGroup* m_maps = nullptr;
    QSlider* m_range = nullptr;
    QLabel* m_rangeText = nullptr;
};

} // namespace ovation::ui
