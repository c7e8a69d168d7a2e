// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/detection/SegmentDecoder.h"

#include <QWidget>

#include <cstdint>

class QCheckBox;
class QSlider;

namespace ovation::ui {

class NumberField;

/// Threshold, minimum length and merge gap, which act at once.
class DecoderControls : public QWidget {
    Q_OBJECT
public:
    explicit DecoderControls(QWidget* parent = nullptr);

    void setOptions(const DecoderOptions& options); ///< does not emit
    /// What the model in use asks of a segment beside the threshold, which can be left out and taken up again.
    void setModelOptions(const DecoderOptions& options);
    const DecoderOptions& options() const { return m_options; }
    /// How many segments of the recording on screen "Only sure ones" hides: it says so.
    void setHidden(int64_t segments);

Q_SIGNALS:
    void edited(const ovation::DecoderOptions& options);

private:
    void setThreshold(double threshold);
    void askForCertainty(bool on);
    void showCertainty();

    DecoderOptions m_options;
    DecoderOptions m_ofModel;
    QSlider* m_slider;
    NumberField* m_threshold;
    NumberField* m_minimum;
    NumberField* m_gap;
    QCheckBox* m_certain;
    int64_t m_hidden = 0;
};

} // namespace ovation::ui
