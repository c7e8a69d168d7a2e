// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/train/ModelEstimate.h"

#include "core/models/ModelRegistry.h"

#include <QCoreApplication>
#include <QLocale>

#include <cmath>

namespace ovation::ui {

namespace {

constexpr int64_t kFloat = 4;
constexpr int64_t kProgramBytes = 220'000'000; ///< LibTorch itself and the window

/// Floats that the backward pass needs for one example of a recurrent network: per frame, layer and direction four
/// gates, cell, cell through tanh, and output.
int64_t recurrentActivations(const Architecture& a) {
    const int64_t lstm = a.frames * a.layers * 2 * a.hiddenSize * 7;
    const int64_t attention = a.frames * 2 * a.hiddenSize * 4 + a.heads * a.frames * a.frames;
    return lstm + attention;
}

/// For one example of a transformer encoder: per layer and frame projections, two normalisations, two sums and the
/// feed-forward part; the attention rows twice (before and after dropout).
int64_t encoderActivations(const Architecture& a) {
    const int64_t perFrame = 10 * a.hiddenSize + 2 * a.feedForward;
    return a.layers * (a.frames * perFrame + 2 * a.heads * a.frames * a.frames);
}

} // namespace

std::optional<ModelEstimate> estimate(const Hyperparameters& hyperparameters, int64_t dataBytes) {
    const auto architecture = architectureFor(hyperparameters);
    if (!architecture) return std::nullopt;
    ModelEstimate result;
    result.parameters = parameterCount(*architecture);
    // Weights, gradients, the best weights kept, and the optimiser's moments.
    const int64_t copies = 3 + (hyperparameters.optimizer == "sgd" ? 1 : 2);
    const int64_t example =
        architecture->id == "transformer" ? encoderActivations(*architecture) : recurrentActivations(*architecture);
    result.bytes =
        kProgramBytes + dataBytes + kFloat * (copies * result.parameters + hyperparameters.batchSize * example);
    return result;
}

QString parametersText(int64_t parameters) {
    return QLocale(QLocale::English).toString(static_cast<qlonglong>(parameters));
}

QString bytesText(int64_t bytes) {
    const double megabytes = static_cast<double>(bytes) / 1e6;
    if (megabytes >= 995) return QCoreApplication::translate("Units", "%1 GB").arg(megabytes / 1000, 0, 'f', 1);
    return QCoreApplication::translate("Units", "%1 MB").arg(std::round(megabytes / 10) * 10, 0, 'f', 0);
}

QString durationText(double seconds) {
    if (!std::isfinite(seconds) || seconds < 0) return QCoreApplication::translate("Units", "n/a");
    const auto whole = static_cast<int64_t>(std::llround(seconds));
    if (whole < 60) return QCoreApplication::translate("Units", "%1 s").arg(whole);
    if (whole < 3600)
        return QCoreApplication::translate("Units", "%1 min %2 s")
            .arg(whole / 60)
            .arg(whole % 60, 2, 10, QLatin1Char('0'));
    return QCoreApplication::translate("Units", "%1 h %2 min")
        .arg(whole / 3600)
        .arg(whole % 3600 / 60, 2, 10, QLatin1Char('0'));
}

QString roughDurationText(double seconds) {
    if (!(seconds >= 90) || seconds >= 3570) return durationText(seconds);
    return QCoreApplication::translate("Units", "%1 min").arg(std::lround(seconds / 60));
}

QString epochsText(double epochSeconds, int64_t epochs) {
    const QString all = roughDurationText(epochSeconds * static_cast<double>(epochs));
    if (epochSeconds < 1) return QCoreApplication::translate("Units", "under 1 s an epoch, %1 in all").arg(all);
    return QCoreApplication::translate("Units", "about %1 an epoch, %2 in all")
        .arg(roughDurationText(epochSeconds), all);
}

} // namespace ovation::ui
