// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/review/DecoderControls.h"

#include "ui/theme/FlowRow.h"
#include "ui/theme/NumberField.h"
#include "ui/theme/Theme.h"

#include <QCheckBox>
#include <QLabel>
#include <QSignalBlocker>
#include <QSlider>

#include <algorithm>
#include <cmath>

namespace ovation::ui {

namespace {

constexpr int kSliderSteps = 100;                 ///< hundredths of probability
constexpr double kLowest = 0.01, kHighest = 0.99; ///< thresholds, but for a model's own
constexpr double kLongest = 60;                   ///< s

} // namespace

DecoderControls::DecoderControls(QWidget* parent)
    : QWidget(parent),
      m_slider(new QSlider(Qt::Horizontal, this)),
      m_threshold(new NumberField(2, 4, this)),
      m_minimum(new NumberField(2, 2, this)),
      m_gap(new NumberField(2, 2, this)),
      m_certain(new QCheckBox(tr("Only sure ones"), this)) {
    m_slider->setObjectName(QStringLiteral("threshold_slider"));
    m_slider->setRange(1, kSliderSteps - 1);
    m_slider->setPageStep(5);
    m_slider->setMinimumWidth(12 * kGrid);
    m_slider->setAccessibleName(tr("Threshold"));
    m_threshold->setObjectName(QStringLiteral("threshold"));
    m_threshold->setSingleStep(0.01);
    m_minimum->setObjectName(QStringLiteral("minimum_length"));
    m_gap->setObjectName(QStringLiteral("merge_gap"));
    for (NumberField* box : {m_minimum, m_gap}) {
        box->setRange(0, kLongest);
        box->setSingleStep(0.1);
        box->setSuffix(tr(" s"));
    }
    for (NumberField* box : {m_threshold, m_minimum, m_gap}) {
        box->setAlignment(Qt::AlignRight);
        box->setKeyboardTracking(false);
    }
    m_certain->setObjectName(QStringLiteral("only_sure"));
    m_slider->setToolTip(tr("Probability from which on a moment counts as applause. \"Only sure ones\" asks more of a "
                            "whole segment."));
    m_threshold->setToolTip(m_slider->toolTip());
    m_minimum->setToolTip(tr("Shorter segments are left out"));
    m_gap->setToolTip(tr("Segments closer to each other than this become one"));
    m_certain->setToolTip(
        tr("Segments must last, be surer than the threshold for most of their time, and begin and end where they are "
           "sure, as far as the model was found to do best. Off: wherever the threshold is passed. How many it hides "
           "is counted in the recording on screen"));

    auto* layout = new FlowRow(this);
    const auto nameOf = [this](const QString& text, QWidget* buddy) {
        auto* label = new QLabel(text, this);
        label->setBuddy(buddy);
        return label;
    };
    layout->addTogether({nameOf(tr("Threshold"), m_threshold), m_slider, m_threshold});
    layout->addTogether({nameOf(tr("Minimum length"), m_minimum), m_minimum});
    layout->addTogether({nameOf(tr("Merge gap"), m_gap), m_gap});
    layout->addWidget(m_certain);

    connect(m_slider, &QSlider::valueChanged, this, [this](int value) { setThreshold(value / double(kSliderSteps)); });
    connect(m_threshold, &NumberField::valueChanged, this, &DecoderControls::setThreshold);
    connect(m_minimum, &NumberField::valueChanged, this, [this](double value) {
        m_options.minimumDurationS = value;
        Q_EMIT edited(m_options);
    });
    connect(m_gap, &NumberField::valueChanged, this, [this](double value) {
        m_options.mergeGapS = value;
        Q_EMIT edited(m_options);
    });
    connect(m_certain, &QCheckBox::clicked, this, &DecoderControls::askForCertainty);
    setOptions({});
}

void DecoderControls::setOptions(const DecoderOptions& options) {
    m_options = options;
    const QSignalBlocker a(m_slider), b(m_threshold), c(m_minimum), d(m_gap);
    m_slider->setValue(static_cast<int>(std::lround(options.threshold * kSliderSteps)));
    m_threshold->setRange(std::min(kLowest, options.threshold), std::max(kHighest, options.threshold));
    m_threshold->setValue(options.threshold);
    m_minimum->setValue(options.minimumDurationS);
    m_gap->setValue(options.mergeGapS);
    showCertainty();
}

void DecoderControls::setModelOptions(const DecoderOptions& options) {
    m_ofModel = options;
    showCertainty();
}

void DecoderControls::setHidden(int64_t segments) {
    m_hidden = segments;
    showCertainty();
}

void DecoderControls::showCertainty() {
    const bool asked = m_options.evidence > 0 || m_options.confirmation > 0;
    m_certain->setChecked(asked);
    m_certain->setText(asked && m_hidden > 0 ? tr("Only sure ones (%1 hidden)").arg(m_hidden) : tr("Only sure ones"));
    m_certain->setEnabled(asked || m_ofModel.evidence > 0 || m_ofModel.confirmation > 0);
}

void DecoderControls::askForCertainty(bool on) {
    m_options.evidence = on ? m_ofModel.evidence : 0;
    m_options.confirmation = on ? m_ofModel.confirmation : 0;
    m_options.edgeConfidence = on ? m_ofModel.edgeConfidence : 0;
    showCertainty();
    Q_EMIT edited(m_options);
}

void DecoderControls::setThreshold(double threshold) {
    if (std::abs(threshold - m_options.threshold) < 1e-9) return;
    m_options.threshold = threshold;
    setOptions(m_options); // slider and box stand at the same value
    Q_EMIT edited(m_options);
}

} // namespace ovation::ui
