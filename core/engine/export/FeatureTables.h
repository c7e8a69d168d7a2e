// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/features/LogMel.h"
#include "core/models/ModelBundle.h"

#include <cstdint>
#include <vector>

namespace ovation {

// The numbers that the features of an exported model are computed with: tables that the studio's own code uses too, or
// that are made by the same formula. Row-major.

std::vector<float> periodicHann(int size);

/// (fft / 2 + 1, bands): mel power is a power spectrum times this.
std::vector<float> melMatrix(int sampleRate, int fft, int bands, double lowHz, double highHz);

/// (128, 13): orthonormal DCT-II.
std::vector<float> mfccMatrix();

/// What Tempo.cpp compares lags by.
struct TempoTables {
    std::vector<double> window; ///< (lags) periodic Hann
    std::vector<double> ramp;   ///< (lags / 2): falls to 0 behind the last onset
    std::vector<double> prior;  ///< (lags): -1e300 for tempi that are out of the question
    std::vector<float> bpm;     ///< (lags): 0 for lag 0
};
TempoTables tempoTables();

/// Numbers of the seed's features that the exported programs name.
struct SeedNumbers {
    static constexpr int kPitchFirstBin = 14; ///< 150 Hz
    static constexpr int kPitchEndBin = 372;  ///< 4000 Hz
    static constexpr float kBinHz = 22050.0F / 2048.0F;
};

/// When the answers of an exported model are: answer i is about startS + i * stepS.
struct AnswerTimes {
    double startS = 0, stepS = 0;
};
AnswerTimes answerTimes(const ModelBundle& bundle);

/// JSON that goes with an export: classes, threshold, inputs, when each answer is.
std::string exportDescription(const ModelBundle& bundle);

/// "" or why the bundle's standardisers do not fit its network.
std::string standardizerProblem(const ModelBundle& bundle);

} // namespace ovation
