// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/SessionImpl.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <map>
#include <utility>

namespace ovation::ui {

namespace {

using QueueJson = nlohmann::json;

std::string textOf(const QueueJson& json) {
    return json.dump(-1, ' ', false, QueueJson::error_handler_t::replace);
}

QueueJson storedJson(const ProjectData& data, const char* name) {
    const auto found = data.settings.find(name);
    return found == data.settings.end() ? QueueJson() : QueueJson::parse(found->second, nullptr, false);
}

constexpr const char* kEarlier = "earlier_detections";
constexpr const char* kAsPresent = "detections_before_model";

using EarlierById = std::map<SpeechId, EarlierDetection>;

std::string earlierText(const EarlierById& detections, const ProjectData& data) {
    QueueJson json = QueueJson::object();
    for (const auto& [id, was] : detections) {
        if (!data.speech(id)) continue;
        QueueJson segments = QueueJson::array();
        for (const SampleRange& range : was.segments)
            segments.push_back({range.begin, range.end});
        json[std::to_string(id)] = {{"model", was.model.toStdString()}, {"segments", std::move(segments)}};
    }
    return textOf(json);
}

/// Nothing where it is not understood: a project may have been written by anyone.
EarlierById earlierIn(const ProjectData& data, const char* name) {
    EarlierById detections;
    try {
        const QueueJson json = storedJson(data, name);
        for (const auto& [id, entry] : json.items()) {
            EarlierDetection& was = detections[std::stoll(id)];
            was.model = QString::fromStdString(entry.at("model").get<std::string>());
            for (const QueueJson& segment : entry.at("segments"))
                was.segments.push_back({segment.at(0).get<int64_t>(), segment.at(1).get<int64_t>()});
        }
    } catch (const std::exception&) {
        detections.clear();
    }
    return detections;
}

EarlierDetection earlierFrom(const Detection& detection) {
    EarlierDetection was{QString::fromStdString(detection.model), {}};
    for (const DetectedSegment& segment : detection.segments)
        was.segments.push_back(segment.range);
    return was;
}

} // namespace

const DetectionQueue& Session::detectionQueue() const {
    return m_impl->detectionQueue;
}

QString Session::queueModelBefore() const {
    const DetectionQueue& queue = m_impl->detectionQueue;
    if (queue.pending.empty() || !m_impl->model || queue.model == QString::fromStdString(m_impl->model->name))
        return {};
    // What it found may have been found anew since, or be gone with its recording.
    const bool any = std::ranges::any_of(m_impl->data.detections, [&](const auto& entry) {
        return entry.second.model == queue.model.toStdString() &&
               std::ranges::find(queue.pending, entry.first) == queue.pending.end();
    });
    return any ? queue.model : QString();
}

const EarlierDetection* Session::earlierDetection(SpeechId id) const {
    const auto found = m_impl->earlier.find(id);
    if (found == m_impl->earlier.end()) return nullptr;
    const Detection* now = detection(id);
    return now && now->model != found->second.model.toStdString() ? &found->second : nullptr;
}

std::vector<SpeechId> Session::undetected() const {
    const ModelBundle* model = m_impl->model.get();
    std::vector<SpeechId> result;
    for (const Speech& speech : m_impl->data.speeches) {
        if (speech.missing) continue;
        const Detection* is = detection(speech.id);
        if (!is || !model || is->model != model->name) result.push_back(speech.id);
    }
    return result;
}

void Session::pauseDetection() {
    SessionImpl& impl = *m_impl;
    if (!detecting()) return;
    impl.pausingDetection = true;
    impl.jobs.cancel(impl.detectionJob);
}

void Session::resumeDetection() {
    SessionImpl& impl = *m_impl;
    if (detecting() || impl.detectionQueue.pending.empty()) return;
    if (!impl.model) {
        impl.raise({ErrorCode::NoData, {}, "there is no model yet: train one, or open one"});
        return;
    }
    std::erase_if(impl.detectionQueue.pending, [&](SpeechId id) { return !impl.data.speech(id); });
    const QString now = QString::fromStdString(impl.model->name), before = queueModelBefore();
    if (!before.isEmpty())
        Q_EMIT messageRaised(tr("The recordings that were left are searched with %1, those before were with %2. Detect "
                                "All searches all of them with one model.")
                                 .arg(now, before));
    impl.detectionQueue.model = now;
    impl.runQueue(std::vector(impl.detectionQueue.pending));
}

void Session::discardDetection() {
    SessionImpl& impl = *m_impl;
    if (detecting()) return;
    impl.detectionQueue = {};
    impl.storeDetectionQueue();
}

void Session::retryFailed() {
    std::vector<SpeechId> ids;
    for (const DetectionQueue::Failure& failure : m_impl->detectionQueue.failed)
        ids.push_back(failure.speech);
    if (!ids.empty()) startDetection(ids);
}

void SessionImpl::storeDetectionQueue() {
    std::erase_if(detectionQueue.pending, [this](SpeechId id) { return !data.speech(id); });
    QueueJson failed = QueueJson::array();
    for (const DetectionQueue::Failure& failure : detectionQueue.failed)
        failed.push_back({{"speech", failure.speech}, {"sentence", failure.sentence.toStdString()}});
    putSetting("detection_queue", textOf({{"pending", detectionQueue.pending},
                                          {"failed", std::move(failed)},
                                          {"total", detectionQueue.total},
                                          {"done", detectionQueue.done},
                                          {"model", detectionQueue.model.toStdString()}}));
    Q_EMIT session->detectionQueueChanged();
}

void SessionImpl::leaveOutOfQueue(const std::set<SpeechId>& removed) {
    size_t gone = std::erase_if(detectionQueue.pending, [&](SpeechId id) { return removed.contains(id); });
    gone += std::erase_if(detectionQueue.failed,
                          [&](const DetectionQueue::Failure& failure) { return removed.contains(failure.speech); });
    if (gone == 0) return;
    detectionQueue.total =
        std::max(detectionQueue.total - std::min(gone, detectionQueue.total), detectionQueue.pending.size());
    storeDetectionQueue();
}

void SessionImpl::readQueue() {
    detectionQueue = {};
    earlier = earlierIn(data, kEarlier);
    asPresent = earlierIn(data, kAsPresent);
    earlierToStore = false;
    pausingDetection = false;
    detectionEvents = std::make_shared<EventQueue<DetectionEvent>>(); // what comes yet is of another project
    try {
        if (const QueueJson json = storedJson(data, "detection_queue"); json.is_object()) {
            for (const SpeechId id : json.at("pending").get<std::vector<SpeechId>>())
                if (data.speech(id)) detectionQueue.pending.push_back(id);
            for (const QueueJson& failure : json.at("failed"))
                if (const auto id = failure.at("speech").get<SpeechId>(); data.speech(id))
                    detectionQueue.failed.push_back(
                        {id, QString::fromStdString(failure.at("sentence").get<std::string>())});
            detectionQueue.total = std::max(json.at("total").get<size_t>(), detectionQueue.pending.size());
            const size_t left = detectionQueue.pending.size() + detectionQueue.failed.size();
            detectionQueue.done = json.value("done", detectionQueue.total - std::min(left, detectionQueue.total));
            detectionQueue.model = QString::fromStdString(json.value("model", std::string()));
        }
    } catch (const std::exception&) { // what was understood so far
    }
}

void SessionImpl::storeEarlier() {
    earlierToStore = true;
    storeSoon();
}

void SessionImpl::putEarlier() {
    if (!std::exchange(earlierToStore, false)) return;
    data.settings[kEarlier] = earlierText(earlier, data);
    data.settings[kAsPresent] = earlierText(asPresent, data);
    settingsToStore.insert({kEarlier, kAsPresent});
}

void SessionImpl::rememberDetections() {
    for (const auto& [id, detection] : data.detections)
        asPresent[id] = earlierFrom(detection);
    if (!asPresent.empty()) storeEarlier();
}

void SessionImpl::rememberWhereNothingIs() {
    for (const auto& [id, detection] : data.detections)
        if (!asPresent.contains(id)) asPresent[id] = earlierFrom(detection);
}

} // namespace ovation::ui
