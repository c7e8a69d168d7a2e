// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/detection/Detector.h"
#include "core/engine/Engine.h"
#include "core/features/FeatureCache.h"
#include "ui/session/AudioCheck.h"
#include "ui/session/SessionImpl.h"

#include <QElapsedTimer>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>

namespace ovation::ui {

namespace {

constexpr int kDecodeSliceMs = 8;
constexpr double kShortestPartS = 0.1; ///< between labels; shorter rests are no labels of their own

struct DetectionTask {
    SpeechId id = 0;
    std::string path;
    AudioInfo added;
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
    DetectorOptions options;
    options.cache = FeatureCache::ofUser();
    Detected result;
    for (size_t i = 0; i < tasks.size(); ++i) {
        const std::string name = std::filesystem::path(tasks[i].path).filename().string();
        if (const auto same = sameAsAdded(tasks[i].path, tasks[i].added); !same) {
            result.failed.push_back(same.error());
            continue;
        }
        auto curve = detect(tasks[i].path, bundle, **network, options, context.cancel, [&](const Progress& progress) {
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

bool isVerdict(const Segment& segment) {
    return segment.origin == Origin::Accepted || segment.origin == Origin::Rejected;
}

/// Frames of `range` on which a segment of the kind lies.
template <typename Kind>
int64_t covered(const std::vector<Segment>& segments, const SampleRange& range, const Kind& isOfKind) {
    std::vector<Segment> chosen;
    std::ranges::copy_if(segments, std::back_inserter(chosen), isOfKind);
    int64_t free = 0;
    for (const SampleRange& part : freeParts(range, chosen, range.end))
        free += part.length();
    return range.length() - free;
}

/// What the labels say of a detected segment: verdicts on half of what other labels leave free, or else applause that
/// is labelled on half of it anyway.
Verdict verdictOn(const SampleRange& range, const std::vector<Segment>& segments) {
    const auto has = [](Origin origin) { return [origin](const Segment& s) { return s.origin == origin; }; };
    const int64_t rejected = covered(segments, range, has(Origin::Rejected));
    const int64_t accepted = covered(segments, range, has(Origin::Accepted));
    const int64_t free = range.length() - covered(segments, range, [](const Segment& s) { return !isVerdict(s); });
    if (rejected > 0 && 2 * rejected >= free) return Verdict::Rejected;
    if (accepted > 0 && 2 * accepted >= free) return Verdict::Accepted;
    const int64_t applause =
        covered(segments, range, [](const Segment& s) { return s.labelClass == LabelClass::Applause; });
    return 2 * applause >= range.length() ? Verdict::Accepted : Verdict::Open;
}

/// Labels that a new verdict on `range` takes the place of: verdicts that lie mostly in it, and where it is rejected,
/// other labels of applause that do.
std::vector<Segment> replacedBy(Verdict verdict, const SampleRange& range, const std::vector<Segment>& segments) {
    std::vector<Segment> replaced;
    const bool contradicted = verdict == Verdict::Rejected && verdictOn(range, segments) == Verdict::Accepted;
    for (const Segment& segment : segments) {
        const bool concerned = isVerdict(segment) || (contradicted && segment.labelClass == LabelClass::Applause);
        const int64_t inside = covered({segment}, range, [](const Segment&) { return true; });
        if (concerned && 2 * inside >= segment.range.length()) replaced.push_back(segment);
    }
    return replaced;
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
        if (const Speech* speech = impl.data.speech(id))
            tasks.push_back({id, speech->path, {speech->frames, speech->sampleRate, speech->channels, {}}});
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
        const Verdict verdict = verdictOn(detected.range, session->segments(id));
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
                                              {"median_s", options.medianS},
                                              {"evidence", options.evidence}}
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
    if (verdict == detected.verdict) return;
    std::vector<Segment> others = segments(speech);
    Edit edit = impl.newEdit(speech, verdict == Verdict::Accepted   ? tr("Accept segment")
                                     : verdict == Verdict::Rejected ? tr("Reject segment")
                                                                    : tr("Take back verdict"));
    edit.removed = replacedBy(verdict, detected.range, others);
    std::erase_if(others, [&](const Segment& s) { return std::ranges::find(edit.removed, s) != edit.removed.end(); });
    const Speech& recording = *impl.data.speech(speech);
    if (verdict != Verdict::Open) {
        for (const SampleRange& part : freeParts(detected.range, others, recording.frames)) {
            if (toSeconds(part.length(), recording.sampleRate) < kShortestPartS && part != detected.range) continue;
            Segment segment;
            segment.id = impl.data.nextSegmentId++;
            segment.range = part;
            segment.labelClass = verdict == Verdict::Accepted ? LabelClass::Applause : LabelClass::NotApplause;
            segment.origin = verdict == Verdict::Accepted ? Origin::Accepted : Origin::Rejected;
            segment.source = found->second.model;
            segment.score = detected.score;
            edit.added.push_back(segment);
        }
    }
    if (edit.added.empty() && edit.removed.empty()) {
        Q_EMIT messageRaised(tr("Other labels lie on this segment: change them in the Label workspace."));
        return;
    }
    impl.push(std::move(edit));
}

} // namespace ovation::ui
