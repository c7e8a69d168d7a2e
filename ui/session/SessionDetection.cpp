// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/detection/Detector.h"
#include "core/engine/Engine.h"
#include "ui/session/SessionImpl.h"

#include <QElapsedTimer>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>

namespace ovation::ui {

namespace {

constexpr int kDecodeSliceMs = 8;
constexpr double kSameSegment =
    0.5; ///< intersection over union from which a label is the verdict on a detected segment

struct DetectionTask {
    SpeechId id = 0;
    std::string path;
};

struct Detected {
    std::vector<Error> failed;
    int done = 0;
};

Result<Detected> detectAll(const std::vector<DetectionTask>& tasks, const ModelBundle& bundle,
                           EventQueue<Detection>& queue, const JobContext& context) {
    context.progress({0, 0, "Starting the network", {}});
    auto loaded = engine();
    if (!loaded) return loaded.error();
    auto network = (*loaded)->load(bundle);
    if (!network) return network.error();
    Detected result;
    for (size_t i = 0; i < tasks.size(); ++i) {
        const std::string name = std::filesystem::path(tasks[i].path).filename().string();
        auto curve = detect(tasks[i].path, bundle, **network, {}, context.cancel, [&](const Progress& progress) {
            const double share = progress.total > 0 ? progress.done / progress.total : 0;
            context.progress({static_cast<double>(i) + share, static_cast<double>(tasks.size()), {}, name});
        });
        if (context.cancel.cancelled()) return Error{ErrorCode::Cancelled, {}, {}};
        if (curve) {
            queue.push({tasks[i].id, bundle.name, std::move(*curve), {}});
            ++result.done;
        } else {
            result.failed.push_back(curve.error());
        }
    }
    return result;
}

double overlapShare(const SampleRange& a, const SampleRange& b) {
    const int64_t common = std::min(a.end, b.end) - std::max(a.begin, b.begin);
    const int64_t all = std::max(a.end, b.end) - std::min(a.begin, b.begin);
    return all > 0 ? static_cast<double>(std::max<int64_t>(common, 0)) / static_cast<double>(all) : 0;
}

const Segment* judgement(const std::vector<Segment>& segments, const SampleRange& range) {
    const Segment* best = nullptr;
    double bestShare = kSameSegment;
    for (const Segment& segment : segments) {
        if (segment.origin != Origin::Accepted && segment.origin != Origin::Rejected) continue;
        const double share = overlapShare(segment.range, range);
        if (share < bestShare) continue;
        best = &segment;
        bestShare = share;
    }
    return best;
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
    std::vector<DetectionTask> tasks;
    for (const SpeechId id : speeches)
        if (const Speech* speech = impl.data.speech(id)) tasks.push_back({id, speech->path});
    if (tasks.empty()) {
        impl.raise({ErrorCode::NoData, {}, "there is no recording yet: add some first"});
        return;
    }
    impl.detectionQueue = std::make_shared<EventQueue<Detection>>();
    impl.detectionJob = impl.jobs.start<Detected>(
        tr("Detecting"),
        [tasks, bundle = impl.model, queue = impl.detectionQueue](const JobContext& context) {
            return detectAll(tasks, *bundle, *queue, context);
        },
        [this, &impl, generation = impl.generation](Result<Detected> detected) {
            impl.detectionJob = 0;
            impl.storeChanged();
            if (generation == impl.generation) {
                if (!detected && detected.error().code != ErrorCode::Cancelled) impl.raise(detected.error());
                if (detected && !detected->failed.empty()) {
                    QStringList sentences;
                    for (const Error& error : detected->failed)
                        sentences << QString::fromStdString(describe(error));
                    Q_EMIT problemsRaised(tr("Detection failed for %1 of %2 recordings")
                                              .arg(sentences.size())
                                              .arg(sentences.size() + detected->done),
                                          sentences);
                }
            }
            Q_EMIT detectionEnded();
        });
}

void SessionImpl::takeDetections() {
    for (Detection& fresh : detectionQueue->take()) {
        if (!detectionJob || !data.speech(fresh.speech)) continue;
        const SpeechId id = fresh.speech;
        Detection& kept = data.detections[id] = std::move(fresh);
        decodeNow(kept);
        Q_EMIT session->detectionChanged(id);
    }
}

void SessionImpl::decodeNow(Detection& detection) {
    const Speech* speech = data.speech(detection.speech);
    if (!speech) return;
    detection.segments.clear();
    for (const DecodedSegment& decoded : decode(detection.curve, decoder)) {
        DetectedSegment segment;
        segment.range =
            SampleRange{toFrame(decoded.span.start, speech->sampleRate), toFrame(decoded.span.end, speech->sampleRate)}
                .clamped(0, speech->frames);
        segment.score = decoded.mean;
        segment.peak = decoded.peak;
        if (!segment.range.empty()) detection.segments.push_back(segment);
    }
    toStore.insert(detection.speech);
    storeTimer.start();
    syncVerdicts(detection.speech);
}

bool SessionImpl::syncVerdicts(SpeechId id) {
    const auto found = data.detections.find(id);
    if (found == data.detections.end()) return false;
    bool changed = false;
    for (DetectedSegment& detected : found->second.segments) {
        const Segment* judged = judgement(session->segments(id), detected.range);
        const Verdict verdict = !judged                              ? Verdict::Open
                                : judged->origin == Origin::Accepted ? Verdict::Accepted
                                                                     : Verdict::Rejected;
        changed |= verdict != detected.verdict;
        detected.verdict = verdict;
    }
    if (changed) {
        toStore.insert(id);
        storeTimer.start();
    }
    return changed;
}

void SessionImpl::storeChanged() {
    storeTimer.stop();
    for (const std::string& name : std::exchange(settingsToStore, {}))
        commit([name, json = data.settings[name]](ProjectStore& file) { return file.putSetting(name, json); });
    for (const SpeechId id : std::exchange(toStore, {})) {
        const auto found = data.detections.find(id);
        if (found == data.detections.end()) continue;
        commit([detection = found->second](ProjectStore& file) { return file.putDetection(detection); });
    }
}

DecoderOptions Session::decoder() const {
    return m_impl->decoder;
}

void Session::setDecoder(const DecoderOptions& options) {
    SessionImpl& impl = *m_impl;
    if (impl.decoder == options) return;
    impl.decoder = options;
    impl.putSetting("decoder", nlohmann::json{{"threshold", options.threshold},
                                              {"hysteresis", options.hysteresis},
                                              {"minimum_duration_s", options.minimumDurationS},
                                              {"merge_gap_s", options.mergeGapS},
                                              {"median_s", options.medianS}}
                                   .dump());
    // What is looked at follows the slider; the others follow in slices between the window's own events.
    impl.toDecode.clear();
    for (auto& [id, detection] : impl.data.detections) {
        if (id == impl.current) {
            impl.decodeNow(detection);
            Q_EMIT detectionChanged(id);
        } else {
            impl.toDecode.push_back(id);
        }
    }
    if (!impl.toDecode.empty()) impl.decodeTimer.start();
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

void Session::judge(SpeechId speech, size_t index, Verdict verdict) {
    SessionImpl& impl = *m_impl;
    const auto found = impl.data.detections.find(speech);
    if (found == impl.data.detections.end() || index >= found->second.segments.size() || impl.refuseIfReadOnly())
        return;
    const DetectedSegment& detected = found->second.segments[index];
    const Segment* before = judgement(segments(speech), detected.range);
    if (verdict == detected.verdict) return;
    Edit edit = impl.newEdit(speech, verdict == Verdict::Accepted   ? tr("Accept segment")
                                     : verdict == Verdict::Rejected ? tr("Reject segment")
                                                                    : tr("Take back verdict"));
    if (before) edit.removed.push_back(*before);
    if (verdict != Verdict::Open) {
        Segment segment;
        segment.id = impl.data.nextSegmentId++;
        segment.range = detected.range;
        segment.labelClass = verdict == Verdict::Accepted ? LabelClass::Applause : LabelClass::NotApplause;
        segment.origin = verdict == Verdict::Accepted ? Origin::Accepted : Origin::Rejected;
        segment.source = found->second.model;
        segment.score = detected.score;
        edit.added.push_back(segment);
    }
    impl.push(std::move(edit));
}

} // namespace ovation::ui
