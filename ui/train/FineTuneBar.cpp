// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/train/FineTuneBar.h"

#include "ui/review/ModelChoice.h"
#include "ui/session/Session.h"
#include "ui/theme/Theme.h"
#include "ui/train/TeacherChoice.h"

#include <QCheckBox>
#include <QHBoxLayout>
#include <QSignalBlocker>

namespace ovation::ui {

FineTuneBar::FineTuneBar(Session* session, QWidget* parent)
    : QWidget(parent),
      m_session(session),
      m_on(new QCheckBox(tr("Fine-tune from"), this)),
      m_model(new ModelChoice(session, this)) {
    m_on->setObjectName(QStringLiteral("fine_tune"));
    m_on->setToolTip(
        tr("Begin with what this model has learnt instead of random weights. Takes over its settings, with "
           "a fifth of its learning rate: it is to learn more, not to forget. Unticked, the settings from before "
           "come back, but for what you changed since."));
    m_model->setObjectName(QStringLiteral("fine_tune_model"));
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(kGrid);
    layout->addWidget(m_on);
    layout->addWidget(m_model);
    layout->addSpacing(kGrid);
    layout->addWidget(new TeacherChoice(session, this));
    layout->addStretch(1);
    connect(m_on, &QCheckBox::clicked, this, [this](bool on) {
        m_session->setFineTuning(on);
        update();
    });
    for (const auto signal : {&Session::fineTuningChanged, &Session::modelChanged, &Session::trainingStarted})
        connect(m_session, signal, this, &FineTuneBar::update);
    connect(m_session, &Session::trainingEnded, this, &FineTuneBar::update);
    update();
}

void FineTuneBar::update() {
    const QSignalBlocker quiet(m_on);
    m_on->setChecked(m_session->fineTuning());
    m_on->setEnabled((m_session->model() || m_session->fineTuning()) && !m_session->training());
    m_model->setEnabled(m_model->count() > 0 && !m_session->training());
}

} // namespace ovation::ui
