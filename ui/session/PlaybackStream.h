// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/audio/AudioReader.h"
#include "core/audio/MonoStream.h"
#include "core/base/TimeRange.h"
#include "ui/session/TimeStretch.h"

#include <QAudioFormat>
#include <QIODevice>

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace ovation::ui {

/// Whole frames in a time. QAudioFormat counts them with 32 bits, which end after 12.4 hours at 48 kHz.
int64_t framesIn(int64_t microseconds, int sampleRate);

/// A stretch of a recording as the sound device's bytes, pulled by QAudioSink: first silence, if so wished, then the
/// stretch, and after its end silence, so that the device's buffer drains. Used by one thread.
class PlaybackStream : public QIODevice {
    Q_OBJECT
public:
    struct Options {
        int64_t from = 0; ///< the recording's frame to begin with
        SampleRange range;
        bool loop = false;   ///< the range over and over
        double speed = 1;    ///< at kept pitch, TimeStretch::kSlowest to kFastest
        int64_t silence = 0; ///< device frames before the first of the recording's
    };

    /// Reads the recording at its own rate and channels.
    static Result<std::unique_ptr<PlaybackStream>> open(const std::string& path);

    const AudioInfo& info() const { return m_info; }

    /// Chooses the device's format (float or 16 bit; at the recording's rate, or at another one in mono) and the
    /// stretch.
    Result<void> start(const QAudioFormat& format, const Options& options);
    void setLoop(bool loop) { m_loop = loop; }
    /// From the next frame that is pulled on.
    void setSpeed(double speed);

    /// The recording's frame that is the device's frame number `deviceFrame`, counted from start().
    int64_t recordingFrame(int64_t deviceFrame) const;
    /// Number of device frames up to the end of the stretch; nullopt while it has not been reached.
    std::optional<int64_t> length() const { return m_length; }
    int64_t pulled() const { return m_pulled; }                   ///< device frames handed out so far, silence included
    const std::optional<Error>& error() const { return m_error; } ///< reading failed: the stretch ended there

    bool isSequential() const override { return true; }
    qint64 bytesAvailable() const override;

protected:
    qint64 readData(char* data, qint64 maximum) override;
    qint64 writeData(const char*, qint64) override { return -1; }

private:
    PlaybackStream(std::string path, std::unique_ptr<AudioReader> reader);

    /// From this device frame on, the recording goes on at that frame.
    struct Jump {
        int64_t deviceFrame = 0;
        int64_t recordingFrame = 0;
        double ratio = 1; ///< recording's frames for one of the device's
    };

    void fill(float* samples, int64_t frames);
    int64_t readStretched(float* samples, int64_t frames);
    int64_t readRange(float* samples, int64_t frames);
    int64_t readSome(float* samples, int64_t frames);
    bool beginAt(int64_t deviceFrame, int64_t frame);
    bool jumpTo(int64_t frame);
    int64_t deviceFrameOf(int64_t given) const;

    const std::string m_path;
    std::unique_ptr<AudioReader> m_reader;
    std::unique_ptr<MonoStream> m_resampled; ///< where the device does not take the recording's rate
    AudioInfo m_info;
    QAudioFormat m_format;
    SampleRange m_range;
    bool m_loop = false;
    double m_speed = 1;
    double m_rateRatio = 1;                 ///< recording's frames for one of the device's, at speed 1
    std::unique_ptr<TimeStretch> m_stretch; ///< at other speeds than 1
    int64_t m_begin = 0;                    ///< device frame from which on the present speed holds
    int64_t m_given = 0;                    ///< frames at the device's rate that were read since then
    int64_t m_givenAtJump = 0;              ///< m_given when the recording was gone to the last of m_jumps
    int64_t m_pulled = 0;
    int64_t m_leftInRange = 0; ///< frames at the device's rate until the range's end
    bool m_ended = false;      ///< all that is wanted has been read
    std::vector<Jump> m_jumps;
    std::optional<int64_t> m_length;
    std::optional<Error> m_error;
    std::vector<float> m_buffer;
    std::vector<float> m_block; ///< on its way into m_stretch
};

} // namespace ovation::ui
