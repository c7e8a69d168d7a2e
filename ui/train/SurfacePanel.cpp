// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/train/SurfacePanel.h"

#include "core/models/ModelBundle.h"
#include "core/training/LossSurface.h"
#include "ui/charts/ChartExport.h"
#include "ui/session/Session.h"
#include "ui/theme/FlowRow.h"
#include "ui/theme/SaveDialog.h"
#include "ui/theme/Theme.h"
#include "ui/train/EmptyState.h"
#include "ui/train/ModelEstimate.h"
#include "ui/train/SurfacePicture.h"

#include <QComboBox>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QSpinBox>
#include <QStackedLayout>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace ovation::ui {

SurfacePanel::SurfacePanel(Session* session, QWidget* parent)
    : QWidget(parent),
      m_session(session),
      m_start(new QPushButton(this)),
      m_directions(new QComboBox(this)),
      m_steps(new QSpinBox(this)),
      m_save(new QPushButton(tr("Save Picture …"), this)),
      m_progress(new QLabel(this)),
      m_title(new QLabel(this)),
      m_words(new QLabel(this)),
      m_pointed(new QLabel(this)),
      m_picture(new SurfacePicture(this)),
      m_stack(new QStackedLayout) {
    m_start->setObjectName(QStringLiteral("compute_surface"));
    connect(m_start, &QPushButton::clicked, this, &SurfacePanel::compute);
    m_directions->addItems({tr("Along the path of training"), tr("Random directions")});
    m_directions->setAccessibleName(tr("Directions of the plane"));
    m_directions->setToolTip(m_directions->accessibleName());
    m_steps->setRange(5, 61);
    m_steps->setSingleStep(2);
    m_steps->setValue(17);
    m_steps->setSuffix(tr(" points a side"));
    m_steps->setAccessibleName(tr("Points in each direction"));
    m_progress->setObjectName(QStringLiteral("surface_progress"));
    m_save->setObjectName(QStringLiteral("save_surface"));
    m_save->setEnabled(false);
    connect(m_save, &QPushButton::clicked, this, &SurfacePanel::save);
    QFont bold = font();
    bold.setBold(true);
    m_title->setFont(bold);
    m_title->setWordWrap(true);
    m_title->setTextFormat(Qt::PlainText);
    m_title->setObjectName(QStringLiteral("surface_title"));
    m_words->setWordWrap(true);
    m_words->setObjectName(QStringLiteral("surface_words"));
    m_words->setAlignment(Qt::AlignTop);
    m_pointed->setMinimumHeight(fontMetrics().height());

    auto* top = new FlowRow;
    top->addWidget(m_start);
    top->addWidget(m_directions);
    top->addWidget(m_steps);
    top->addWidget(m_progress);
    top->addStretch(1);
    top->addWidget(m_save);
    auto* shown = new QWidget(this);
    auto* row = new QHBoxLayout(shown);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(2 * kGrid);
    row->addWidget(m_picture, 3);
    auto* side = new QVBoxLayout;
    side->addWidget(m_title);
    side->addWidget(m_words);
    side->addWidget(m_pointed);
    side->addStretch(1);
    row->addLayout(side, 2);
    m_stack->addWidget(new EmptyState(
        tr("The mountain and the way down"),
        tr("Training walks downhill in a landscape whose height is the loss. Compute draws the landscape around the "
           "trained weights on a plane through them, and the path of training across it. It asks the network some "
           "hundred times, in the background, and shows the landscape when all of it is known; cancel at any time."),
        this));
    m_stack->addWidget(shown);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(kGrid);
    layout->addLayout(top);
    layout->addLayout(m_stack, 1);

    connect(session, &Session::surfaceFinished, this, [this](const std::shared_ptr<const LossSurface>& surface) {
        if (surface) take(surface);
        updateButton();
    });
    connect(session, &Session::jobChanged, this, &SurfacePanel::showProgress);
    connect(session, &Session::modelChanged, this, &SurfacePanel::updateButton);
    connect(session, &Session::projectOpened, this, [this] {
        take(nullptr);
        updateButton();
    });
    connect(m_picture, &SurfacePicture::pointed, m_pointed, &QLabel::setText);
    updateButton();
}

