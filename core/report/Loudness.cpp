// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/audio/AudioReader.h"
#include "core/report/ApplauseReport.h"

#include <algorithm>
#include <cmath>
#include <ebur128.h>
#include <memory>

namespace ovation {

namespace {

constexpr int64_t kLoudnessBlock = 1 << 15;

struct FreeMeter {
    void operator()(ebur128_state* state) const { ebur128_destroy(&state); }
};
using Meter = std::unique_ptr<ebur128_state, FreeMeter>;

Meter newMeter(const AudioInfo& info) {
    return Meter(ebur128_init(static_cast<unsigned>(info.channels), static_cast<unsigned long>(info.sampleRate),
                              EBUR128_MODE_I));
}

std::optional<double> loudnessOf(const Meter& meter) {
    double value = 0;
    if (!meter || ebur128_loudness_global(meter.get(), &value) != EBUR128_SUCCESS || !std::isfinite(value)) return {};
    return value;
}

Result<void> readLoudness(RecordingReport& report, const CancelToken& cancel, const ProgressCallback& progress) {
    const auto reader = AudioReader::open(report.path);
    if (!reader) return reader.error();
    const AudioInfo& info = (*reader)->info();
    struct Part {
        SampleRange range;
        Meter meter;
        size_t index;
        bool done = false;
    };
    std::vector<Part> parts; // in order of their beginnings
    for (size_t i = 0; i < report.applause.size(); ++i) {
        const TimeSpan& span = report.applause[i].span;
        parts.push_back({toFrames(span, info.sampleRate).clamped(0, info.frames), nullptr, i, false});
    }
    const Meter whole = newMeter(info);
    if (!whole) return Error{ErrorCode::OutOfMemory, report.path, {}};
    std::vector<float> block(static_cast<size_t>(kLoudnessBlock * info.channels));
    int64_t position = 0;
    size_t first = 0; // of the parts that are not past
    while (true) {
        if (cancel.cancelled()) return Error{ErrorCode::Cancelled, {}, {}};
        const auto read = (*reader)->read(block, kLoudnessBlock);
        if (!read) return read.error();
        if (*read == 0) break;
        ebur128_add_frames_float(whole.get(), block.data(), static_cast<size_t>(*read));
        const SampleRange here{position, position + *read};
        for (size_t i = first; i < parts.size() && parts[i].range.begin < here.end; ++i) {
            Part& part = parts[i];
            if (part.done) continue; // shorter than one that began before it
            const int64_t from = std::max(part.range.begin, here.begin), to = std::min(part.range.end, here.end);
            if (from < to) {
                if (!part.meter) part.meter = newMeter(info);
                if (part.meter)
                    ebur128_add_frames_float(part.meter.get(), block.data() + (from - position) * info.channels,
                                             static_cast<size_t>(to - from));
            }
            if (part.range.end <= here.end) {
                report.applause[part.index].loudness = loudnessOf(part.meter);
                part.meter.reset();
                part.done = true;
            }
        }
        while (first < parts.size() && parts[first].done)
            ++first;
        position = here.end;
        if (progress)
            progress({static_cast<double>(position), static_cast<double>(info.frames), "Measuring loudness", {}});
    }
    for (const Part& part : parts)
        if (part.meter) report.applause[part.index].loudness = loudnessOf(part.meter); // the file ended early
    report.loudness = loudnessOf(whole);
    return {};
}

} // namespace

Result<void> measureLoudness(RecordingReport& report, const CancelToken& cancel, const ProgressCallback& progress) {
    auto read = readLoudness(report, cancel, progress);
    report.loudnessFailure.clear();
    if (read) return read;
    report.loudness.reset(); // what a part of the recording gives is not what all of it would
    for (ReportedApplause& one : report.applause)
        one.loudness.reset();
    if (read.error().code != ErrorCode::Cancelled) report.loudnessFailure = describe(read.error());
    return read;
}

} // namespace ovation
