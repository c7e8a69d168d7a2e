// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/sound/SoundDevice.h"

#include <QObject>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstring>
#include <limits>
#include <optional>
#include <span>
#include <vector>

namespace ovation::ui::test {

using Clock = std::chrono::steady_clock;

/// Hears what the device plays (its monitor), left and right averaged, from the moment on in which it is made until
/// stop(). Needs a running event loop.
class Listener {
public:
    Listener() {
        m_recorder.setProcessChannelMode(QProcess::ForwardedErrorChannel);
        QObject::connect(&m_recorder, &QProcess::readyReadStandardOutput, [this] { take(); });
        m_recorder.start(QStringLiteral("parec"),
                         {QStringLiteral("--device=ears.monitor"), QStringLiteral("--format=float32le"),
                          QStringLiteral("--channels=1"), QStringLiteral("--rate=%1").arg(SoundDevice::kRate),
                          QStringLiteral("--latency-msec=10")});
    }
    ~Listener() { stop(); }
    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;

    bool hears(double seconds) const { return static_cast<double>(samples.size()) >= seconds * SoundDevice::kRate; }

    void stop() {
        m_recorder.terminate();
        m_recorder.waitForFinished();
    }

    /// When the sample was heard. A busy machine hands it over late, never early: the least delay is the truth.
    Clock::time_point heardAt(double sample) const {
        return m_first + std::chrono::nanoseconds(std::llround(sample * 1e9 / SoundDevice::kRate));
    }
    double sampleAt(Clock::time_point time) const {
        return std::chrono::duration<double>(time - m_first).count() * SoundDevice::kRate;
    }

    std::vector<float> samples;

private:
    void take() {
        const QByteArray bytes = m_recorder.readAllStandardOutput();
        const auto now = Clock::now();
        const size_t before = samples.size();
        const size_t count = static_cast<size_t>(bytes.size()) / sizeof(float); // pipes carry whole samples here
        samples.resize(before + count);
        std::memcpy(samples.data() + before, bytes.constData(), count * sizeof(float));
        const auto all =
            std::chrono::nanoseconds(std::llround(static_cast<double>(samples.size()) * 1e9 / SoundDevice::kRate));
        m_first = std::min(m_first, now - all);
    }

    QProcess m_recorder;
    Clock::time_point m_first = Clock::time_point::max(); ///< of the first sample
};

/// Where and how well a stretch of sound is found in what was heard.
struct Match {
    int64_t begin = 0; ///< in what was heard, of the stretch's first sample
    double correlation = 0;
};

inline double correlation(std::span<const float> a, std::span<const float> b) {
    double ab = 0, aa = 0, bb = 0;
    for (size_t i = 0; i < a.size(); ++i) {
        ab += static_cast<double>(a[i]) * b[i];
        aa += static_cast<double>(a[i]) * a[i];
        bb += static_cast<double>(b[i]) * b[i];
    }
    return aa > 0 && bb > 0 ? ab / std::sqrt(aa * bb) : 0;
}

/// The place is that of a piece from the stretch's middle; the correlation is the whole stretch's.
inline Match find(std::span<const float> stretch, std::span<const float> heard) {
    constexpr size_t kPiece = 2048;
    Match best;
    if (stretch.size() < kPiece || heard.size() < stretch.size()) return best;
    const size_t middle = stretch.size() / 2;
    const auto piece = stretch.subspan(middle, kPiece);
    double highest = -1;
    for (size_t at = middle; at + (stretch.size() - middle) <= heard.size(); ++at) {
        float product = 0; // of single precision: only the place is sought
        for (size_t i = 0; i < kPiece; ++i)
            product += piece[i] * heard[at + i];
        if (static_cast<double>(product) > highest) {
            highest = static_cast<double>(product);
            best.begin = static_cast<int64_t>(at - middle);
        }
    }
    best.correlation = correlation(stretch, heard.subspan(static_cast<size_t>(best.begin), stretch.size()));
    return best;
}

/// The first sample that is not silence, from `from` on.
inline std::optional<int64_t> firstSound(std::span<const float> heard, size_t from = 0) {
    for (size_t i = from; i < heard.size(); ++i)
        if (std::abs(heard[i]) > 1e-4F) return static_cast<int64_t>(i);
    return {};
}

} // namespace ovation::ui::test
