// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/export/FeatureTables.h"

#include "core/base/Version.h"
#include "core/detection/Detector.h"
#include "core/features/MelBank.h"
#include "core/features/SeedFeatures.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <numbers>

namespace ovation {

std::vector<float> periodicHann(int size) {
    std::vector<float> window(static_cast<size_t>(size));
    for (size_t i = 0; i < window.size(); ++i)
        window[i] = static_cast<float>(0.5 - 0.5 * std::cos(2 * std::numbers::pi * static_cast<double>(i) / size));
    return window;
}

std::vector<float> melMatrix(int sampleRate, int fft, int bands, double lowHz, double highHz) {
    const MelBank bank(sampleRate, fft, bands, lowHz, highHz);
    std::vector<float> matrix;
    for (int bin = 0; bin <= fft / 2; ++bin)
        for (int band = 0; band < bands; ++band)
            matrix.push_back(bank.weight(band, bin));
    return matrix;
}

std::vector<float> mfccMatrix() {
    std::vector<float> matrix;
    constexpr double bands = seed::kMelBands;
    for (int band = 0; band < seed::kMelBands; ++band)
        for (int c = 0; c < seed::kMfcc; ++c)
            matrix.push_back(static_cast<float>(std::sqrt((c == 0 ? 1.0 : 2.0) / bands) *
                                                std::cos(std::numbers::pi * c * (2.0 * band + 1) / (2 * bands))));
    return matrix;
}

TempoTables tempoTables() {
    constexpr int lags = 8 * seed::kSampleRate / seed::kHop;
    TempoTables tables;
    for (int i = 0; i < lags; ++i) {
        tables.window.push_back(0.5 - 0.5 * std::cos(2 * std::numbers::pi * i / lags));
        const double bpm = i == 0 ? 0 : 60.0 * seed::kSampleRate / (static_cast<double>(seed::kHop) * i);
        const double octaves = i == 0 ? 0 : std::log2(bpm / 120);
        tables.prior.push_back(i > 0 && bpm < 320 ? -0.5 * octaves * octaves : -1e300);
        tables.bpm.push_back(static_cast<float>(bpm));
    }
    constexpr int half = lags / 2;
    for (int i = 0; i < half; ++i)
        tables.ramp.push_back(static_cast<double>(half - 1 - i) / half);
    return tables;
}

AnswerTimes answerTimes(const ModelBundle& bundle) {
    const bool frames = isFrameModel(bundle.architecture.id);
    const double hopS = frames ? bundle.logMel.hopS() : seed::kHopS;
    const auto hop = static_cast<double>(frames ? kAnswerFrames : hopFramesOf(bundle));
    return {(hop - 1) / 2 * hopS, hop * hopS};
}

std::string exportDescription(const ModelBundle& bundle) {
    using nlohmann::json;
    const bool frames = isFrameModel(bundle.architecture.id);
    const AnswerTimes when = answerTimes(bundle);
    json about;
    about["name"] = bundle.name;
    about["architecture"] = json::parse(toJson(bundle.architecture));
    about["classes"] = {"not applause", "applause"};
    about["sample_rate"] = frames ? bundle.logMel.sampleRate : seed::kSampleRate;
    about["threshold"] = bundle.decoder.threshold;
    about["answer_start_s"] = when.startS;
    about["answer_step_s"] = when.stepS;
    about["answers"] = frames ? "probability of applause for every answer_step_s seconds"
                              : "probability of applause for every answer_step_s seconds, the mean over all windows "
                                "that hold the moment";
    if (!frames) about["window_s"] = static_cast<double>(detectionFrames(bundle)) * seed::kHopS;
    about["program_version"] = bundle.programVersion.empty() ? version() : bundle.programVersion;
    return about.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::string standardizerProblem(const ModelBundle& bundle) {
    const auto has = [](const Standardizer& s, int64_t size) {
        return static_cast<int64_t>(s.mean.size()) == size && s.mean.size() == s.deviation.size();
    };
    const Architecture& sizes = bundle.architecture;
    const bool fits = isFrameModel(sizes.id)
                          ? has(bundle.logMelStandardizer, sizes.bands) && bundle.logMel.bands == sizes.bands
                          : has(bundle.mfccStandardizer, sizes.mfcc) && has(bundle.clipStandardizer, sizes.clipValues);
    return fits ? "" : "its standardiser has another size than its input";
}

} // namespace ovation
