// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Error.h"
#include "core/base/TimeRange.h"

#include <QObject>
#include <QString>

#include <array>
#include <memory>

namespace ovation::ui {

/// Plays one recording through Qt Multimedia. Decoding and output run on a thread of the player's own; everything here
/// is for the window's thread and returns at once. Positions are frames at the recording's own rate.
class Player : public QObject {
    Q_OBJECT
public:
    explicit Player(QObject* parent = nullptr);
    ~Player() override;

    void setSource(const QString& path, int64_t frames, int sampleRate); ///< stops; "" for none
    QString source() const;

    void play();                                  ///< from position() to the end
    void playRange(SampleRange range);            ///< over and over where loop() is on
    void playRange(SampleRange range, bool loop); ///< sets loop() first
    void pause();
    bool playing() const;
    void seek(int64_t frame);
    int64_t position() const;      ///< what is being heard now
    void setVolume(double linear); ///< 0 to 1
    double volume() const;
    void setLoop(bool loop);
    bool loop() const;
    void setSpeed(double speed); ///< 1 as recorded, at kept pitch; kSpeeds.front() to kSpeeds.back()
    double speed() const;
    void stepSpeed(int direction); ///< to the next of kSpeeds: +1 faster, -1 slower
    static constexpr std::array kSpeeds = {0.5, 0.6, 0.75, 0.9, 1.0, 1.1, 1.25, 1.5, 1.75, 2.0};
    bool available() const; ///< false once no sound device was found

Q_SIGNALS:
    void positionChanged(qint64 frame); ///< about 60 times a second while playing
    void playingChanged(bool playing);
    void speedChanged(double speed);
    void errorRaised(const ovation::Error& error); ///< NoSoundDevice once; the audio's own errors

private:
    void start(int64_t from, SampleRange range);

    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

} // namespace ovation::ui
