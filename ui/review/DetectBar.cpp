// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/review/DetectBar.h"

#include "ui/theme/Theme.h"
#include "ui/train/ModelEstimate.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>

namespace ovation::ui {

namespace {

constexpr int kBarSteps = 1000;

} // namespace

DetectBar::DetectBar(Session* session, QWidget* parent)
    : QWidget(parent),
      m_session(session),
      m_current(new QPushButton(tr("Detect This Recording"), this)),
      m_all(new QPushButton(tr("Detect All"), this)),
      m_cancel(new QPushButton(tr("Cancel"), this)),
      m_bar(new QProgressBar(this)),
      m_status(new QLabel(this)) {
    m_current->setObjectName(QStringLiteral("detect_current"));
    m_all->setObjectName(QStringLiteral("detect_all"));
    m_cancel->setObjectName(QStringLiteral("detect_cancel"));
    m_status->setObjectName(QStringLiteral("detect_status"));
    m_bar->setTextVisible(false);
    m_bar->setFixedHeight(kGrid);
    m_bar->setFixedWidth(20 * kGrid);
    m_status->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);

    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(kGrid);
    layout->addWidget(m_current);
    layout->addWidget(m_all);
    layout->addWidget(m_cancel);
    layout->addWidget(m_bar);
    layout->addWidget(m_status, 1);

    connect(m_current, &QPushButton::clicked, this, [this] { detect({m_session->currentSpeech()}); });
    connect(m_all, &QPushButton::clicked, this, [this] {
        std::vector<SpeechId> all;
        for (const Speech& speech : m_session->project().speeches)
            if (!speech.missing) all.push_back(speech.id);
        detect(all);
    });
    connect(m_cancel, &QPushButton::clicked, this, [this] {
        m_cancel->setEnabled(false);
        m_status->setText(tr("Cancelling …"));
        if (m_job) m_session->cancelJob(*m_job);
    });
    connect(m_session, &Session::jobChanged, this, &DetectBar::takeStatus);
    connect(m_session, &Session::jobEnded, this, [this](int id) {
        if (m_job == id) m_job.reset();
        update();
    });
    for (const auto signal :
         {&Session::detectionEnded, &Session::modelChanged, &Session::speechesChanged, &Session::projectOpened})
        connect(m_session, signal, this, &DetectBar::update);
    connect(m_session, &Session::currentSpeechChanged, this, &DetectBar::update);
    update();
}

void DetectBar::detect(const std::vector<SpeechId>& speeches) {
    if (speeches.empty() || m_session->detecting()) return;
    m_session->startDetection(speeches);
    m_bar->setRange(0, 0);
    m_status->setText(tr("Detecting …"));
    m_cancel->setEnabled(true);
    for (const JobStatus& status : m_session->jobs())
        takeStatus(status);
    update();
}

void DetectBar::takeStatus(const JobStatus& status) {
    // Jobs are told apart by title: detection and training may run at once.
    if (!m_session->detecting() || status.title != Session::tr("Detecting")) return;
    m_job = status.id;
    if (status.fraction < 0) {
        m_bar->setRange(0, 0);
    } else {
        m_bar->setRange(0, kBarSteps);
        m_bar->setValue(static_cast<int>(status.fraction * kBarSteps));
    }
    if (m_cancel->isEnabled()) {
        QString text = status.stage;
        if (status.secondsLeft >= 0) text += tr(" · %1 left").arg(durationText(status.secondsLeft));
        m_status->setText(text);
    }
    update();
}

void DetectBar::update() {
    const bool detecting = m_session->detecting();
    const auto model = m_session->model();
    const bool any = !m_session->project().speeches.empty();
    m_current->setEnabled(model && !detecting && m_session->currentSpeech() != 0);
    m_all->setEnabled(model && !detecting && any);
    m_cancel->setVisible(detecting);
    m_bar->setVisible(detecting);
    if (detecting) return;
    m_cancel->setEnabled(true);
    m_status->setText(!any     ? tr("Add recordings first.")
                      : !model ? tr("No model yet: train one, or open one from the File menu.")
                               : tr("Model: %1").arg(QString::fromStdString(model->name)));
}

} // namespace ovation::ui
