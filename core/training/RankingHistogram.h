// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace ovation {

/// Probabilities of many frames with their truth, counted in bins that are equally wide in log odds (0.008), so that
/// ranking stays exact near 0 and 1, where networks put most of their answers. Values of one bin count as ties.
/// Histograms add up: pooling and resampling recordings cost the same however long they are. Takes 64 KiB once anything
/// is counted.
class RankingHistogram {
public:
    static constexpr size_t kBins = 4096;
    static constexpr double kLargestLogit = 16;

    static size_t binOf(float probability); ///< `probability` in [0, 1]; NaN counts as 0

    void add(float probability, bool truth, uint64_t count = 1) { addToBin(binOf(probability), truth, count); }
    void addToBin(size_t bin, bool truth, uint64_t count);
    void add(const RankingHistogram& other, uint64_t times = 1);

    /// What is counted in one bin.
    struct Bin {
        size_t bin = 0;
        uint64_t positives = 0, negatives = 0;
        bool operator==(const Bin&) const = default;
    };
    std::vector<Bin> usedBins() const; ///< by bin; those of a short recording are few
    void add(const std::vector<Bin>& bins, uint64_t times);

    uint64_t positives() const { return m_positives; }
    uint64_t negatives() const { return m_negatives; }

    /// As rocAuc() and averagePrecision() of core/training/Metrics.h define them; nullopt where undefined.
    std::optional<double> rocAuc() const;
    std::optional<double> averagePrecision() const;

private:
    void makeRoom();

    std::vector<uint64_t> m_positiveBins; ///< kBins, or none where nothing is counted
    std::vector<uint64_t> m_negativeBins;
    uint64_t m_positives = 0;
    uint64_t m_negatives = 0;
};

} // namespace ovation
