// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/detection/Detector.h"
#include "core/detection/RecordingDetection.h"
#include "core/engine/Engine.h"
#include "core/features/FeatureCache.h"
#include "ui/session/AudioCheck.h"
#include "ui/session/SessionImpl.h"
#include "ui/session/Verdicts.h"

#include <nlohmann/json.hpp>

#include <QElapsedTimer>

#include <algorithm>
#include <filesystem>

namespace ovation::ui {

namespace {

constexpr int kDecodeSliceMs = 8;

struct DetectionTask {
    SpeechId id = 0;
    std::string path;
    AudioInfo added;
};

/// How many could be done. A recording that fails is handed over with its error.
Result<int> detectAll(const std::vector<DetectionTask>& tasks, const ModelBundle& bundle,
                      EventQueue<DetectionEvent>& queue, const JobContext& context) {
    context.progress({0, 0, "Starting the network", {}});
    auto loaded = engine();
    if (!loaded) return loaded.error();
    auto network = (*loaded)->load(bundle);
    if (!network) return network.error();
    DetectorOptions options;
    options.cache = FeatureCache::ofUser();
    double all = 0, before = 0; // seconds of sound: what is left of them says how long it takes yet
    for (const DetectionTask& task : tasks)
        all += task.added.durationS();
    int done = 0;
    for (size_t i = 0; i < tasks.size(); ++i) {
        const DetectionTask& task = tasks[i];
        std::string name = std::filesystem::path(task.path).filename().string();
        if (tasks.size() > 1) name += " (" + std::to_string(i + 1) + " of " + std::to_string(tasks.size()) + ")";
        const auto fail = [&](const Error& error) {
            queue.push({{task.id, {}, {}, {}}, error});
            before += task.added.durationS();
        };
        if (const auto same = sameAsAdded(task.path, task.added); !same) {
            fail(same.error());
            continue;
        }
        auto curve = detect(task.path, bundle, **network, options, context.cancel, [&](const Progress& progress) {
            const double share = progress.total > 0 ? progress.done / progress.total : 0;
            context.progress({before + share * task.added.durationS(), all, {}, name});
        });
        if (context.cancel.cancelled()) return Error{ErrorCode::Cancelled, {}, {}};
        if (curve) {
            queue.push({{task.id, bundle.name, std::move(*curve), {}}, {}});
            before += task.added.durationS();
            ++done;
        } else {
            fail(curve.error());
        }
    }
    return done;
}

} // namespace

bool Session::detecting() const {
    return m_impl->detectionJob != 0;
}

const Detection* Session::detection(SpeechId id) const {
    const auto found = m_impl->data.detections.find(id);
    return found == m_impl->data.detections.end() ? nullptr : &found->second;
}

void Session::startDetection(const std::vector<SpeechId>& speeches) {
    SessionImpl& impl = *m_impl;
    if (detecting()) return;
    if (!impl.model) {
        impl.raise({ErrorCode::NoData, {}, "there is no model yet: train one, or open one"});
        return;
    }
    std::vector<SpeechId> wanted;
    for (const SpeechId id : speeches)
        if (impl.data.speech(id) && std::ranges::find(wanted, id) == wanted.end()) wanted.push_back(id);
    if (wanted.empty()) {
        impl.raise({ErrorCode::NoData,
                    {},
                    impl.data.speeches.empty()
                        ? "there is no recording yet: add some first"
                        : "no recording is where it was: File > Find Missing Recordings looks for them"});
        return;
    }
    std::vector<SpeechId>& left = impl.detectionQueue.pending;
    const auto isWanted = [&](SpeechId id) { return std::ranges::find(wanted, id) != wanted.end(); };
    if (wanted.size() > left.size() && std::ranges::all_of(left, isWanted)) left.clear(); // it is begun anew with more
    impl.runQueue(std::move(wanted));
}

void SessionImpl::runQueue(std::vector<SpeechId> ids) {
    const auto contains = [](const std::vector<SpeechId>& list, SpeechId id) {
        return std::ranges::find(list, id) != list.end();
    };
    // What is still to be done of an earlier, larger one goes on waiting.
    if (detectionQueue.pending.empty()) detectionQueue = {{}, std::move(detectionQueue.failed), 0, 0, {}};
    if (detectionQueue.done == 0) detectionQueue.model = QString::fromStdString(model->name);
    std::erase_if(detectionQueue.failed,
                  [&](const DetectionQueue::Failure& failure) { return contains(ids, failure.speech); });
    size_t fresh = 0;
    std::vector<DetectionTask> tasks;
    for (const SpeechId id : ids) {
        if (!contains(detectionQueue.pending, id)) {
            detectionQueue.pending.push_back(id);
            ++fresh;
        }
        const Speech& speech = *data.speech(id);
        tasks.push_back({id, speech.path, {speech.frames, speech.sampleRate, speech.channels, {}}});
    }
    jobs.cancel(estimateJob); // it would time a machine that is busy
    detectionQueue.total += fresh;
    running = std::move(ids);
    searching = model->name;
    pausingDetection = false;
    storeDetectionQueue();
    if (decoderOf != decoderNameOf(*model)) takeDecoderOf(*model);
    storeDecoder(); // what is detected is decoded with these, whatever models come
    detectionEvents = std::make_shared<EventQueue<DetectionEvent>>();
    detectionJob = jobs.start<int>(
        Session::tr("Detecting"),
        [tasks, bundle = model, events = detectionEvents](const JobContext& context) {
            return detectAll(tasks, *bundle, *events, context);
        },
        [this, begun = generation](Result<int> done) {
            detectionJob = 0;
            if (begun == generation) endQueue(done);
            // Where it has found nothing at all, the model that was chosen meanwhile is next.
            if (begun == generation && model && data.detections.empty() && decoderOf != decoderNameOf(*model))
                takeDecoderOf(*model);
            storeChanged();
            const bool wasAgain = std::exchange(again, false) && begun == generation && done;
            Q_EMIT session->detectionEnded();
            if (wasAgain) Q_EMIT session->detectedAgain();
            if (begun != generation || !std::exchange(detectLater, false)) return;
            if (done)
                detectAsBefore();
            else if (done.error().code == ErrorCode::Cancelled) // who stops a detection does not want another one
                Q_EMIT session->messageRaised(
                    Session::tr("Detection was stopped, and is not begun again with %1: Detect All does that.")
                        .arg(model ? QString::fromStdString(model->name) : QString()));
        });
}

void SessionImpl::endQueue(const Result<int>& done) {
    const bool cancelled = !done && done.error().code == ErrorCode::Cancelled;
    if (!done && !cancelled) raise(done.error());
    QStringList sentences; // of what was done now; others have been said before
    for (const DetectionQueue::Failure& failure : detectionQueue.failed)
        if (std::ranges::find(running, failure.speech) != running.end()) sentences << failure.sentence;
    if (done && !sentences.isEmpty()) {
        Q_EMIT session->problemsRaised(detectionQueue.total == 1
                                           ? Session::tr("Detection failed for the recording")
                                           : Session::tr("Detection failed for %1 of %2 recordings")
                                                 .arg(sentences.size())
                                                 .arg(detectionQueue.total),
                                       sentences);
    }
    if (done && (running.size() > 1 || again))
        sayWhatWasFound(sentences.size());
    else if (done && sentences.isEmpty())
        sayIfNothingFound(running.front());
    // Paused, or the network could not be had: the rest waits. Cancelled: it is not wanted.
    if (cancelled && !pausingDetection)
        std::erase_if(detectionQueue.pending,
                      [this](SpeechId id) { return std::ranges::find(running, id) != running.end(); });
    pausingDetection = false;
    storeDetectionQueue();
}

/// Where one recording was asked for, nothing else in sight would tell that it was done.
void SessionImpl::sayIfNothingFound(SpeechId id) {
    const Speech* speech = data.speech(id);
    const Detection* detection = session->detection(id);
    if (!speech || !detection || !detection->segments.empty()) return;
    const std::string name = std::filesystem::path(speech->path).filename().string();
    Q_EMIT session->messageRaised(Session::tr("No applause found in %1.").arg(QString::fromStdString(name)));
}

void SessionImpl::sayWhatWasFound(qsizetype failed) {
    size_t segments = 0, searched = 0, with = 0;
    for (const SpeechId id : running) {
        const bool hasFailed = std::ranges::find(detectionQueue.failed, id, &DetectionQueue::Failure::speech) !=
                               detectionQueue.failed.end();
        const Detection* found = session->detection(id);
        if (hasFailed || !data.speech(id) || !found) continue;
        ++searched;
        segments += found->segments.size();
        with += !found->segments.empty();
    }
    if (searched == 0) return; // why has been said
    QString text;
    if (segments == 0)
        text = searched == 1 ? Session::tr("No applause found in 1 recording")
                             : Session::tr("No applause found in %1 recordings").arg(searched);
    else
        text = (segments == 1 ? Session::tr("1 segment") : Session::tr("%1 segments").arg(segments)) +
               (searched == 1 ? Session::tr(" found in 1 recording")
                              : Session::tr(" found in %1 of %2 recordings").arg(with).arg(searched));
    if (failed > 0) text += Session::tr("; %1 failed").arg(failed);
    text += QLatin1Char('.');
    if (again) text += QLatin1Char(' ') + Session::tr("Before and After in Review tells what has changed.");
    Q_EMIT session->messageRaised(text);
}

void SessionImpl::takeDetections() {
    bool any = false, anyEarlier = false;
    for (DetectionEvent& event : detectionEvents->take()) {
        const SpeechId id = event.detection.speech;
        if (!detectionJob || !data.speech(id)) continue;
        any = true;
        std::erase(detectionQueue.pending, id);
        if (event.error) {
            detectionQueue.failed.push_back({id, QString::fromStdString(describe(*event.error))});
            continue;
        }
        ++detectionQueue.done;
        event.detection.model = searching;
        if (const auto was = asPresent.find(id); was != asPresent.end()) {
            if (was->second.model.toStdString() != event.detection.model) earlier[id] = std::move(was->second);
            asPresent.erase(was);
            anyEarlier = true;
        }
        Detection& kept = data.detections[id] = std::move(event.detection);
        newCurves.insert(id);
        toStore.insert(id);
        storeSoon();
        decodeNow(kept);
        Q_EMIT session->detectionChanged(id);
    }
    if (anyEarlier) storeEarlier();
    if (any) storeDetectionQueue();
}

void SessionImpl::decodeNow(Detection& detection) {
    const Speech* speech = data.speech(detection.speech);
    if (!speech) return;
    std::vector<DetectedSegment> decoded =
        toDetectedSegments(decode(detection.curve, decoder), speech->sampleRate, speech->frames);
    setVerdicts(decoded, session->segments(detection.speech));
    if (decoded == detection.segments) return;
    detection.segments = std::move(decoded);
    toStore.insert(detection.speech);
    storeSoon();
}

void SessionImpl::storeChanged() {
    storeTimer.stop();
    if (readOnly) return;
    putEarlier();
    for (const std::string& name : std::exchange(settingsToStore, {}))
        commit([name, json = data.settings[name]](ProjectStore& file) { return file.putSetting(name, json); });
    const std::set<SpeechId> made = std::exchange(newCurves, {});
    std::vector<Detection> decoded; // again, from curves that are in the file: none is copied
    for (const SpeechId id : std::exchange(toStore, {})) {
        const auto found = data.detections.find(id);
        if (found == data.detections.end()) continue;
        const Detection& changed = found->second;
        if (made.contains(id))
            commit([detection = changed](ProjectStore& file) { return file.putDetection(detection); });
        else
            decoded.push_back({id, changed.model, {}, changed.segments});
    }
    if (!decoded.empty()) // one transaction, however many: edits wait behind it
        commit([detections = std::move(decoded)](ProjectStore& file) { return file.updateDetections(detections); });
}

DecoderOptions Session::decoder() const {
    return m_impl->decoder;
}

DecoderOptions Session::usualDecoder() const {
    const SessionImpl& impl = *m_impl;
    if (const size_t json = impl.decoderOf.rfind('{'); json != std::string::npos)
        if (const auto options = decoderFromJson(std::string_view(impl.decoderOf).substr(json))) return *options;
    return impl.model ? impl.model->decoder : impl.decoder;
}

void Session::setDecoder(const DecoderOptions& options) {
    SessionImpl& impl = *m_impl;
    if (impl.decoder == options) return;
    const Detection* shown = detection(impl.current);
    if (impl.model && shown && shown->model == impl.model->name) impl.decoderOf = impl.decoderNameOf(*impl.model);
    impl.decodeWith(options);
}

void SessionImpl::decodeWith(const DecoderOptions& options) {
    if (decoder == options) return;
    decoder = options;
    storeDecoder();
    // What is looked at follows the slider; the others follow in slices between the window's own events.
    toDecode.clear();
    for (auto& [id, detection] : data.detections) {
        if (id == current) {
            decodeNow(detection);
            Q_EMIT session->detectionChanged(id);
        } else {
            toDecode.push_back(id);
        }
    }
    if (!toDecode.empty()) decodeTimer.start();
}

void SessionImpl::storeDecoder() {
    putSetting("decoder", toJson(decoder));
    putSetting("decoder_model",
               nlohmann::json(decoderOf).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
}

void SessionImpl::decodeSome() {
    QElapsedTimer clock;
    clock.start();
    while (!toDecode.empty() && clock.elapsed() < kDecodeSliceMs) {
        const SpeechId id = toDecode.back();
        toDecode.pop_back();
        const auto found = data.detections.find(id);
        if (found == data.detections.end()) continue;
        decodeNow(found->second);
        Q_EMIT session->detectionChanged(id);
    }
    if (toDecode.empty()) decodeTimer.stop();
}

} // namespace ovation::ui
