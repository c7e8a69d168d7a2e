// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/ChartTools.h"

#include "ui/theme/Theme.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QSlider>
#include <QToolButton>

#include <cmath>

namespace ovation::ui {

namespace {

constexpr int kSmoothingSteps = 20;
/// Weight on the past at the slider's right end; a curve of epochs is a flat line beyond.
constexpr double kStrongest = 0.99;

QToolButton* toolOf(const QString& text, const QString& tip, const char* name, QWidget* parent) {
    auto* button = new QToolButton(parent);
    button->setText(text);
    button->setToolTip(tip);
    button->setObjectName(QLatin1String(name));
    button->setAutoRaise(true);
    return button;
}

} // namespace

ChartTools::ChartTools(QMenu* charts, QWidget* parent)
    : QWidget(parent), m_smoothing(new QSlider(Qt::Horizontal, this)) {
    auto* label = new QLabel(tr("Smooth"), this);
    m_smoothing->setObjectName(QStringLiteral("smoothing"));
    m_smoothing->setRange(0, kSmoothingSteps);
    m_smoothing->setFixedWidth(10 * kGrid);
    m_smoothing->setAccessibleName(tr("Smoothing"));
    m_smoothing->setToolTip(tr("How much a curve leans on its past (moving average); the measured values stay faint"));
    label->setBuddy(m_smoothing);
    label->setToolTip(m_smoothing->toolTip());
    connect(m_smoothing, &QSlider::valueChanged, this, [this] { Q_EMIT smoothingChanged(smoothing()); });

    auto* logarithmic =
        toolOf(tr("Log"), tr("Logarithmic axes for loss, learning rate and gradient norm"), "logarithmic", this);
    logarithmic->setCheckable(true);
    connect(logarithmic, &QToolButton::toggled, this, &ChartTools::logarithmicChanged);

    m_fit = toolOf(tr("Fit"),
                   tr("Show everything and follow the training. Drag across a chart to look closer; a double "
                      "click goes back too"),
                   "fit", this);
    connect(m_fit, &QToolButton::clicked, this, &ChartTools::fitRequested);

    auto* save = toolOf(tr("Export"), tr("Save the charts as a picture, or their numbers as a table"), "export", this);
    auto* formats = new QMenu(save);
    for (const auto& [format, text] :
         {std::pair{"png", tr("Picture (&PNG)…")}, {"svg", tr("Drawing (&SVG)…")}, {"csv", tr("Numbers (&CSV)…")}}) {
        QAction* action = formats->addAction(text);
        action->setObjectName(QStringLiteral("export_") + QLatin1String(format));
        connect(action, &QAction::triggered, this,
                [this, f = QString::fromLatin1(format)] { Q_EMIT exportRequested(f); });
    }
    save->setMenu(formats);
    save->setPopupMode(QToolButton::InstantPopup);

    auto* chooser = toolOf(tr("Charts"), tr("Choose which charts are shown"), "choose_charts", this);
    charts->setParent(chooser, charts->windowFlags());
    chooser->setMenu(charts);
    chooser->setPopupMode(QToolButton::InstantPopup);

    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(kGrid / 2);
    for (QWidget* widget : std::initializer_list<QWidget*>{label, m_smoothing, logarithmic, m_fit, save, chooser})
        layout->addWidget(widget);
    setFitted(true);
}

double ChartTools::smoothing() const {
    const double share = static_cast<double>(m_smoothing->value()) / kSmoothingSteps;
    // Fine steps where they matter: 0.5, 0.9 and 0.97 lie about evenly apart.
    return share <= 0 ? 0 : 1 - std::pow(1 - kStrongest, share);
}

void ChartTools::setFitted(bool fitted) {
    m_fit->setEnabled(!fitted);
}

} // namespace ovation::ui
