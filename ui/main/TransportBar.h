// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QAction;
class QLabel;
class QLayout;
class QSlider;
class QToolButton;

namespace ovation::ui {

class Player;

/// Play and pause, next and previous, loop, speed, position, volume.
class TransportBar : public QWidget {
    Q_OBJECT
public:
    struct Actions {
        QAction* previous;
        QAction* playPause;
        QAction* next;
        QAction* loop;
    };
    TransportBar(Player* player, const Actions& actions, QWidget* parent = nullptr);

    void setLength(int64_t frames, int sampleRate);
    void setVolume(double linear);

Q_SIGNALS:
    void volumeChanged(double linear);

private:
    void addSpeed(QLayout* layout);
    void showPosition();
    void showSpeed();

    Player* m_player;
    int64_t m_frames = 0;
    int m_sampleRate = 0;
    QToolButton* m_speed = nullptr;
    QLabel* m_position = nullptr;
    QSlider* m_volume = nullptr;
};

} // namespace ovation::ui
