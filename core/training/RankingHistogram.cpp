// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/RankingHistogram.h"

#include <algorithm>
#include <cmath>

namespace ovation {

size_t RankingHistogram::binOf(float probability) {
    if (!(probability > 0)) return 0;
    if (probability >= 1) return kBins - 1;
    const double p = probability;
    const double share = (std::log(p / (1 - p)) + kLargestLogit) / (2 * kLargestLogit);
    // The first and last bin are for exact 0 and 1 and what lies beyond the largest log odds.
    return static_cast<size_t>(std::clamp(1 + share * (kBins - 2), 0.0, static_cast<double>(kBins - 1)));
}

void RankingHistogram::makeRoom() {
    if (!m_positiveBins.empty()) return;
    m_positiveBins.resize(kBins);
    m_negativeBins.resize(kBins);
}

void RankingHistogram::addToBin(size_t bin, bool truth, uint64_t count) {
    makeRoom();
    (truth ? m_positiveBins : m_negativeBins)[bin] += count;
    (truth ? m_positives : m_negatives) += count;
}

void RankingHistogram::add(const RankingHistogram& other, uint64_t times) {
    if (other.m_positiveBins.empty()) return;
    makeRoom();
    for (size_t i = 0; i < kBins; ++i) {
        m_positiveBins[i] += times * other.m_positiveBins[i];
        m_negativeBins[i] += times * other.m_negativeBins[i];
    }
    m_positives += times * other.m_positives;
    m_negatives += times * other.m_negatives;
}

std::vector<RankingHistogram::Bin> RankingHistogram::usedBins() const {
    std::vector<Bin> bins;
    for (size_t i = 0; i < m_positiveBins.size(); ++i)
        if (m_positiveBins[i] > 0 || m_negativeBins[i] > 0) bins.push_back({i, m_positiveBins[i], m_negativeBins[i]});
    return bins;
}

void RankingHistogram::add(const std::vector<Bin>& bins, uint64_t times) {
    for (const Bin& one : bins) {
        addToBin(one.bin, true, times * one.positives);
        addToBin(one.bin, false, times * one.negatives);
    }
}

std::optional<double> RankingHistogram::rocAuc() const {
    if (m_positives == 0 || m_negatives == 0) return std::nullopt;
    double wins = 0, below = 0; // below: negatives ranked lower
    for (size_t i = 0; i < kBins; ++i) {
        const auto negatives = static_cast<double>(m_negativeBins[i]);
        wins += static_cast<double>(m_positiveBins[i]) * (below + negatives / 2);
        below += negatives;
    }
    return wins / (static_cast<double>(m_positives) * static_cast<double>(m_negatives));
}

std::optional<double> RankingHistogram::averagePrecision() const {
    if (m_positives == 0) return std::nullopt;
    double sum = 0, truePositives = 0, predicted = 0;
    for (size_t i = kBins; i-- > 0;) {
        const auto positives = static_cast<double>(m_positiveBins[i]);
        truePositives += positives;
        predicted += positives + static_cast<double>(m_negativeBins[i]);
        if (positives > 0) sum += positives * truePositives / predicted;
    }
    return sum / static_cast<double>(m_positives);
}

} // namespace ovation
