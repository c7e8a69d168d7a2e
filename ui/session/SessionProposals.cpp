// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/detection/NoiseCurve.h"
#include "core/features/FeatureCache.h"
#include "ui/session/SessionImpl.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace ovation::ui {

namespace {
constexpr double kUsualSensitivity = 0.5;
}

/// Starts over with another project.
void SessionImpl::resetProposals() {
    noiseCurves.clear();
    proposed.clear();
    proposedFor = 0;
    proposing = false;
    sensitivity = kUsualSensitivity;
    const auto found = data.settings.find("proposals");
    if (found == data.settings.end()) return;
    const auto stored = nlohmann::json::parse(found->second, nullptr, false);
    if (!stored.is_object()) return;
    if (const auto on = stored.find("on"); on != stored.end() && on->is_boolean()) proposing = on->get<bool>();
    if (const auto value = stored.find("sensitivity"); value != stored.end() && value->is_number())
        sensitivity = std::clamp(value->get<double>(), 0.0, 1.0);
}

void SessionImpl::storeProposing() {
    putSetting("proposals", nlohmann::json{{"on", proposing}, {"sensitivity", sensitivity}}.dump());
}

/// Proposals follow the current recording, its labels and the slider.
void SessionImpl::updateProposals() {
    std::vector<Proposal> fresh;
    const Speech* speech = proposing ? data.speech(current) : nullptr;
    if (speech && !speech->missing && !speech->fullyLabelled) {
        const auto curve = noiseCurves.find(current);
        if (curve != noiseCurves.end())
            fresh =
                proposals(curve->second, sensitivity, session->segments(current), speech->frames, speech->sampleRate);
        else
            startNoiseCurve(*speech);
    }
    if (proposedFor == current && fresh == proposed) return;
    proposed = std::move(fresh);
    proposedFor = current;
    Q_EMIT session->proposalsChanged(current);
}

void SessionImpl::startNoiseCurve(const Speech& speech) {
    if (noiseJob != 0) {
        if (noiseJobFor == speech.id) return;
        jobs.cancel(noiseJob); // what is looked at now comes first
    }
    noiseJobFor = speech.id;
    noiseJob = jobs.start<ProbabilityCurve>(
        QObject::tr("Looking for noise-like stretches"),
        [path = speech.path](const JobContext& context) {
            return noiseCurve(path, FeatureCache::ofUser(), context.cancel, context.progress);
        },
        [this, id = speech.id, number = ++noiseJobs, started = generation](Result<ProbabilityCurve> curve) {
            if (number == noiseJobs) noiseJob = 0;
            if (started != generation || !data.speech(id)) return updateProposals();
            if (curve) {
                noiseCurves[id] = std::move(*curve);
            } else if (curve.error().code == ErrorCode::Cancelled) {
                if (number != noiseJobs) return;
                session->setProposing(false); // the person has stopped it
            } else {
                noiseCurves[id] = {}; // said once
                raise(curve.error());
            }
            updateProposals();
            Q_EMIT session->proposalsChanged(current); // nothing to propose is news, too
        });
    Q_EMIT session->proposalsChanged(speech.id);
}

bool Session::proposing() const {
    return m_impl->proposing;
}

void Session::setProposing(bool on) {
    if (std::exchange(m_impl->proposing, on) == on) return;
    m_impl->storeProposing();
    if (!on && m_impl->noiseJob != 0) m_impl->jobs.cancel(m_impl->noiseJob);
    m_impl->updateProposals();
    Q_EMIT proposalsChanged(m_impl->current);
}

bool Session::searchingProposals() const {
    return m_impl->noiseJob != 0 && m_impl->noiseJobFor == m_impl->current;
}

double Session::proposalSensitivity() const {
    return m_impl->sensitivity;
}

void Session::setProposalSensitivity(double sensitivity) {
    sensitivity = std::clamp(sensitivity, 0.0, 1.0);
    if (std::exchange(m_impl->sensitivity, sensitivity) == sensitivity) return;
    m_impl->storeProposing();
    m_impl->updateProposals();
}

const std::vector<Proposal>& Session::proposals(SpeechId id) const {
    static const std::vector<Proposal> none;
    return id == m_impl->proposedFor ? m_impl->proposed : none;
}

int64_t Session::judgeProposal(SpeechId speech, const Proposal& proposal, bool applause) {
    SessionImpl& impl = *m_impl;
    if (!impl.data.speech(speech) || impl.refuseIfReadOnly()) return 0;
    Segment segment;
    segment.range = proposal.range;
    segment.labelClass = applause ? LabelClass::Applause : LabelClass::NotApplause;
    segment.origin = applause ? Origin::Proposed : Origin::Rejected;
    segment.source = "energy and flatness";
    segment.score = proposal.score;
    const auto ids = replaceSegments(speech, {}, {segment}, applause ? tr("Accept proposal") : tr("Reject proposal"));
    return ids.empty() ? 0 : ids.front();
}

} // namespace ovation::ui
