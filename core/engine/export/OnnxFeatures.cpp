// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/export/OnnxFeatures.h"

#include "core/engine/export/FeatureTables.h"
#include "core/features/SeedFeatures.h"

#include <bit>
#include <cmath>
#include <limits>
#include <numbers>

namespace ovation {

namespace {

using Graph = OnnxBuilder;
using OnnxValue = OnnxBuilder::Value;
constexpr int kFloat = onnx::TensorProto::FLOAT;
constexpr int kDouble = onnx::TensorProto::DOUBLE;
constexpr float kLargeHz = 1e9F; ///< the lowest pitch of a frame without pitches

/// Frames (B, M, size) of x (B, N + 2 padding) every `hop`; `frames` is M.
OnnxValue framed(Graph& g, const OnnxValue& padded, const OnnxValue& frames, int64_t size, int64_t hop) {
    const OnnxValue first = g.unsqueeze(g.add("Mul", {g.range(frames), g.integer(hop)}), {1});
    return g.gather(padded, g.add("Add", {first, g.range(g.ints({size}))}), 1);
}

double turn(int64_t a, int64_t b, int64_t size) {
    return 2 * std::numbers::pi * static_cast<double>((a * b) % size) / static_cast<double>(size);
}

/// Power spectrum (B, M, size / 2 + 1) of windowed frames (B, M, size), a power of two. The transform's size is split
/// into two factors (Cooley and Tukey): two small matrix products instead of one large, and tables of a few KB.
OnnxValue powerSpectrum(Graph& g, const OnnxValue& frames, int64_t size) {
    const int bits = std::countr_zero(static_cast<uint64_t>(size));
    const int64_t n1 = int64_t{1} << (bits / 2);
    const int64_t n2 = size / n1;
    const int64_t kept = n2 / 2 + 1;
    std::vector<float> first, twiddleRe, twiddleIm, second;
    for (int64_t n = 0; n < n1; ++n) {
        for (int64_t k = 0; k < n1; ++k)
            first.push_back(static_cast<float>(std::cos(turn(n, k, n1))));
        for (int64_t k = 0; k < n1; ++k)
            first.push_back(static_cast<float>(-std::sin(turn(n, k, n1))));
    }
    for (int64_t n = 0; n < n2; ++n) {
        for (int64_t k = 0; k < n1; ++k) {
            twiddleRe.push_back(static_cast<float>(std::cos(turn(n, k, size))));
            twiddleIm.push_back(static_cast<float>(-std::sin(turn(n, k, size))));
        }
    }
    for (const bool imaginary : {false, true}) {
        for (int64_t n = 0; n < n2; ++n) {
            for (int64_t k = 0; k < kept; ++k)
                second.push_back(static_cast<float>(imaginary ? std::sin(turn(n, k, n2)) : std::cos(turn(n, k, n2))));
            for (int64_t k = 0; k < kept; ++k)
                second.push_back(static_cast<float>(imaginary ? std::cos(turn(n, k, n2)) : -std::sin(turn(n, k, n2))));
        }
    }
    const OnnxValue x = g.transpose(g.reshape(frames, {0, 0, n1, n2}), {0, 1, 3, 2});
    const auto y = g.addAll("Split", {g.add("MatMul", {x, g.floats(first, {n1, 2 * n1})}), g.ints({n1, n1})},
                            {{"axis", int64_t{3}}}, 2);
    const OnnxValue re = g.floats(twiddleRe, {n2, n1});
    const OnnxValue im = g.floats(twiddleIm, {n2, n1});
    const OnnxValue z = g.concat({g.add("Sub", {g.add("Mul", {y[0], re}), g.add("Mul", {y[1], im})}),
                                  g.add("Add", {g.add("Mul", {y[0], im}), g.add("Mul", {y[1], re})})},
                                 2);
    const OnnxValue spectrum = g.add("MatMul", {g.transpose(z, {0, 1, 3, 2}), g.floats(second, {2 * n2, 2 * kept})});
    const auto parts =
        g.addAll("Split", {g.add("Mul", {spectrum, spectrum}), g.ints({kept, kept})}, {{"axis", int64_t{3}}}, 2);
    const OnnxValue power = g.transpose(g.add("Add", parts), {0, 1, 3, 2}); // bin k1 + n1 k2
    return g.slice(g.reshape(power, {0, 0, n1 * kept}), 2, 0, size / 2 + 1);
}

OnnxValue floatOf(Graph& g, const OnnxValue& condition) {
    return g.cast(condition, kFloat);
}

/// a / b where b > 0, else 0.
OnnxValue ratio(Graph& g, const OnnxValue& a, const OnnxValue& b) {
    const OnnxValue positive = g.add("Greater", {b, g.number(0)});
    return g.add("Where", {positive, g.add("Div", {a, g.add("Where", {positive, b, g.number(1)})}), g.number(0)});
}

struct Pitches {
    OnnxValue count, sum, high, low; ///< (B, M)
};

Pitches pitchesOf(Graph& g, const OnnxValue& magnitude) {
    constexpr int64_t first = SeedNumbers::kPitchFirstBin;
    constexpr int64_t end = SeedNumbers::kPitchEndBin;
    const OnnxValue middle = g.slice(magnitude, 2, first, end);
    const OnnxValue left = g.slice(magnitude, 2, first - 1, end - 1);
    const OnnxValue right = g.slice(magnitude, 2, first + 1, end + 1);
    const OnnxValue threshold = g.add("Mul", {g.reduced("ReduceMax", magnitude, {2}, true), g.number(0.1F)});
    const OnnxValue pitch =
        g.add("And", {g.add("And", {g.add("Greater", {middle, threshold}), g.add("Greater", {middle, left})}),
                      g.add("GreaterOrEqual", {middle, right})});
    const OnnxValue curvature = g.add("Sub", {g.add("Add", {right, left}), g.add("Mul", {middle, g.number(2)})});
    const OnnxValue slope = g.add("Div", {g.add("Sub", {right, left}), g.number(2)});
    const OnnxValue flat = g.add("GreaterOrEqual", {g.add("Abs", {slope}), g.add("Abs", {curvature})});
    const OnnxValue shift =
        g.add("Where", {flat, g.number(0),
                        g.add("Neg", {g.add("Div", {slope, g.add("Where", {flat, g.number(1), curvature})})})});
    std::vector<float> bins;
    for (int64_t k = first; k < end; ++k)
        bins.push_back(static_cast<float>(k));
    const OnnxValue hz =
        g.add("Mul", {g.add("Add", {shift, g.floats(bins, {end - first})}), g.number(SeedNumbers::kBinHz)});
    const OnnxValue heard = g.add("Where", {pitch, hz, g.number(0)});
    return {g.sum(floatOf(g, pitch), 2), g.sum(heard, 2), g.reduced("ReduceMax", heard, {2}),
            g.reduced("ReduceMin", g.add("Where", {pitch, hz, g.number(kLargeHz)}), {2})};
}

/// Share of sign changes in each frame (B, M); only between samples, not in the padding.
OnnxValue zeroCrossings(Graph& g, const OnnxValue& samples, const OnnxValue& frames) {
    const OnnxValue negative = floatOf(g, g.add("Less", {samples, g.number(-1e-10F)}));
    const OnnxValue last = g.add("Sub", {g.sizeOf(samples, 1), g.ints({1})});
    // The first has nothing before it: compared with itself.
    const OnnxValue before = g.concat({g.slice(negative, 1, 0, 1), g.slice(negative, 1, g.ints({0}), last)}, 1);
    const OnnxValue changes = g.add("Abs", {g.add("Sub", {negative, before})});
    constexpr int64_t half = seed::kFft / 2;
    const OnnxValue pieces = framed(g, g.pad(changes, {0, half, 0, half}), frames, seed::kFft, seed::kHop);
    return g.add("Div", {g.sum(g.slice(pieces, 2, 1, seed::kFft), 2), g.number(seed::kFft)});
}

/// onsets (b, length) -> BPM (b).
OnnxValue tempoOfOnsets(Graph& g, const OnnxValue& onsets, const OnnxTables& tables, const OnnxValue& length) {
    const int64_t lags = tables.lags;
    const OnnxValue x = g.cast(onsets, kDouble);
    const OnnxValue behind = g.add("Mul", {g.slice(x, 1, -1, std::numeric_limits<int64_t>::max()), tables.tempoRamp});
    const OnnxValue padded = g.concat({g.pad(x, {0, lags / 2, 0, 0}, g.precise(0)), behind}, 1);
    const OnnxValue pieces = g.add("Mul", {framed(g, padded, length, lags, 1), tables.tempoWindow});
    const OnnxValue energy = g.sum(g.add("Mul", {pieces, pieces}), 2);
    const OnnxValue loud =
        g.add("Not", {g.add("Less", {energy, g.precise(static_cast<double>(std::numeric_limits<float>::min()))})});
    const OnnxValue square = g.unsqueeze(g.add("Where", {loud, energy, g.precise(1)}), {1}); // (b, 1, length)
    // The products of all pairs of moments, each piece scaled to energy 1; those that lie a lag apart stand in one
    // column once each row is shifted. The other factor is gathered, not transposed: onnxruntime would fuse a
    // transposition into a product that it has in single precision only.
    const OnnxValue moments = g.add("Add", {g.unsqueeze(g.range(g.ints({lags})), {1}), g.range(length)});
    const OnnxValue upright = g.add("Mul", {g.gather(padded, moments, 1), g.unsqueeze(tables.tempoWindow, {1})});
    const OnnxValue products = g.add("MatMul", {g.add("Div", {upright, square}), pieces});
    const OnnxValue wide = g.reshape(g.pad(products, {0, 0, 0, 0, 0, lags}, g.precise(0)), {0, -1});
    const OnnxValue skewed = g.reshape(g.pad(wide, {0, 0, 0, lags}, g.precise(0)), {0, lags, 2 * lags + 1});
    const OnnxValue correlation = g.add("Div", {g.sum(g.slice(skewed, 2, 0, lags), 1), g.cast(length, kDouble)});
    const OnnxValue positive = g.add("Max", {correlation, g.precise(0)});
    const OnnxValue score =
        g.add("Add", {g.add("Log", {g.add("Add", {g.add("Mul", {positive, g.precise(1e6)}), g.precise(1)})}),
                      tables.tempoPrior});
    const OnnxValue best = g.add("ArgMax", {score}, {{"axis", int64_t{1}}, {"keepdims", int64_t{0}}});
    const OnnxValue any = floatOf(g, g.add("Greater", {g.reduced("ReduceMax", onsets, {1}), g.number(0)}));
    return g.add("Mul", {g.gather(tables.tempoBpm, best, 0), any});
}

/// Onset strengths (b, length) from dB (b, length, 128) that the window's floor has been applied to.
OnnxValue onsetsOf(Graph& g, const OnnxValue& db, const OnnxValue& length) {
    const OnnxValue last = g.add("Sub", {length, g.ints({1})});
    const OnnxValue next = g.concat({g.slice(db, 1, g.ints({1}), length), g.slice(db, 1, last, length)}, 1);
    const OnnxValue upper =
        g.addAll("TopK", {g.add("Sub", {next, db}), g.ints({seed::kMelBands / 2 + 1})}, {{"axis", int64_t{2}}}, 2)
            .front();
    const OnnxValue middle = g.add("Relu", {g.slice(upper, 2, seed::kMelBands / 2 - 1, seed::kMelBands / 2 + 1)});
    const OnnxValue rises = g.add("Div", {g.sum(middle, 2), g.number(2)});
    return g.slice(g.pad(rises, {0, 3, 0, 0}), 1, g.ints({0}), length);
}

} // namespace

OnnxFrameFeatures onnxFrameFeatures(Graph& g, const OnnxValue& samples) {
    constexpr int64_t half = seed::kFft / 2;
    constexpr int64_t bins = half + 1;
    const OnnxValue count = g.add("Add", {g.add("Div", {g.sizeOf(samples, 1), g.ints({seed::kHop})}), g.ints({1})});
    const OnnxValue frames = framed(g, g.pad(samples, {0, half, 0, half}), count, seed::kFft, seed::kHop);
    const OnnxValue windowed = g.add("Mul", {frames, g.floats(periodicHann(seed::kFft), {seed::kFft})});
    const OnnxValue power = powerSpectrum(g, windowed, seed::kFft);
    const OnnxValue mel =
        g.add("MatMul",
              {power, g.floats(melMatrix(seed::kSampleRate, seed::kFft, seed::kMelBands, 0, seed::kSampleRate / 2.0),
                               {bins, seed::kMelBands})});
    const OnnxValue db = g.add("Mul", {g.add("Log", {g.add("Max", {mel, g.number(1e-10F)})}),
                                       g.number(static_cast<float>(10 / std::numbers::ln10))});

    const OnnxValue magnitude = g.add("Sqrt", {power});
    std::vector<float> numbers;
    for (int64_t k = 0; k < bins; ++k)
        numbers.push_back(static_cast<float>(k));
    const OnnxValue bin = g.floats(numbers, {bins});
    const OnnxValue total = g.sum(magnitude, 2, true);
    const OnnxValue centroid = ratio(g, g.sum(g.add("Mul", {magnitude, bin}), 2, true), total);
    const OnnxValue distance = g.add("Sub", {bin, centroid});
    const OnnxValue spread = g.sum(g.add("Mul", {g.add("Mul", {distance, distance}), magnitude}), 2, true);
    const OnnxValue bandwidth = g.add("Sqrt", {ratio(g, spread, total)});
    const OnnxValue cumulative = g.add("CumSum", {magnitude, g.integer(2)});
    const OnnxValue threshold = g.add("Mul", {g.slice(cumulative, 2, bins - 1, bins), g.number(0.85F)});
    const OnnxValue rolloff = g.sum(floatOf(g, g.add("Less", {cumulative, threshold})), 2, true);
    const OnnxValue rms = g.add("Sqrt", {g.reduced("ReduceMean", g.add("Mul", {frames, frames}), {2}, true)});
    const Pitches pitches = pitchesOf(g, magnitude);
    const OnnxValue hz = g.add("Mul", {g.concat({centroid, rolloff, bandwidth}, 2), g.number(SeedNumbers::kBinHz)});
    const OnnxValue scalars =
        g.concat({g.unsqueeze(pitches.count, {2}), g.unsqueeze(pitches.sum, {2}), g.unsqueeze(pitches.high, {2}),
                  g.unsqueeze(pitches.low, {2}), rms, g.unsqueeze(zeroCrossings(g, samples, count), {2}), hz},
                 2);
    return {db, scalars, count};
}

OnnxTables onnxTables(Graph& g) {
    const TempoTables tempo = tempoTables();
    const auto lags = static_cast<int64_t>(tempo.window.size());
    return {g.floats(mfccMatrix(), {seed::kMelBands, seed::kMfcc}),
            g.doubles(tempo.window, {lags}),
            g.doubles(tempo.ramp, {lags / 2}),
            g.doubles(tempo.prior, {lags}),
            g.floats(tempo.bpm, {lags}),
            lags};
}

OnnxWindowFeatures onnxWindowFeatures(Graph& g, const OnnxFrameFeatures& frames, const OnnxTables& tables,
                                      const OnnxValue& starts, const OnnxValue& length) {
    const OnnxValue index = g.add("Add", {g.unsqueeze(starts, {1}), g.range(length)});
    const auto windows = [&](const OnnxValue& x, int64_t columns) {
        return g.add("Reshape", {g.gather(x, index, 1), g.concat({g.ints({-1}), length, g.ints({columns})}, 0)});
    };
    const OnnxValue raw = windows(frames.db, seed::kMelBands);
    const OnnxValue floor = g.add("Sub", {g.reduced("ReduceMax", raw, {1, 2}, true), g.number(80)});
    const OnnxValue db = g.add("Max", {raw, floor});
    const OnnxValue scalars = windows(frames.scalars, 9);
    const auto column = [&](int64_t i) { return g.squeeze(g.slice(scalars, 2, i, i + 1), {2}); };

    const OnnxValue count = g.sum(column(0), 1);
    const OnnxValue heard = g.add("Greater", {count, g.number(0)});
    const OnnxValue mean = ratio(g, g.sum(column(1), 1), count);
    const OnnxValue high = g.reduced("ReduceMax", column(2), {1});
    const OnnxValue low = g.add("Where", {heard, g.reduced("ReduceMin", column(3), {1}), g.number(0)});
    const OnnxValue rms = column(4);
    const OnnxValue rmsMean = g.reduced("ReduceMean", rms, {1}, true);
    const OnnxValue rmsMax = g.reduced("ReduceMax", rms, {1});
    const OnnxValue deviation = g.add("Sub", {rms, rmsMean});
    const OnnxValue rmsStd = g.add("Sqrt", {g.reduced("ReduceMean", g.add("Mul", {deviation, deviation}), {1}, true)});
    const OnnxValue others = g.reduced("ReduceMean", g.slice(scalars, 2, 5, 9), {1}); // (b, 4)
    const OnnxValue tempo = tempoOfOnsets(g, onsetsOf(g, db, length), tables, length);
    const auto one = [&](const OnnxValue& x) { return g.unsqueeze(x, {1}); };
    const OnnxValue sounds = floatOf(g, g.add("Greater", {rmsMax, g.number(0)}));
    const OnnxValue clip =
        g.concat({one(mean), one(high), one(low), one(g.add("Sub", {high, low})), rmsMean, one(rmsMax), rmsStd,
                  g.slice(others, 1, 0, 1), one(tempo), g.slice(others, 1, 1, 4)},
                 1);
    return {g.add("MatMul", {db, tables.dct}), g.add("Mul", {clip, one(sounds)}), sounds};
}

OnnxLogMel onnxLogMel(Graph& g, const OnnxValue& samples, const LogMelOptions& options) {
    const int64_t half = options.window / 2;
    const OnnxValue count = g.add("Add", {g.add("Div", {g.sizeOf(samples, 1), g.ints({options.hop})}), g.ints({1})});
    OnnxValue frames = framed(g, g.pad(samples, {0, half, 0, half}), count, options.window, options.hop);
    frames = g.add("Mul", {frames, g.floats(periodicHann(options.window), {options.window})});
    if (options.fft > options.window) frames = g.pad(frames, {0, 0, 0, 0, 0, options.fft - options.window});
    const OnnxValue power = g.add(
        "MatMul", {powerSpectrum(g, frames, options.fft),
                   g.floats(melMatrix(options.sampleRate, options.fft, options.bands, options.lowHz, options.highHz),
                            {options.fft / 2 + 1, options.bands})});
    const int64_t reach = options.levelFrames();
    const OnnxValue mean = g.unsqueeze(g.reduced("ReduceMean", power, {2}), {1});
    const OnnxValue level = g.transpose(
        g.add("AveragePool", {mean},
              {{"kernel_shape", std::vector<int64_t>{2 * reach + 1}}, {"pads", std::vector<int64_t>{reach, reach}}}),
        {0, 2, 1});
    const auto floor = static_cast<float>(std::pow(10, options.floorDb / 10));
    const OnnxValue above = g.add("Max", {ratio(g, power, level), g.number(floor)});
    return {g.add("Mul", {g.add("Log", {above}), g.number(static_cast<float>(10 / std::numbers::ln10))}), power, count};
}

} // namespace ovation
