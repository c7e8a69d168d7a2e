// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/review/DetectBar.h"

#include "ui/review/ModelChoice.h"
#include "ui/session/TimeText.h"
#include "ui/theme/ElidedLabel.h"
#include "ui/theme/FlowRow.h"
#include "ui/theme/Theme.h"

#include <QApplication>
#include <QLabel>
#include <QMenu>
#include <QProgressBar>
#include <QPushButton>
#include <QToolButton>

#include <algorithm>
#include <utility>

namespace ovation::ui {

namespace {

constexpr int kBarSteps = 1000;

} // namespace

DetectBar::DetectBar(Session* session, QWidget* parent)
    : QWidget(parent),
      m_session(session),
      m_current(new QPushButton(tr("Detect This Recording"), this)),
      m_all(new QPushButton(tr("Detect All"), this)),
      m_new(new QPushButton(this)),
      m_pause(new QPushButton(tr("Pause"), this)),
      m_goOn(new QPushButton(tr("Go On"), this)),
      m_cancel(new QPushButton(tr("Cancel"), this)),
      m_failed(new QToolButton(this)),
      m_again(new QPushButton(tr("Train Again with Corrections"), this)),
      m_bar(new QProgressBar(this)),
      m_status(new ElidedLabel(this)) {
    m_current->setObjectName(QStringLiteral("detect_current"));
    m_all->setObjectName(QStringLiteral("detect_all"));
    m_new->setObjectName(QStringLiteral("detect_new"));
    m_new->setToolTip(tr("Only recordings in which the chosen model has not looked for applause yet"));
    m_pause->setObjectName(QStringLiteral("detect_pause"));
    m_pause->setToolTip(tr("Stop for now; what is left is remembered with the project"));
    m_goOn->setObjectName(QStringLiteral("detect_go_on"));
    m_cancel->setObjectName(QStringLiteral("detect_cancel"));
    m_failed->setObjectName(QStringLiteral("detect_failed"));
    m_failed->setPopupMode(QToolButton::InstantPopup);
    m_failed->setMenu(new QMenu(m_failed));
    m_again->setObjectName(QStringLiteral("train_again"));
    m_again->setToolTip(tr("Train this model on with what you accepted, rejected and labelled, beside the example "
                           "recordings so that it forgets nothing, and detect again. Takes some minutes."));
    m_status->setObjectName(QStringLiteral("detect_status"));
    m_bar->setTextVisible(false);
    m_bar->setFixedHeight(kGrid);
    m_bar->setFixedWidth(20 * kGrid);
    m_status->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);

    auto* layout = new FlowRow(this);
    layout->addWidget(new ModelChoice(session, this));
    for (QWidget* widget : std::initializer_list<QWidget*>{m_current, m_all, m_new, m_pause, m_goOn, m_cancel, m_bar})
        layout->addWidget(widget);
    layout->addWidget(m_status);
    layout->addWidget(m_failed);
    layout->addWidget(m_again);

    onClick(m_current, [this] { detect({m_session->currentSpeech()}); });
    onClick(m_all, [this] {
        std::vector<SpeechId> all;
        for (const Speech& speech : m_session->project().speeches)
            if (!speech.missing) all.push_back(speech.id);
        detect(all);
    });
    onClick(m_new, [this] { detect(m_session->undetected()); });
    onClick(m_cancel, [this] {
        if (!m_session->detecting()) {
            m_session->discardDetection();
            return;
        }
        m_cancel->setEnabled(false);
        m_pause->setEnabled(false);
        m_status->setText(tr("Cancelling …"));
        if (m_job) m_session->cancelJob(*m_job);
    });
    onClick(m_pause, [this] {
        m_pause->setEnabled(false);
        m_cancel->setEnabled(false);
        m_status->setText(tr("Pausing …"));
        m_session->pauseDetection();
    });
    onClick(m_goOn, [this] {
        m_session->resumeDetection();
        started();
    });
    connect(m_again, &QPushButton::clicked, m_session, &Session::trainWithCorrections);
    connect(m_session, &Session::jobChanged, this, &DetectBar::takeStatus);
    connect(m_session, &Session::jobEnded, this, [this](int id) {
        if (m_job == id) m_job.reset();
        update();
    });
    for (const auto signal :
         {&Session::detectionEnded, &Session::modelChanged, &Session::speechesChanged, &Session::projectOpened,
          &Session::projectPathChanged, &Session::trainingStarted, &Session::detectionQueueChanged})
        connect(m_session, signal, this, &DetectBar::update);
    connect(m_session, &Session::segmentsChanged, this, &DetectBar::update);
    connect(m_session, &Session::trainingEnded, this, &DetectBar::update);
    connect(m_session, &Session::currentSpeechChanged, this, &DetectBar::update);
    update();
}

