// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/SessionImpl.h"

#include "core/base/BlobCache.h"
#include "core/features/FeatureCache.h"
#include "ui/session/AudioCheck.h"

namespace ovation::ui {

namespace {

constexpr size_t kPeaksBytes = size_t{64} << 20; ///< that are kept of recordings which are not shown

/// A recording that was read from beginning to end, now or at some time before.
struct Heard {
    WaveformPeaks peaks;
    std::optional<Error> changed;
    std::optional<Error> damage;
};

/// What the cache has of a recording that is known to be what was added.
std::optional<WaveformPeaks> cachedPeaks(const Speech& speech) {
    const FeatureCache* hashes = FeatureCache::ofUser();
    BlobCache* cache = BlobCache::ofUser();
    if (!hashes || !cache || speech.contentHash.empty() || hashes->rememberedHash(speech.path) != speech.contentHash)
        return {};
    const auto bytes = cache->read(WaveformPeaks::cacheName(speech.contentHash));
    return bytes ? WaveformPeaks::fromBytes(*bytes) : std::nullopt;
}

Result<Heard> hear(const Speech& speech, const JobContext& context,
                   const std::function<void(const WaveformPeaks&)>& partial) {
    if (auto cached = cachedPeaks(speech)) return Heard{std::move(*cached), {}, {}};
    auto peaks = WaveformPeaks::compute(speech.path, context.cancel, partial);
    if (!peaks) return peaks.error();
    Heard heard{std::move(*peaks), {}, {}};
    heard.damage = heard.peaks.damage();
    if (const auto same = sameContent(speech.path, speech.contentHash); !same)
        heard.changed = same.error();
    else if (BlobCache* cache = BlobCache::ofUser(); cache && !speech.contentHash.empty() && !heard.damage)
        cache->write(WaveformPeaks::cacheName(speech.contentHash), heard.peaks.bytes());
    return heard;
}

} // namespace

std::shared_ptr<const WaveformPeaks> Session::peaks(SpeechId id) {
    SessionImpl& impl = *m_impl;
    const Speech* speech = impl.data.speech(id);
    if (speech && !speech->missing && impl.peaksDone.insert(id).second) {
        impl.peaksWanted.push_back(id);
        // What is being read is not what is being looked at.
        if (impl.peaksJob != 0 && impl.peaksOf != id) impl.jobs.cancel(impl.peaksJob);
        impl.startPeaks();
    }
    const auto found = impl.peaks.find(id);
    if (found == impl.peaks.end()) return nullptr;
    std::erase(impl.peaksUsed, id);
    impl.peaksUsed.push_back(id);
    return found->second;
}

/// One recording at a time, the one asked for last first: that is the one being looked at.
void SessionImpl::startPeaks() {
    if (peaksJob != 0 || peaksWanted.empty()) return;
    const SpeechId id = peaksWanted.back();
    peaksWanted.pop_back();
    const Speech* speech = data.speech(id);
    if (!speech) return startPeaks();
    peaksOf = id;
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
                    keepPeaks(id, std::make_shared<const WaveformPeaks>(std::move(whole->peaks)));
                    if (whole->changed) raise(*whole->changed);
                    if (peaksSaid.insert(id).second) {
                        if (whole->damage) raise(*whole->damage);
                        sayOfSamples(QString::fromStdString(data.speech(id)->path), *peaks[id]);
                    }
                } else if (whole.error().code == ErrorCode::Cancelled) {
                    cancelledPeaks(id);
                } else {
                    raise(whole.error());
                }
            }
            startPeaks();
        });
}

/// Begun anew at once where the person has come back to it meanwhile, else when it is asked for again.
void SessionImpl::cancelledPeaks(SpeechId id) {
    peaks.erase(id);
    if (id == current)
        peaksWanted.push_back(id);
    else
        peaksDone.erase(id);
}

/// Drops those of the recordings that were not looked at for longest; the cache on disk has them.
void SessionImpl::keepPeaks(SpeechId id, std::shared_ptr<const WaveformPeaks> whole) {
    peaks[id] = std::move(whole);
    std::erase(peaksUsed, id);
    peaksUsed.push_back(id);
    size_t bytes = 0;
    std::vector<SpeechId> kept;
    for (auto used = peaksUsed.rbegin(); used != peaksUsed.rend(); ++used) {
        const auto found = peaks.find(*used);
        if (found == peaks.end()) continue;
        bytes += found->second->memoryBytes();
        if (*used == id || *used == current || bytes <= kPeaksBytes) {
            kept.insert(kept.begin(), *used);
            continue;
        }
        peaks.erase(found);
        peaksDone.erase(*used);
    }
    peaksUsed = std::move(kept);
    Q_EMIT session->peaksChanged(id);
}

void SessionImpl::sayOfSamples(const QString& file, const WaveformPeaks& heard) {
    const QString name = QStringLiteral("\"%1\"").arg(file);
    if (heard.nonFiniteSamples() > 0)
        Q_EMIT session->problemsRaised(
            heard.nonFiniteSamples() == 1
                ? QObject::tr("%1 holds a sample that is not a number; it is taken for silence. Export it again from "
                              "where it came, if it matters.")
                      .arg(name)
                : QObject::tr("%1 holds %2 samples that are not numbers; they are taken for silence. Export it again "
                              "from where it came, if they matter.")
                      .arg(name)
                      .arg(heard.nonFiniteSamples()),
            {});
    else if (heard.largest() == 0)
        Q_EMIT session->problemsRaised(
            QObject::tr("%1 is silent from beginning to end. Check that it is the recording you want.").arg(name), {});
}

void SessionImpl::takePeaks() {
    for (auto& [id, partial] : peaksQueue->take()) {
        if (!data.speech(id) || !peaksDone.contains(id)) continue;
        peaks[id] = std::move(partial);
        Q_EMIT session->peaksChanged(id);
    }
}

} // namespace ovation::ui
