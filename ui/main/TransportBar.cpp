// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/main/TransportBar.h"

#include "ui/main/Icons.h"
#include "ui/session/Player.h"
#include "ui/session/TimeText.h"
#include "ui/theme/Theme.h"

#include <QAction>
#include <QFontDatabase>
#include <QHBoxLayout>
#include <QLabel>
#include <QSlider>
#include <QToolButton>

namespace ovation::ui {

TransportBar::TransportBar(Player* player, const Actions& actions, QWidget* parent)
    : QWidget(parent), m_player(player) {
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(kGrid, kGrid / 2, kGrid, kGrid / 2);
    layout->setSpacing(kGrid / 2);

    const auto button = [&](QAction* action, Symbol symbol) {
        action->setIcon(icon(symbol, palette()));
        action->setIconVisibleInMenu(false);
        auto* result = new QToolButton(this);
        result->setDefaultAction(action);
        result->setAutoRaise(true);
        result->setIconSize({20, 20});
        result->setFocusPolicy(Qt::TabFocus);
        layout->addWidget(result);
    };
    button(actions.previous, Symbol::Previous);
    button(actions.playPause, Symbol::Play);
    button(actions.next, Symbol::Next);
    button(actions.loop, Symbol::Loop);
    connect(player, &Player::playingChanged, this, [this, action = actions.playPause](bool playing) {
        action->setIcon(icon(playing ? Symbol::Pause : Symbol::Play, palette()));
    });

    m_position = new QLabel(this);
    m_position->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    m_position->setAccessibleName(tr("Position"));
    m_position->setMinimumWidth(
        m_position->fontMetrics().horizontalAdvance(QStringLiteral("0:00:00.000 / 0:00:00.000")));
    layout->addSpacing(kGrid);
    layout->addWidget(m_position);

    auto* speaker = new QLabel(this);
    speaker->setPixmap(icon(Symbol::Volume, palette()).pixmap(16, 16));
    layout->addSpacing(kGrid);
    layout->addWidget(speaker);
    m_volume = new QSlider(Qt::Horizontal, this);
    m_volume->setRange(0, 100);
    m_volume->setFixedWidth(12 * kGrid);
    m_volume->setAccessibleName(tr("Volume"));
    m_volume->setToolTip(tr("Volume"));
    connect(m_volume, &QSlider::valueChanged, this, [this](int value) {
        // Loudness grows with the cube of the way, about as ears do.
        const double linear = value / 100.0;
        m_player->setVolume(linear * linear * linear);
        Q_EMIT volumeChanged(linear);
    });
    layout->addWidget(m_volume);

    connect(player, &Player::positionChanged, this, &TransportBar::showPosition);
    showPosition();
}

void TransportBar::setLength(int64_t frames, int sampleRate) {
    m_frames = frames;
    m_sampleRate = sampleRate;
    showPosition();
}

void TransportBar::setVolume(double linear) {
    m_volume->setValue(qRound(linear * 100));
}

void TransportBar::showPosition() {
    const double scale = m_sampleRate > 0 ? 1.0 / m_sampleRate : 0;
    m_position->setText(tr("%1 / %2").arg(timeText(static_cast<double>(m_player->position()) * scale),
                                          timeText(static_cast<double>(m_frames) * scale)));
}

} // namespace ovation::ui
