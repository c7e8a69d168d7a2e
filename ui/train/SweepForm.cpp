// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/train/SweepForm.h"

#include "core/base/Error.h"
#include "core/training/Sweep.h"
#include "ui/theme/Theme.h"
#include "ui/train/ErrorColour.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSpinBox>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>

namespace ovation::ui {

namespace {

constexpr int kUsualDraws = 10;
constexpr size_t kMostAxes = 4;

} // namespace

SweepForm::SweepForm(QWidget* parent)
    : QWidget(parent),
      m_rows(new QVBoxLayout),
      m_way(new QComboBox(this)),
      m_count(new QSpinBox(this)),
      m_another(new QPushButton(tr("Another Setting"), this)),
      m_add(new QPushButton(tr("Add to Queue"), this)),
      m_says(new QLabel(this)) {
    m_way->setObjectName(QStringLiteral("sweep_way"));
    m_way->addItem(tr("every combination"));
    m_way->addItem(tr("random draws"));
    m_way->setToolTip(tr("Random draws try more values of each setting for the same number of runs"));
    m_count->setObjectName(QStringLiteral("sweep_count"));
    m_count->setRange(1, static_cast<int>(kMostSweepRuns));
    m_count->setValue(kUsualDraws);
    m_count->setAccessibleName(tr("Number of random draws"));
    m_another->setObjectName(QStringLiteral("sweep_another"));
    m_add->setObjectName(QStringLiteral("sweep_add"));
    m_says->setObjectName(QStringLiteral("sweep_says"));
    m_says->setWordWrap(true);
    m_rows->setSpacing(kGrid / 2);

    auto* line = new QHBoxLayout;
    line->setSpacing(kGrid);
    line->addWidget(m_another);
    line->addWidget(m_way);
    line->addWidget(m_count);
    line->addWidget(m_says, 1);
    line->addWidget(m_add);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(kGrid / 2);
    layout->addLayout(m_rows);
    layout->addLayout(line);

    connect(m_another, &QPushButton::clicked, this, [this] {
        for (const char* next : {"dropout", "batch_size", "weight_decay", "hidden_size"}) {
            const auto taken = [&](const Axis& axis) {
                return axis.field->currentData().toString() == QLatin1String(next);
            };
            if (std::none_of(m_axes.begin(), m_axes.end(), taken)) return addAxis(next, {});
        }
        addAxis("seed", {});
    });
    connect(m_way, &QComboBox::activated, this, &SweepForm::update);
    connect(m_count, &QSpinBox::valueChanged, this, &SweepForm::update);
    connect(m_add, &QPushButton::clicked, this, [this] {
        if (!m_runs.empty()) Q_EMIT addRequested(m_runs);
    });
    addAxis("learning_rate", QStringLiteral("3e-4, 1e-3, 3e-3"));
}

void SweepForm::setBase(const Hyperparameters& values) {
    m_base = values;
    update();
}

void SweepForm::addAxis(const char* field, const QString& values) {
    Axis axis{new QWidget(this), nullptr, nullptr};
    axis.field = new QComboBox(axis.row);
    axis.field->setObjectName(QStringLiteral("sweep_field"));
    axis.field->setAccessibleName(tr("Setting to vary"));
    axis.field->setToolTip(axis.field->accessibleName());
    for (const HyperparameterField& known : hyperparameterFields())
        if (std::string_view(known.name) != "threads")
            axis.field->addItem(QString::fromUtf8(known.label), QString::fromUtf8(known.name));
    axis.field->setCurrentIndex(axis.field->findData(QString::fromUtf8(field)));
    axis.values = new QLineEdit(values, axis.row);
    axis.values->setObjectName(QStringLiteral("sweep_values"));
    axis.values->setAccessibleName(tr("Values"));
    axis.values->setPlaceholderText(tr("values: 0.1, 0.3 — or a range: 0.1..0.5"));
    axis.values->setToolTip(tr("Values apart by commas, or a range: 1e-4..1e-2. A grid takes three values of a range; "
                               "1e-4..1e-2:5 takes five."));
    auto* remove = new QToolButton(axis.row);
    remove->setText(QStringLiteral("✕"));
    remove->setAutoRaise(true);
    remove->setToolTip(tr("Do not vary this"));
    auto* line = new QHBoxLayout(axis.row);
    line->setContentsMargins(0, 0, 0, 0);
    line->setSpacing(kGrid);
    line->addWidget(axis.field);
    line->addWidget(axis.values, 1);
    line->addWidget(remove);
    m_rows->addWidget(axis.row);
    connect(axis.field, &QComboBox::activated, this, &SweepForm::update);
    connect(axis.values, &QLineEdit::textEdited, this, &SweepForm::update);
    connect(remove, &QToolButton::clicked, this, [this, row = axis.row] {
        std::erase_if(m_axes, [row](const Axis& other) { return other.row == row; });
        row->deleteLater();
        update();
    });
    m_axes.push_back(axis);
    update();
}

void SweepForm::update() {
    const bool random = m_way->currentIndex() == 1;
    m_count->setVisible(random);
    m_another->setEnabled(m_axes.size() < kMostAxes);
    m_runs.clear();
    QString problem;
    std::vector<SweepAxis> axes;
    for (const Axis& axis : m_axes) {
        auto read = sweepAxis(axis.field->currentData().toString().toStdString(), axis.values->text().toStdString());
        if (!read) {
            problem = QString::fromStdString(read.error().detail);
            break;
        }
        if (!usedByModel(*read->field, m_base.model)) {
            problem = tr("%1 is not used by this model.").arg(axis.field->currentText());
            break;
        }
        axes.push_back(std::move(*read));
    }
    if (problem.isEmpty()) {
        auto made = random ? randomSweep(m_base, axes, static_cast<size_t>(m_count->value()), m_base.seed)
                           : gridSweep(m_base, axes);
        if (made)
            m_runs = std::move(*made);
        else
            problem = QString::fromStdString(made.error().detail);
    }
    m_says->setText(!problem.isEmpty() ? problem : m_runs.size() == 1 ? tr("1 run") : tr("%1 runs").arg(m_runs.size()));
    QPalette colours = palette();
    if (!problem.isEmpty()) colours.setColor(QPalette::WindowText, errorColour(colours));
    m_says->setPalette(colours);
    m_add->setEnabled(!m_runs.empty());
}

} // namespace ovation::ui
