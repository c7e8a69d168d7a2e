// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/SessionImpl.h"

namespace ovation::ui {

std::shared_ptr<const WaveformPeaks> Session::peaks(SpeechId id) {
    SessionImpl& impl = *m_impl;
    const Speech* speech = impl.data.speech(id);
    if (speech && !speech->missing && impl.peaksDone.insert(id).second) {
        impl.peaksWanted.push_back(id);
        impl.startPeaks();
    }
    const auto found = impl.peaks.find(id);
    return found == impl.peaks.end() ? nullptr : found->second;
}

/// One recording at a time, the one asked for last first: that is the one being looked at.
void SessionImpl::startPeaks() {
    if (peaksJob != 0 || peaksWanted.empty()) return;
    const SpeechId id = peaksWanted.back();
    peaksWanted.pop_back();
    const Speech* speech = data.speech(id);
    if (!speech) return startPeaks();
    peaksJob = jobs.start<WaveformPeaks>(
        {},
        [id, file = speech->path, queue = peaksQueue](const JobContext& context) {
            return WaveformPeaks::compute(file, context.cancel, [&](const WaveformPeaks& partial) {
                queue->push({id, std::make_shared<const WaveformPeaks>(partial)});
            });
        },
        [this, id, started = generation](Result<WaveformPeaks> whole) {
            peaksJob = 0;
            if (started == generation && data.speech(id)) {
                if (whole) {
                    peaks[id] = std::make_shared<const WaveformPeaks>(std::move(*whole));
                    Q_EMIT session->peaksChanged(id);
                } else if (whole.error().code != ErrorCode::Cancelled) {
                    raise(whole.error());
                }
            }
            startPeaks();
        });
}

void SessionImpl::takePeaks() {
    for (auto& [id, partial] : peaksQueue->take()) {
        if (!data.speech(id)) continue;
        peaks[id] = std::move(partial);
        Q_EMIT session->peaksChanged(id);
    }
}

} // namespace ovation::ui
