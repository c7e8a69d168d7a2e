// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/Player.h"

#include "ui/session/PlayerWorker.h"

#include <QThread>

#include <algorithm>
#include <cmath>
#include <utility>

namespace ovation::ui {

struct Player::Impl {
    QThread thread;
    PlayerWorker* worker = nullptr; ///< lives on the thread

    QString path;
    int64_t frames = 0;
    int sampleRate = 0;
    int64_t position = 0;
    SampleRange range; ///< what play() was asked for; empty: to the end
    bool playing = false;
    bool loop = false;
    bool available = true;
    double volume = 1;
    double speed = 1;
    int command = 0; ///< number of the newest command; reports on older ones are dropped

    template <typename Function>
    void post(Function function) {
        QMetaObject::invokeMethod(worker, std::move(function), Qt::QueuedConnection);
    }
};

Player::Player(QObject* parent) : QObject(parent), m_impl(std::make_unique<Impl>()) {
    Impl& impl = *m_impl;
    impl.worker = new PlayerWorker;
    impl.worker->moveToThread(&impl.thread);
    connect(&impl.thread, &QThread::finished, impl.worker, &QObject::deleteLater);
    connect(impl.worker, &PlayerWorker::heard, this, [this](int command, qint64 frame) {
        if (command != m_impl->command || !m_impl->playing) return;
        m_impl->position = frame;
        Q_EMIT positionChanged(frame);
    });
    connect(impl.worker, &PlayerWorker::ended, this, [this](int command, qint64 frame) {
        if (command != m_impl->command || !m_impl->playing) return;
        m_impl->playing = false;
        m_impl->position = frame;
        Q_EMIT positionChanged(frame);
        Q_EMIT playingChanged(false);
    });
    connect(impl.worker, &PlayerWorker::failed, this, [this](int command, const Error& error) {
        if (error.code == ErrorCode::NoSoundDevice && std::exchange(m_impl->available, false))
            Q_EMIT errorRaised(error);
        if (error.code != ErrorCode::NoSoundDevice) Q_EMIT errorRaised(error);
        if (command == m_impl->command && std::exchange(m_impl->playing, false)) Q_EMIT playingChanged(false);
    });
    connect(impl.worker, &PlayerWorker::deviceFound, this, [this] { m_impl->available = true; });
    impl.thread.setObjectName(QStringLiteral("player"));
    impl.thread.start();
}

Player::~Player() {
    m_impl->thread.quit();
    m_impl->thread.wait();
}

void Player::setSource(const QString& path, int64_t frames, int sampleRate) {
    pause();
    m_impl->path = path;
    m_impl->frames = frames;
    m_impl->sampleRate = sampleRate;
    m_impl->position = 0;
    m_impl->range = {};
    m_impl->post([worker = m_impl->worker, path] { worker->setSource(path); });
    Q_EMIT positionChanged(0);
}

QString Player::source() const {
    return m_impl->path;
}

void Player::play() {
    const int64_t from = m_impl->position >= m_impl->frames ? 0 : m_impl->position;
    m_impl->range = {};
    start(from, {0, m_impl->frames});
}

void Player::playRange(SampleRange range, bool loop) {
    setLoop(loop);
    playRange(range);
}

void Player::playRange(SampleRange range) {
    m_impl->range = range.clamped(0, m_impl->frames);
    start(m_impl->range.begin, m_impl->range);
}

void Player::start(int64_t from, SampleRange range) {
    Impl& impl = *m_impl;
    if (impl.path.isEmpty() || range.empty()) return;
    impl.position = from;
    impl.post([worker = impl.worker, command = ++impl.command, from, range, loop = impl.loop, speed = impl.speed] {
        worker->start(command, from, range, loop, speed);
    });
    if (!std::exchange(impl.playing, true)) Q_EMIT playingChanged(true);
    Q_EMIT positionChanged(from);
}

void Player::pause() {
    if (!std::exchange(m_impl->playing, false)) return;
    ++m_impl->command;
    m_impl->post([worker = m_impl->worker] { worker->stop(); });
    Q_EMIT playingChanged(false);
}

bool Player::playing() const {
    return m_impl->playing;
}

void Player::seek(int64_t frame) {
    Impl& impl = *m_impl;
    impl.position = std::clamp<int64_t>(frame, 0, impl.frames);
    if (impl.playing) {
        // Outside the range that was being played, the rest of the recording is.
        const bool inside = !impl.range.empty() && impl.range.contains(impl.position);
        if (!inside) impl.range = {};
        start(impl.position, inside ? impl.range : SampleRange{0, impl.frames});
        return;
    }
    Q_EMIT positionChanged(impl.position);
}

int64_t Player::position() const {
    return m_impl->position;
}

void Player::setVolume(double linear) {
    m_impl->volume = std::clamp(linear, 0.0, 1.0);
    m_impl->post([worker = m_impl->worker, volume = m_impl->volume] { worker->setVolume(volume); });
}

double Player::volume() const {
    return m_impl->volume;
}

void Player::setLoop(bool loop) {
    if (std::exchange(m_impl->loop, loop) == loop) return;
    m_impl->post([worker = m_impl->worker, loop] { worker->setLoop(loop); });
}

bool Player::loop() const {
    return m_impl->loop;
}

void Player::setSpeed(double speed) {
    if (!std::isfinite(speed)) return;
    const double wanted = std::clamp(speed, kSpeeds.front(), kSpeeds.back());
    if (std::exchange(m_impl->speed, wanted) == wanted) return;
    m_impl->post([worker = m_impl->worker, wanted] { worker->setSpeed(wanted); });
    Q_EMIT speedChanged(wanted);
}

double Player::speed() const {
    return m_impl->speed;
}

void Player::stepSpeed(int direction) {
    constexpr double kSame = 1e-6;
    if (direction > 0) {
        const auto next = std::ranges::find_if(kSpeeds, [this](double s) { return s > m_impl->speed + kSame; });
        if (next != kSpeeds.end()) setSpeed(*next);
    } else if (direction < 0) {
        const auto next =
            std::find_if(kSpeeds.rbegin(), kSpeeds.rend(), [this](double s) { return s < m_impl->speed - kSame; });
        if (next != kSpeeds.rend()) setSpeed(*next);
    }
}

bool Player::available() const {
    return m_impl->available;
}

} // namespace ovation::ui
