// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/SessionImpl.h"

#include "ui/session/AudioCheck.h"

namespace ovation::ui {

namespace {

/// A recording that was read from beginning to end.
struct Heard {
    WaveformPeaks peaks;
    std::optional<Error> changed;
};

Result<Heard> hear(const Speech& speech, const JobContext& context,
                   const std::function<void(const WaveformPeaks&)>& partial) {
    auto peaks = WaveformPeaks::compute(speech.path, context.cancel, partial);
    if (!peaks) return peaks.error();
    Heard heard{std::move(*peaks), {}};
    if (const auto same = sameContent(speech.path, speech.contentHash); !same) heard.changed = same.error();
    return heard;
}

} // namespace

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
    peaksJob = jobs.start<Heard>(
        {},
        [wanted = *speech, queue = peaksQueue](const JobContext& context) {
            return hear(wanted, context, [&](const WaveformPeaks& partial) {
                queue->push({wanted.id, std::make_shared<const WaveformPeaks>(partial)});
            });
        },
        [this, id, started = generation](Result<Heard> whole) {
            peaksJob = 0;
            if (started == generation && data.speech(id)) {
                if (whole) {
                    peaks[id] = std::make_shared<const WaveformPeaks>(std::move(whole->peaks));
                    Q_EMIT session->peaksChanged(id);
                    if (whole->changed) raise(*whole->changed);
                    sayOfSamples(QString::fromStdString(data.speech(id)->path), *peaks[id]);
                } else if (whole.error().code != ErrorCode::Cancelled) {
                    raise(whole.error());
                }
            }
            startPeaks();
        });
}

void SessionImpl::sayOfSamples(const QString& file, const WaveformPeaks& heard) {
    const QString name = QStringLiteral("\"%1\"").arg(file);
    if (heard.nonFiniteSamples() > 0)
        Q_EMIT session->problemsRaised(
            QObject::tr("%1 holds %2 samples that are not numbers; they are taken for silence. Export it again from "
                        "where it came, if they matter.")
                .arg(name)
                .arg(heard.nonFiniteSamples()),
            {});
    else if (heard.largest() == 0)
        Q_EMIT session->problemsRaised(
            QObject::tr("%1 is silent from beginning to end. Check that it is the recording you want.").arg(name), {});
}

void SessionImpl::takePeaks() {
    for (auto& [id, partial] : peaksQueue->take()) {
        if (!data.speech(id)) continue;
        peaks[id] = std::move(partial);
        Q_EMIT session->peaksChanged(id);
    }
}

} // namespace ovation::ui
