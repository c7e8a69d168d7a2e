// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/train/TrainControls.h"

#include "ui/charts/ChartMath.h"
#include "ui/theme/ElidedLabel.h"
#include "ui/theme/Theme.h"
#include "ui/train/ErrorColour.h"
#include "ui/train/LineLimit.h"
#include "ui/train/ModelEstimate.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QVBoxLayout>

namespace ovation::ui {

namespace {

constexpr int kProgressSteps = 1000;
constexpr int kStatusRoom = 4, kEstimateRoom = 3; ///< shares
constexpr int kAllRoom = 1000;                    ///< beside what has nothing to say

QString epochTimeText(double seconds) {
    if (seconds < 1) return TrainControls::tr("under 1 s an epoch");
    return TrainControls::tr("about %1 an epoch").arg(durationText(seconds));
}

/// `bound`: an early stop may end it before.
QString trainingLeftText(double seconds, bool bound) {
    if (seconds < 1) return TrainControls::tr("a moment left");
    return (bound ? TrainControls::tr("at most %1 left") : TrainControls::tr("about %1 left"))
        .arg(durationText(seconds));
}

} // namespace

TrainControls::TrainControls(QWidget* parent)
    : QWidget(parent),
      m_train(new QPushButton(tr("Train"), this)),
      m_pause(new QPushButton(tr("Pause"), this)),
      m_stop(new QPushButton(tr("Stop"), this)),
      m_bar(new QProgressBar(this)),
      m_status(new QLabel(this)),
      m_estimate(new ElidedLabel(this)),
      m_warnings(new QLabel(this)) {
    m_train->setObjectName(QStringLiteral("train"));
    m_train->setDefault(true);
    m_pause->setObjectName(QStringLiteral("pause"));
    m_pause->setToolTip(
        tr("Writes down where the training stands and frees the machine; Resume goes on exactly there"));
    m_stop->setObjectName(QStringLiteral("stop"));
    m_stop->setToolTip(tr("Ends the training after this batch and keeps the best weights so far"));
    m_bar->setObjectName(QStringLiteral("progress"));
    m_bar->setRange(0, kProgressSteps);
    m_bar->setTextVisible(false);
    m_bar->setFixedHeight(kGrid);
    QSizePolicy kept = m_bar->sizePolicy();
    kept.setRetainSizeWhenHidden(true);
    m_bar->setSizePolicy(kept);
    m_status->setObjectName(QStringLiteral("status"));
    m_status->setWordWrap(true);
    limitLines(m_status, 2); // what stands below must not move while it is clicked on
    m_estimate->setObjectName(QStringLiteral("estimate"));
    m_estimate->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    m_estimate->setToolTip(tr("Trainable weights of the network, and about how much memory training takes at most"));

    m_warnings->setObjectName(QStringLiteral("warnings"));
    m_warnings->setToolTip(tr("Shows what the check of the data has found; training is possible all the same"));
    m_warnings->hide();
    connect(m_warnings, &QLabel::linkActivated, this, &TrainControls::checkRequested);

    auto* middle = new QVBoxLayout;
    middle->setSpacing(0); // low windows have no room for more
    middle->addWidget(m_status);
    middle->addWidget(m_bar);
    middle->addWidget(m_warnings);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(kGrid);
    layout->addWidget(m_train);
    layout->addWidget(m_pause);
    layout->addWidget(m_stop);
    layout->addLayout(middle, kStatusRoom);
    layout->addWidget(m_estimate, kEstimateRoom); // never wider than its text
    connect(m_train, &QPushButton::clicked, this, &TrainControls::trainRequested);
    connect(m_pause, &QPushButton::clicked, this, [this] {
        m_stop->setEnabled(false);
        m_pause->setEnabled(false);
        m_text = tr("Pausing after this batch …");
        update();
        Q_EMIT pauseRequested();
    });
    connect(m_stop, &QPushButton::clicked, this, [this] {
        m_stop->setEnabled(false);
        m_pause->setEnabled(false);
        m_text = tr("Stopping after this batch …");
        update();
        Q_EMIT stopRequested();
    });
    update();
}

void TrainControls::setRunning(bool running) {
    m_running = running;
    if (running) {
        m_failed = false;
        m_batches = m_epochsDone = 0;
        m_clock.restart();
        m_text = tr("Preparing …");
        m_bar->setRange(0, 0);
        m_stop->setEnabled(true);
        m_pause->setEnabled(true);
    }
    update();
}

void TrainControls::setStage(const QString& stage) {
    if (!m_running || !m_stop->isEnabled() || m_batches > 0 || stage.isEmpty()) return;
    m_text = stage.startsWith(QLatin1String("epoch ")) ? beginningText() : tr("%1 …").arg(stage);
    update();
}

void TrainControls::setGoingOn(int64_t epochsDone) {
    m_epochsDone = epochsDone;
    if (!m_running || m_batches > 0) return;
    m_text = beginningText();
    update();
}

QString TrainControls::beginningText() const {
    return m_epochsDone > 0 ? tr("Going on after epoch %1 …").arg(m_epochsDone) : tr("Beginning the first epoch …");
}

void TrainControls::setBatch(const BatchMetrics& batch, int64_t epochs) {
    if (!m_running || !m_stop->isEnabled()) return;
    m_batches = batch.batches;
    m_clock.batch(batch);
    const double inEpoch =
        batch.batches > 0 ? static_cast<double>(batch.batch) / static_cast<double>(batch.batches) : 0;
    const double share =
        epochs > 0 ? (static_cast<double>(batch.epoch - 1) + inEpoch) / static_cast<double>(epochs) : 0;
    m_bar->setRange(0, kProgressSteps);
    m_bar->setValue(static_cast<int>(share * kProgressSteps));
    m_text = tr("Epoch %1 of %2, batch %3 of %4").arg(batch.epoch).arg(epochs).arg(batch.batch).arg(batch.batches);
    if (const auto left = m_clock.secondsLeft(epochs); left && m_clock.knowsWholeEpochs())
        m_text += tr(" · %1, %2").arg(epochTimeText(*m_clock.epochSeconds()), trainingLeftText(*left, true));
    else if (left)
        m_text += tr(" · %1").arg(trainingLeftText(*left, false));
    update();
}

void TrainControls::setEpoch(const EpochMetrics& epoch, int64_t epochs) {
    if (!m_running || !m_stop->isEnabled()) return;
    m_clock.epoch(epoch);
    m_text = tr("Epoch %1 of %2 done: validation loss %3, F1 %4")
                 .arg(epoch.epoch)
                 .arg(epochs)
                 .arg(valueText(epoch.validation.loss), valueText(epoch.validation.f1));
    update();
}

void TrainControls::setOutcome(const QString& text, bool failed) {
    m_running = false;
    m_text = text;
    m_failed = failed;
    update();
}

void TrainControls::setBlocked(const std::optional<QString>& reason, bool mistake) {
    m_mistake = mistake;
    m_reason = reason;
    update();
}

void TrainControls::setEstimate(const QString& text) {
    m_estimate->setText(text);
}

void TrainControls::setAdvice(const QString& text) {
    if (text == m_advice) return;
    m_advice = text;
    update();
}

void TrainControls::setWarnings(int64_t warnings) {
    const QString text = warnings == 1 ? tr("Data Check: 1 warning") : tr("Data Check: %1 warnings").arg(warnings);
    m_warnings->setText(QStringLiteral("<a href=\"check\">%1</a>").arg(text.toHtmlEscaped()));
    m_warnings->setVisible(warnings > 0);
}

QString TrainControls::status() const {
    return m_status->text();
}

void TrainControls::update() {
    m_train->setEnabled(!m_running && !m_reason);
    m_pause->setVisible(m_running);
    m_stop->setVisible(m_running);
    m_bar->setVisible(m_running);
    const QString advice = m_advice.isEmpty() ? QString() : QLatin1Char('\n') + m_advice;
    m_train->setToolTip(m_running  ? tr("Training is under way")
                        : m_reason ? *m_reason
                                   : tr("Train a network on everything that is labelled") + advice);
    const bool blocked = !m_running && m_reason;
    m_status->setText(blocked ? *m_reason : m_running || !m_text.isEmpty() ? m_text : m_advice);
    static_cast<QHBoxLayout*>(layout())->setStretchFactor(m_estimate,
                                                          m_status->text().isEmpty() ? kAllRoom : kEstimateRoom);
    QPalette colours = palette();
    if (blocked ? m_mistake : !m_running && m_failed) colours.setColor(QPalette::WindowText, errorColour(colours));
    m_status->setPalette(colours);
}

} // namespace ovation::ui
