// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/main/TransportBar.h"

#include "ui/main/Icons.h"
#include "ui/session/Player.h"
#include "ui/session/TimeText.h"
#include "ui/theme/Theme.h"

#include <QAction>
#include <QActionGroup>
#include <QFontDatabase>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QSlider>
#include <QToolButton>

#include <algorithm>

namespace ovation::ui {
namespace {

QString speedText(double speed) {
    return QStringLiteral("%1\u00d7").arg(speed);
}

} // namespace

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

    addSpeed(layout);

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

void TransportBar::addSpeed(QLayout* layout) {
    m_speed = new QToolButton(this);
    m_speed->setAutoRaise(true);
    m_speed->setFocusPolicy(Qt::TabFocus);
    m_speed->setPopupMode(QToolButton::InstantPopup);
    m_speed->setAccessibleName(tr("Speed"));
    m_speed->setToolTip(tr("Speed of playback; the pitch stays"));
    auto* menu = new QMenu(m_speed);
    auto* choices = new QActionGroup(menu);
    for (const double speed : Player::kSpeeds) {
        QAction* action = menu->addAction(speedText(speed), this, [this, speed] { m_player->setSpeed(speed); });
        action->setCheckable(true);
        action->setData(speed);
        choices->addAction(action);
    }
    m_speed->setMenu(menu);
    // Wide enough for the longest, so that nothing moves.
    int widest = 0;
    for (const double speed : Player::kSpeeds) {
        m_speed->setText(speedText(speed));
        widest = std::max(widest, m_speed->sizeHint().width());
    }
    m_speed->setFixedWidth(widest);
    layout->addWidget(m_speed);
    connect(m_player, &Player::speedChanged, this, &TransportBar::showSpeed);
    showSpeed();
}

void TransportBar::showSpeed() {
    m_speed->setText(speedText(m_player->speed()));
    m_speed->setAccessibleDescription(m_speed->text());
    for (QAction* action : m_speed->menu()->actions())
        action->setChecked(action->data().toDouble() == m_player->speed());
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
    // For screen readers, who are not to hear of every picture.
    const QString place = tr("%1 of %2")
                              .arg(timeText(static_cast<double>(m_player->position()) * scale, 0),
                                   timeText(static_cast<double>(m_frames) * scale, 0));
    if (place != m_position->accessibleDescription()) m_position->setAccessibleDescription(place);
}

} // namespace ovation::ui
