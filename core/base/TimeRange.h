// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace ovation {

/// A half-open range [begin, end) of sample frames at a recording's own sample rate.
struct SampleRange {
    int64_t begin = 0;
    int64_t end = 0;

    int64_t length() const { return end - begin; }
    bool empty() const { return end <= begin; }
    bool contains(int64_t frame) const { return frame >= begin && frame < end; }
    bool overlaps(const SampleRange& other) const { return begin < other.end && other.begin < end; }
    SampleRange clamped(int64_t low, int64_t high) const {
        return {std::clamp(begin, low, high), std::clamp(end, low, high)};
    }
    bool operator==(const SampleRange&) const = default;
};

/// A half-open range of seconds. For files, display and scores; what is edited is a SampleRange.
struct TimeSpan {
    double start = 0;
    double end = 0;

    double length() const { return end - start; }
    bool overlaps(const TimeSpan& other) const { return start < other.end && other.start < end; }
    bool operator==(const TimeSpan&) const = default;
};

inline double toSeconds(int64_t frame, int sampleRate) {
    return static_cast<double>(frame) / sampleRate;
}
inline int64_t toFrame(double seconds, int sampleRate) {
    return std::llround(seconds * sampleRate);
}
inline TimeSpan toSeconds(const SampleRange& range, int sampleRate) {
    return {toSeconds(range.begin, sampleRate), toSeconds(range.end, sampleRate)};
}
inline SampleRange toFrames(const TimeSpan& span, int sampleRate) {
    return {toFrame(span.start, sampleRate), toFrame(span.end, sampleRate)};
}

} // namespace ovation