void SurfacePanel::compute() {
    if (m_session->computingSurface()) {
        m_session->cancelJob(m_job);
        return;
    }
    SurfaceOptions options;
    options.alongPath = m_directions->currentIndex() == 0;
    options.steps = m_steps->value();
    m_session->startSurface(options);
    m_job = m_session->jobs().empty() ? 0 : m_session->jobs().back().id;
    updateButton();
}

void SurfacePanel::updateButton() {
    const bool busy = m_session->computingSurface();
    if (!busy) m_progress->clear();
    m_start->setText(busy ? tr("Cancel") : tr("Compute"));
    m_start->setEnabled(busy || m_session->model());
    const auto model = m_session->model();
    m_start->setToolTip(model ? tr("Computes the surface around the model that detection uses: %1")
                                    .arg(QString::fromStdString(model->name))
                              : tr("There is no model yet: train one, or open one"));
}

void SurfacePanel::showProgress(const JobStatus& status) {
    if (status.id != m_job || !m_session->computingSurface()) return;
    QString text = status.fraction < 0 ? tr("Preparing …") : tr("%1 % done").arg(std::lround(100 * status.fraction));
    if (status.secondsLeft >= 1) text += tr(", about %1 left").arg(durationText(status.secondsLeft));
    m_progress->setText(text);
}

QString SurfacePanel::title() const {
    return m_title->text();
}

QString SurfacePanel::words() const {
    return m_words->text();
}

void SurfacePanel::take(const std::shared_ptr<const LossSurface>& surface) {
    m_surface = surface;
    m_picture->setSurface(surface);
    m_save->setEnabled(surface != nullptr);
    m_stack->setCurrentIndex(surface ? 1 : 0);
    m_title->setText(surface ? tr("Loss surface of %1").arg(QString::fromStdString(surface->model)) : QString());
    if (!surface) return;
    QString text = tr("Mean loss over %1; the darker, the lower; lines are equal loss. ")
                       .arg(surface->examples == 1 ? tr("1 example") : tr("%1 examples").arg(surface->examples));
    if (surface->directions == "path")
        text += tr("The plane holds %1 % of the way that training went; points are epochs. The axes are the two "
                   "principal directions of the path.")
                    .arg(QString::number(100 * surface->shown, 'f', 1));
    else
        text += m_directions->currentIndex() == 0
                    ? tr("No path of this model's training was kept (runs of this project that no other model "
                         "teaches keep one while they train), so the directions are random, each filter's as long as "
                         "its weights.")
                    : tr("Random directions, each filter's as long as its weights; 1 at the edge.");
    m_words->setText(text);
}

void SurfacePanel::save() {
    auto* dialog = new QFileDialog(this, tr("Save the loss surface"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setNameFilters({tr("SVG picture (*.svg)"), tr("PNG picture (*.png)"), tr("Values (*.json)")});
    dialog->setDefaultSuffix(QStringLiteral("svg"));
    dialog->selectFile(QStringLiteral("loss-surface.svg"));
    followKind(dialog, [filters = dialog->nameFilters()](const QString& filter) {
        const QStringList suffixes{QStringLiteral("svg"), QStringLiteral("png"), QStringLiteral("json")};
        return QStringLiteral("loss-surface.") + suffixes.value(std::max<qsizetype>(0, filters.indexOf(filter)));
    });
    connect(dialog, &QFileDialog::fileSelected, this, &SurfacePanel::saveTo);
    dialog->open();
}

void SurfacePanel::saveTo(const QString& path) {
    if (!m_surface) return;
    FileContent content = [surface = m_surface] { return toSvg(*surface); };
    if (path.endsWith(QLatin1String(".png"), Qt::CaseInsensitive))
        content = [image = m_picture->grab().toImage()] { return pngOf(image); };
    else if (path.endsWith(QLatin1String(".json"), Qt::CaseInsensitive))
        content = [surface = m_surface] { return toJson(*surface); };
    m_session->saveFile(path, std::move(content));
}

} // namespace ovation::ui
