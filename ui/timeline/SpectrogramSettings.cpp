// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/timeline/SpectrogramSettings.h"

#include "ui/theme/Theme.h"

#include <QButtonGroup>
#include <QFrame>
#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QRadioButton>
#include <QScreen>
#include <QSlider>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace ovation::ui {
namespace {

constexpr int kRangeStepDb = 5;
constexpr QSize kSwatch{9 * kGrid, 12};

/// The map's colours from faint to strong.
QIcon swatch(ColourMap map, bool dark) {
    const ColourTable colours = colourTable(map, dark);
    QImage image(kSwatch * 2, QImage::Format_RGB32);
    for (int y = 0; y < image.height(); ++y)
        for (int x = 0; x < image.width(); ++x)
            image.setPixel(x, y, colours[static_cast<size_t>(x * 255 / (image.width() - 1))]);
    QPixmap pixmap = QPixmap::fromImage(image);
    pixmap.setDevicePixelRatio(2);
    return pixmap;
}

/// Three sliders.
QIcon settingsIcon(const QPalette& palette) {
    constexpr int kIconScale = 4;
    QPixmap pixmap(16 * kIconScale, 16 * kIconScale);
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.scale(kIconScale, kIconScale);
    const QColor colour = palette.color(QPalette::ButtonText);
    painter.setPen(QPen(colour, 1.4, Qt::SolidLine, Qt::RoundCap));
    painter.setBrush(colour);
    for (const auto& [y, knob] : {std::pair{3.5, 10.0}, {8.0, 5.0}, {12.5, 11.5}}) {
        painter.drawLine(QPointF(2, y), QPointF(14, y));
        painter.drawEllipse(QPointF(knob, y), 1.7, 1.7);
    }
    return pixmap;
}

} // namespace

SpectrogramSettings::SpectrogramSettings(QWidget* parent) : QToolButton(parent) {
    setAutoRaise(true);
    setFocusPolicy(Qt::NoFocus);
    setIconSize({14, 14});
    setFixedSize(20, 20);
    setCursor(Qt::ArrowCursor);
    setIcon(settingsIcon(palette()));
    setAccessibleName(tr("Spectrogram settings"));
    setToolTip(tr("How the spectrogram is drawn"));
    connect(this, &QToolButton::clicked, this, &SpectrogramSettings::open);
}

void SpectrogramSettings::build() {
    m_popup = new QFrame(this, Qt::Popup);
    m_popup->setFrameShape(QFrame::StyledPanel);
    auto* layout = new QVBoxLayout(m_popup);
    layout->setContentsMargins(2 * kGrid, kGrid, 2 * kGrid, kGrid);
    layout->setSpacing(kGrid / 2);
    const auto heading = [&](const QString& text) {
        auto* label = new QLabel(text);
        QFont font = label->font();
        font.setBold(true);
        label->setFont(font);
        if (layout->count() > 0) layout->addSpacing(kGrid / 2);
        layout->addWidget(label);
    };

    heading(tr("Frequency"));
    m_scales = new QButtonGroup(m_popup);
    for (const FrequencyScale scale : {FrequencyScale::Mel, FrequencyScale::Linear}) {
        const bool mel = scale == FrequencyScale::Mel;
        auto* button = new QRadioButton(mel ? tr("Mel: as ears divide it") : tr("Linear: equal steps of hertz"));
        m_scales->addButton(button, static_cast<int>(scale));
        layout->addWidget(button);
    }
    heading(tr("Colours, from faint to strong"));
    m_maps = new QButtonGroup(m_popup);
    const bool dark = Theme::of(palette()).dark;
    for (const ColourMap map : kColourMaps) {
        auto* button = new QRadioButton(nameOf(map));
        button->setIcon(swatch(map, dark));
        button->setIconSize(kSwatch);
        m_maps->addButton(button, static_cast<int>(map));
        layout->addWidget(button);
    }
    heading(tr("Dynamic range"));
    auto* row = new QHBoxLayout;
    m_range = new QSlider(Qt::Horizontal);
    m_range->setRange(static_cast<int>(SpectrogramOptions::kSmallestRangeDb) / kRangeStepDb,
                      static_cast<int>(SpectrogramOptions::kLargestRangeDb) / kRangeStepDb);
    m_range->setPageStep(2);
    m_range->setMinimumWidth(16 * kGrid);
    m_range->setAccessibleName(tr("Dynamic range"));
    m_range->setToolTip(tr("How far below the strongest sound the faintest colour lies"));
    m_rangeText = new QLabel;
    m_rangeText->setMinimumWidth(m_rangeText->fontMetrics().horizontalAdvance(QStringLiteral("000 dB")));
    m_rangeText->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    row->addWidget(m_range, 1);
    row->addWidget(m_rangeText);
    layout->addLayout(row);

    show(m_options);
    connect(m_scales, &QButtonGroup::idClicked, this, [this](int id) {
        SpectrogramOptions wanted = m_options;
        wanted.scale = static_cast<FrequencyScale>(id);
        choose(wanted);
    });
    connect(m_maps, &QButtonGroup::idClicked, this, [this](int id) {
        SpectrogramOptions wanted = m_options;
        wanted.colourMap = static_cast<ColourMap>(id);
        choose(wanted);
    });
    connect(m_range, &QSlider::valueChanged, this, [this](int steps) {
        SpectrogramOptions wanted = m_options;
        wanted.rangeDb = steps * kRangeStepDb;
        choose(wanted);
    });
}

void SpectrogramSettings::open() {
    // Made anew each time: the theme may have changed.
    delete m_popup;
    build();
    m_popup->adjustSize();
    QPoint place = mapToGlobal(QPoint(width() + 2, height()));
    place.ry() -= m_popup->height();
    if (const QScreen* on = screen()) {
        const QRect free = on->availableGeometry();
        place.setX(std::clamp(place.x(), free.left(), std::max(free.left(), free.right() - m_popup->width())));
        place.setY(std::clamp(place.y(), free.top(), std::max(free.top(), free.bottom() - m_popup->height())));
    }
    m_popup->move(place);
    m_popup->show();
    m_range->setFocus();
}

void SpectrogramSettings::setOptions(const SpectrogramOptions& options) {
    m_options = options;
    if (m_popup != nullptr) show(options);
}

void SpectrogramSettings::show(const SpectrogramOptions& options) {
    m_scales->button(static_cast<int>(options.scale))->setChecked(true);
    m_maps->button(static_cast<int>(options.colourMap))->setChecked(true);
    const QSignalBlocker quiet(m_range);
    m_range->setValue(static_cast<int>(std::lround(options.rangeDb / kRangeStepDb)));
    m_rangeText->setText(tr("%1 dB").arg(options.rangeDb));
}

void SpectrogramSettings::choose(const SpectrogramOptions& options) {
    if (options == m_options) return;
    setOptions(options);
    Q_EMIT chosen(options);
}

} // namespace ovation::ui
