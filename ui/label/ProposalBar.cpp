// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/label/ProposalBar.h"

#include "ui/session/Session.h"
#include "ui/theme/Theme.h"

#include <QAction>
#include <QHBoxLayout>
#include <QLabel>
#include <QSlider>
#include <QToolButton>

namespace ovation::ui {

namespace {
constexpr int kSteps = 100;
}

ProposalBar::ProposalBar(Session* session, const Actions& actions, QWidget* parent)
    : QWidget(parent),
      m_session(session),
      m_slider(new QSlider(Qt::Horizontal)),
      m_count(new QLabel),
      m_rest(new QWidget) {
    const auto button = [](QAction* action) {
        auto* result = new QToolButton;
        result->setDefaultAction(action);
        result->setFocusPolicy(Qt::TabFocus);
        return result;
    };
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(kGrid);
    layout->addWidget(button(actions.propose));
    layout->addWidget(m_rest, 1);
    layout->addStretch(0); // while the rest is hidden the button stays where it was
    auto* rest = new QHBoxLayout(m_rest);
    rest->setContentsMargins(0, 0, 0, 0);
    rest->setSpacing(kGrid);
    auto* name = new QLabel(tr("Sensitivity"));
    rest->addWidget(name);
    m_slider->setRange(0, kSteps);
    m_slider->setFixedWidth(18 * kGrid);
    m_slider->setAccessibleName(tr("Sensitivity of proposals"));
    m_slider->setToolTip(
        tr("How loud, flat and steady a stretch must be to be proposed: further right, more is proposed"));
    name->setBuddy(m_slider);
    rest->addWidget(m_slider);
    rest->addWidget(m_count, 1);
    rest->addWidget(button(actions.accept));
    rest->addWidget(button(actions.reject));
    connect(m_slider, &QSlider::valueChanged, session,
            [this](int value) { m_session->setProposalSensitivity(static_cast<double>(value) / kSteps); });
    connect(session, &Session::proposalsChanged, this, &ProposalBar::update);
    connect(session, &Session::projectOpened, this, &ProposalBar::update);
    connect(session, &Session::currentSpeechChanged, this, &ProposalBar::update);
    update();
}

void ProposalBar::update() {
    m_rest->setVisible(m_session->proposing());
    const QSignalBlocker quiet(m_slider);
    m_slider->setValue(qRound(m_session->proposalSensitivity() * kSteps));
    const Speech* speech = m_session->project().speech(m_session->currentSpeech());
    const auto count = m_session->proposals(m_session->currentSpeech()).size();
    m_count->setText(!speech                           ? QString()
                     : m_session->searchingProposals() ? tr("Looking through the recording…")
                     : speech->fullyLabelled           ? tr("This recording is fully labelled.")
                     : count == 0                      ? tr("Nothing left to propose")
                     : count == 1                      ? tr("1 proposal")
                                                       : tr("%1 proposals").arg(count));
}

} // namespace ovation::ui
