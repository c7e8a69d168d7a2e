// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/train/QueuePanel.h"

#include "core/models/ModelRegistry.h"
#include "core/training/Sweep.h"
#include "ui/theme/Theme.h"
#include "ui/train/HyperparameterForm.h"
#include "ui/train/SweepForm.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QSpinBox>
#include <QTreeWidget>
#include <QVBoxLayout>

#include <algorithm>

namespace ovation::ui {

namespace {

/// What tells a run from the others in the queue comes first.
QString queuedSettings(const Hyperparameters& values, std::vector<const HyperparameterField*> varied) {
    std::erase_if(varied, [&](const HyperparameterField* field) { return !usedByModel(*field, values.model); });
    return settingsSummary(values, {}, varied);
}

} // namespace

QueuePanel::QueuePanel(QWidget* parent)
    : QWidget(parent),
      m_add(new QPushButton(tr("Add Current Settings"), this)),
      m_repeat(new QPushButton(tr("Add with Several Seeds"), this)),
      m_seeds(new QSpinBox(this)),
      m_sweep(new SweepForm(this)),
      m_list(new QTreeWidget(this)),
      m_says(new QLabel(this)),
      m_start(new QPushButton(tr("Start Queue"), this)),
      m_up(new QPushButton(tr("Earlier"), this)),
      m_down(new QPushButton(tr("Later"), this)),
      m_remove(new QPushButton(tr("Remove"), this)) {
    m_add->setObjectName(QStringLiteral("queue_add"));
    m_repeat->setObjectName(QStringLiteral("queue_repeat"));
    m_repeat->setToolTip(tr("The same settings with the next seeds: the comparison of the runs then shows mean and "
                            "deviation"));
    m_seeds->setObjectName(QStringLiteral("queue_seeds"));
    m_seeds->setRange(2, 50);
    m_seeds->setValue(3);
    m_seeds->setSuffix(tr(" seeds"));
    m_list->setObjectName(QStringLiteral("queue"));
    m_list->setAccessibleName(tr("Trainings in the queue"));
    m_list->setHeaderLabels({tr("Next"), tr("Model"), tr("Settings"), tr("Seed"), tr("Epochs")});
    m_list->setRootIsDecorated(false);
    m_list->setUniformRowHeights(true);
    m_list->setAlternatingRowColors(true);
    m_list->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_list->header()->setStretchLastSection(false);
    m_list->header()->setSectionResizeMode(2, QHeaderView::Stretch);
    m_start->setObjectName(QStringLiteral("queue_start"));
    m_up->setObjectName(QStringLiteral("queue_up"));
    m_down->setObjectName(QStringLiteral("queue_down"));
    m_remove->setObjectName(QStringLiteral("queue_remove"));
    m_says->setObjectName(QStringLiteral("queue_says"));
    m_says->setForegroundRole(QPalette::PlaceholderText);
    auto* heading = new QLabel(tr("Sweep: vary settings"), this);
    QFont bold = heading->font();
    bold.setBold(true);
    heading->setFont(bold);

    auto* ways = new QHBoxLayout;
    ways->setSpacing(kGrid);
    ways->addWidget(m_add);
    ways->addSpacing(kGrid);
    ways->addWidget(m_repeat);
    ways->addWidget(m_seeds);
    ways->addStretch(1);
    auto* buttons = new QHBoxLayout;
    buttons->setSpacing(kGrid);
    buttons->addWidget(m_start);
    buttons->addWidget(m_says, 1);
    buttons->addWidget(m_up);
    buttons->addWidget(m_down);
    buttons->addWidget(m_remove);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(kGrid);
    layout->addLayout(ways);
    layout->addWidget(heading);
    layout->addWidget(m_sweep);
    layout->addWidget(m_list, 1);
    layout->addLayout(buttons);

    connect(m_add, &QPushButton::clicked, this, [this] { Q_EMIT addRequested({m_values}); });
    connect(m_repeat, &QPushButton::clicked, this,
            [this] { Q_EMIT addRequested(seedRepeats(m_values, static_cast<size_t>(m_seeds->value()))); });
    connect(m_sweep, &SweepForm::addRequested, this, &QueuePanel::addRequested);
    connect(m_list, &QTreeWidget::itemSelectionChanged, this, &QueuePanel::updateButtons);
    connect(m_start, &QPushButton::clicked, this, [this] {
        if (m_running)
            Q_EMIT holdRequested();
        else
            Q_EMIT startRequested();
    });
    const auto selected = [this] {
        std::vector<int64_t> ids;
        for (const QTreeWidgetItem* item : m_list->selectedItems())
            ids.push_back(item->data(0, Qt::UserRole).toLongLong());
        return ids;
    };
    for (const auto& [button, by] : {std::pair{m_up, -1}, {m_down, +1}})
        connect(button, &QPushButton::clicked, this, [this, selected, step = by] {
            if (const auto ids = selected(); ids.size() == 1) Q_EMIT moveRequested(ids.front(), step);
        });
    connect(m_remove, &QPushButton::clicked, this, [this, selected] { Q_EMIT removeRequested(selected()); });
    updateButtons();
}

void QueuePanel::setQueue(const std::vector<QueuedRun>& queue, bool running) {
    m_running = running;
    if (queue != m_queue) {
        std::vector<int64_t> kept;
        for (const QTreeWidgetItem* item : m_list->selectedItems())
            kept.push_back(item->data(0, Qt::UserRole).toLongLong());
        m_queue = queue;
        m_list->clear();
        std::vector<Hyperparameters> settings;
        for (const QueuedRun& run : m_queue)
            settings.push_back(run.hyperparameters);
        const auto varied = differingFields(settings);
        for (size_t i = 0; i < m_queue.size(); ++i) {
            const Hyperparameters& values = m_queue[i].hyperparameters;
            const ModelDescription* model = modelDescription(values.model);
            QString says = queuedSettings(values, varied);
            if (const auto teachers = m_queue[i].teachers.size(); teachers > 0)
                says += (says.isEmpty() ? QString() : QStringLiteral(", ")) +
                        (teachers == 1 ? tr("1 teacher") : tr("%1 teachers").arg(teachers));
            auto* item =
                new QTreeWidgetItem(m_list, {QString::number(i + 1), model ? QString::fromUtf8(model->name) : QString(),
                                             says, QString::number(values.seed), QString::number(values.epochs)});
            item->setToolTip(2, item->text(2));
            for (const int column : {0, 3, 4})
                item->setTextAlignment(column, Qt::AlignRight | Qt::AlignVCenter);
            item->setData(0, Qt::UserRole, static_cast<qlonglong>(m_queue[i].id));
            item->setSelected(std::find(kept.begin(), kept.end(), m_queue[i].id) != kept.end());
        }
    }
    updateButtons();
}

void QueuePanel::setSettings(const Hyperparameters& values, bool usable) {
    if (values == m_values && usable == m_usable) return;
    if (values != m_values) m_sweep->setBase(values);
    m_values = values;
    m_usable = usable;
    updateButtons();
}

void QueuePanel::updateButtons() {
    m_add->setEnabled(m_usable);
    m_repeat->setEnabled(m_usable);
    m_sweep->setEnabled(m_usable);
    const auto chosen = m_list->selectedItems().size();
    m_up->setEnabled(chosen == 1);
    m_down->setEnabled(chosen == 1);
    m_remove->setEnabled(chosen > 0);
    m_start->setText(m_running ? tr("Hold Queue") : tr("Start Queue"));
    m_start->setToolTip(m_running ? tr("The run in progress goes on; the others wait")
                                  : tr("Train one run after the other; each is kept in Runs"));
    m_start->setEnabled(m_running || !m_queue.empty());
    if (m_queue.empty())
        m_says->setText(m_running ? tr("The last run of the queue is being trained.") : tr("No runs wait."));
    else
        m_says->setText((m_running ? tr("%1 to come, one after the other.") : tr("%1 waiting.")).arg(m_queue.size()));
}

} // namespace ovation::ui
