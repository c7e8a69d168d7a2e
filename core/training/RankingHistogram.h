// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace ovation {

/// Probabilities of many frames with their truth, counted in bins that are equally wide in log odds (0.008), so that
/// ranking stays exact near 0 and 1, where networks put most of their answers. Values of one bin count as ties.
/// Histograms add up: pooling and resampling recordings cost the same however long they are.
class RankingHistogram {
public:
    static constexpr size_t kBins = 4096;
    static constexpr double kLargestLogit = 16;

    static size_t binOf(float probability); ///< `probability` in [0, 1]; NaN counts as 0

    void add(float probability, bool truth, uint64_t count = 1) { addToBin(binOf(probability), truth, count); }
    void addToBin(size_t bin, bool truth, uint64_t count);
    void add(const RankingHistogram& other, uint64_t times = 1);

    uint64_t positives() const { return m_positives; }
    uint64_t negatives() const { return m_negatives; }

    /// As rocAuc() and averagePrecision() of core/training/Metrics.h define them; nullopt where undefined.
    std::optional<double> rocAuc() const;
    std::optional<double> averagePrecision() const;

private:
    std::array<uint64_t, kBins> m_positiveBins{};
    std::array<uint64_t, kBins> m_negativeBins{};
    uint64_t m_positives = 0;
    uint64_t m_negatives = 0;
};

} // namespace ovation