void DetectBar::onClick(QPushButton* button, std::function<void()> action) {
    connect(button, &QPushButton::clicked, this, [this, action = std::move(action)] {
        if (!m_rearranged.isValid() || m_rearranged.hasExpired(QApplication::doubleClickInterval())) action();
    });
}

void DetectBar::detect(const std::vector<SpeechId>& speeches) {
    if (speeches.empty() || m_session->detecting()) return;
    m_session->startDetection(speeches);
    started();
}

void DetectBar::started() {
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
        if (status.secondsLeft >= 0) text += tr(" · %1").arg(timeLeftText(status.secondsLeft));
        m_status->setText(text);
    }
    update();
}

QString DetectBar::idleText() const {
    const DetectionQueue& queue = m_session->detectionQueue();
    if (m_session->project().speeches.empty()) return tr("Add recordings first.");
    if (!m_session->model()) return tr("No model yet: train one, or open one from the File menu.");
    if (!queue.pending.empty()) {
        const QString left = queue.total == 1
                                 ? tr("1 recording left")
                                 : tr("%1 of %2 recordings left").arg(queue.pending.size()).arg(queue.total);
        const QString before = m_session->queueModelBefore();
        return before.isEmpty() ? left : left + tr(" · the first were searched with %1").arg(before);
    }
    QStringList parts;
    const Detection* shown = m_session->detection(m_session->currentSpeech());
    if (shown && shown->model != m_session->model()->name)
        parts << tr("Shown: found by %1").arg(QString::fromStdString(shown->model));
    if (const size_t corrections = m_session->corrections(); corrections > 0)
        parts << (corrections == 1 ? tr("1 correction") : tr("%1 corrections").arg(corrections));
    return parts.join(QStringLiteral(" · "));
}

void DetectBar::update() {
    const bool detecting = m_session->detecting();
    const auto model = m_session->model();
    const bool any = !m_session->project().speeches.empty();
    const bool waiting = !detecting && !m_session->detectionQueue().pending.empty();
    m_current->setEnabled(model && !detecting && m_session->currentSpeech() != 0);
    m_all->setEnabled(model && !detecting && any);
    const Stage stage = detecting ? Stage::Detecting : waiting ? Stage::Waiting : Stage::Idle;
    if (std::exchange(m_stage, stage).value_or(stage) != stage) m_rearranged.start();
    m_current->setVisible(!waiting && !detecting);
    const QString before = detecting ? QString() : m_session->queueModelBefore();
    m_all->setVisible(!detecting && (!waiting || !before.isEmpty()));
    updateNew(stage);
    m_cancel->setVisible(detecting || waiting);
    m_pause->setVisible(detecting && m_session->detectionQueue().total > 1);
    m_goOn->setVisible(waiting);
    m_goOn->setEnabled(model != nullptr);
    m_goOn->setToolTip(before.isEmpty() ? QString()
                                        : tr("Search the recordings that are left with %1; those before were searched "
                                             "with %2")
                                              .arg(QString::fromStdString(model->name), before));
    m_bar->setVisible(detecting);
    m_again->setEnabled(model && !detecting && !m_session->training() && !m_session->readOnly() &&
                        m_session->corrections() > 0);
    updateFailed();
    if (detecting) return;
    m_pause->setEnabled(true);
    m_cancel->setEnabled(true);
    m_status->setText(idleText());
}

void DetectBar::updateNew(Stage stage) {
    const size_t count = stage == Stage::Idle && m_session->model() ? m_session->undetected().size() : 0;
    // Where there are detections of some of the recordings; else it would be the same as all.
    m_new->setVisible(count > 0 && count < static_cast<size_t>(std::ranges::count(m_session->project().speeches, false,
                                                                                  &Speech::missing)));
    m_new->setText(tr("Detect New (%1)").arg(count));
}

void DetectBar::updateFailed() {
    const auto& failed = m_session->detectionQueue().failed;
    m_failed->setVisible(!failed.empty());
    if (failed != m_listed && !failed.empty() && !m_failed->menu()->isVisible()) {
        m_listed = failed;
        listFailed();
    }
    if (m_retry) m_retry->setEnabled(m_session->model() && !m_session->detecting());
}

void DetectBar::listFailed() {
    m_failed->setText(tr("%1 failed").arg(m_listed.size()));
    QMenu* menu = m_failed->menu();
    menu->clear();
    m_retry = menu->addAction(tr("Try Again"), this, [this] {
        m_session->retryFailed();
        started();
    });
    menu->addSeparator();
    constexpr size_t kMostListed = 30;
    for (size_t i = 0; i < m_listed.size() && i < kMostListed; ++i)
        menu->addAction(QString(m_listed[i].sentence).replace(QLatin1Char('&'), QLatin1String("&&")), this,
                        [this, id = m_listed[i].speech] { m_session->setCurrentSpeech(id); });
    if (m_listed.size() > kMostListed)
        menu->addAction(tr("and %1 more").arg(m_listed.size() - kMostListed))->setEnabled(false);
}

} // namespace ovation::ui
