// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/export/OnnxExport.h"

#include "core/detection/Detector.h"
#include "core/engine/export/FeatureTables.h"
#include "core/engine/export/OnnxFeatures.h"
#include "core/engine/export/OnnxNetworks.h"
#include "core/features/SeedFeatures.h"

namespace ovation {

namespace {

constexpr int kFloatTensor = onnx::TensorProto::FLOAT;
constexpr int kInt64Tensor = onnx::TensorProto::INT64;
/// Bounds the memory of the windows' features and the network. That of the frames grows with the recording: all of them
/// are made at once, about 70 MB a minute for a frame network.
constexpr int64_t kWindowsAtOnce = 8;

/// Windows over the recordings, averaged where they overlap: (B, A).
OnnxBuilder::Value clipCurve(OnnxBuilder& g, const ModelBundle& bundle, const OnnxWeights& weights,
                             const OnnxBuilder::Value& samples) {
    const Architecture& sizes = bundle.architecture;
    const int64_t hop = hopFramesOf(bundle);
    const int64_t middle = (hop - 1) / 2;
    const OnnxTables tables = onnxTables(g);
    const OnnxFrameFeatures features = onnxFrameFeatures(g, samples);
    const OnnxBuilder::Value& frames = features.frames;
    const auto plus = [&](const OnnxBuilder::Value& x, int64_t n) { return g.add("Add", {x, g.ints({n})}); };
    const auto quotient = [&](const OnnxBuilder::Value& x, const OnnxBuilder::Value& n) {
        return g.add("Div", {x, n});
    };

    const OnnxBuilder::Value length = g.add("Min", {frames, g.ints({detectionFrames(bundle)})});
    const OnnxBuilder::Value lastStart = g.add("Sub", {frames, length});
    const OnnxBuilder::Value count = plus(quotient(plus(lastStart, hop - 1), g.ints({hop})), 1);
    const OnnxBuilder::Value each = g.add("Min", {count, g.ints({kWindowsAtOnce})});
    const OnnxBuilder::Value rows = quotient(g.add("Sub", {g.add("Add", {count, each}), g.ints({1})}), each);
    const OnnxBuilder::Value all = g.range(g.add("Mul", {rows, each}));
    const OnnxBuilder::Value starts = g.add("Min", {g.add("Mul", {all, g.ints({hop})}), lastStart});
    const OnnxBuilder::Value table = g.add("Reshape", {starts, g.concat({rows, each}, 0)});

    const OnnxBuilder::Value row = g.openBody("windows");
    const OnnxWindowFeatures windows = onnxWindowFeatures(g, features, tables, row, length);
    const OnnxBuilder::Value answer = onnxClipNetwork(g, sizes, weights, windows.mfcc, windows.clipValues, {});
    const OnnxBuilder::Value applause =
        g.add("Mul", {g.squeeze(g.slice(answer, 1, 1, 2), {1}), windows.sounds}); // (B * windows)
    const OnnxBuilder::Value perRecording = g.add("Reshape", {applause, g.concat({g.ints({-1}), g.sizeOf(row, 0)}, 0)});
    const OnnxBuilder::Value stacked = g.closeBody(table, perRecording, {"batch", "windows"}); // (rows, B, each)
    const OnnxBuilder::Value inOrder =
        g.add("Reshape", {g.transpose(stacked, {1, 0, 2}), g.concat({g.sizeOf(samples, 0), g.ints({-1})}, 0)});
    const OnnxBuilder::Value probabilities = g.slice(inOrder, 1, g.ints({0}), count);
    const OnnxBuilder::Value used = g.slice(starts, 0, g.ints({0}), count);

    const OnnxBuilder::Value cells = g.range(quotient(plus(frames, hop - 1), g.ints({hop})));
    const OnnxBuilder::Value last =
        g.add("Max", {quotient(g.add("Max", {plus(frames, -1 - middle), g.ints({0})}), g.ints({hop})), g.ints({0})});
    const OnnxBuilder::Value place =
        g.add("Min", {plus(g.add("Mul", {g.add("Min", {cells, last}), g.ints({hop})}), middle), plus(frames, -1)});
    const OnnxBuilder::Value moments = g.unsqueeze(place, {0}); // (1, A) against (W, 1)
    const OnnxBuilder::Value begins = g.unsqueeze(used, {1});
    const OnnxBuilder::Value holds = g.cast(g.add("And", {g.add("GreaterOrEqual", {moments, begins}),
                                                          g.add("Less", {moments, g.add("Add", {begins, length})})}),
                                            kFloatTensor);
    return g.add("Div", {g.add("MatMul", {probabilities, holds}), g.sum(holds, 0)});
}

/// As core/detection/FrameChunks.h has it: the mean over every shift, read at the moments of the first pass.
OnnxBuilder::Value shiftedAnswers(OnnxBuilder& g, const ModelBundle& bundle, const OnnxWeights& weights,
                                  const OnnxBuilder::Value& logMel) {
    OnnxBuilder::Value sum = onnxFrameNetwork(g, bundle.architecture, weights, logMel, {});
    const OnnxBuilder::Value moments = g.range(g.sizeOf(sum, 1));
    const OnnxBuilder::Value lastFrame = g.add("Sub", {g.sizeOf(logMel, 1), g.ints({1})});
    OnnxBuilder::Value late = logMel;
    for (int64_t shift = 1; shift < kAnswerFrames; ++shift) {
        const OnnxBuilder::Value mirrored = g.add("Min", {g.ints({shift}), lastFrame});
        late = g.concat({g.add("Gather", {logMel, mirrored}, {{"axis", int64_t{1}}}), late}, 1);
        const OnnxBuilder::Value answers = onnxFrameNetwork(g, bundle.architecture, weights, late, {});
        const OnnxBuilder::Value last = g.add("Sub", {g.sizeOf(answers, 1), g.ints({1})});
        const OnnxBuilder::Value after = g.add("Min", {g.add("Add", {moments, g.ints({1})}), last});
        const float next = static_cast<float>(shift) / static_cast<float>(kAnswerFrames);
        for (const auto& [at, share] : {std::pair(moments, 1 - next), std::pair(after, next)})
            sum = g.add("Add",
                        {sum, g.add("Mul", {g.add("Gather", {answers, at}, {{"axis", int64_t{1}}}), g.number(share)})});
    }
    return g.add("Mul", {sum, g.number(1.0F / kAnswerFrames)});
}

OnnxBuilder::Value frameCurve(OnnxBuilder& g, const ModelBundle& bundle, const OnnxWeights& weights,
                              const OnnxBuilder::Value& samples) {
    const OnnxLogMel mel = onnxLogMel(g, samples, bundle.logMel);
    const OnnxBuilder::Value answers = shiftedAnswers(g, bundle, weights, mel.values);
    // Digital silence is no applause.
    const OnnxBuilder::Value loud =
        g.cast(g.add("Greater", {g.reduced("ReduceMax", mel.power, {2}), g.number(0)}), kFloatTensor);
    const OnnxBuilder::Value missing = g.add(
        "Sub", {g.add("Mul", {g.sizeOf(answers, 1), g.ints({kAnswerFrames})}), mel.frames}); // up to whole answers
    const OnnxBuilder::Value padded = g.add("Pad", {loud, g.concat({g.ints({0, 0, 0}), missing}, 0)});
    const OnnxBuilder::Value sounds = g.reduced("ReduceMax", g.reshape(padded, {0, -1, kAnswerFrames}), {2});
    return g.add("Mul", {answers, sounds});
}

/// Beside the probabilities: when each is, in seconds from the start, and the threshold that was chosen for them.
void addTimesAndThreshold(OnnxBuilder& g, const ModelBundle& bundle, const OnnxBuilder::Value& curve) {
    const AnswerTimes when = answerTimes(bundle);
    const OnnxBuilder::Value index = g.cast(g.range(g.sizeOf(curve, 1)), kFloatTensor);
    g.output(g.add("Add", {g.add("Mul", {index, g.number(static_cast<float>(when.stepS))}),
                           g.number(static_cast<float>(when.startS))}),
             "times", kFloatTensor, {"answers"});
    g.output(g.number(static_cast<float>(bundle.decoder.threshold)), "threshold", kFloatTensor, {});
}

std::string documentationOf(const ModelBundle& bundle, OnnxInput input) {
    const bool frames = isFrameModel(bundle.architecture.id);
    const std::string rate = std::to_string(frames ? bundle.logMel.sampleRate : seed::kSampleRate);
    if (input == OnnxInput::Audio)
        return "Applause in speeches. samples: mono, " + rate +
               " Hz, -1 to 1, all recordings of a batch of the same length. probabilities: of applause, at times (s).";
    if (frames) return "Applause in speeches. log_mel: frames as Ovation computes them; lengths: valid frames.";
    return "Applause in speeches. mfcc and clip_values: as Ovation computes them for a clip, not standardised; "
           "lengths: valid frames. probabilities: not applause, applause.";
}

} // namespace

Result<std::string> toOnnx(const ModelBundle& bundle, OnnxInput input) {
    if (std::string problem = standardizerProblem(bundle); !problem.empty())
        return Error{ErrorCode::WrongArchitecture, bundle.name, std::move(problem)};
    const Architecture& sizes = bundle.architecture;
    const bool frames = isFrameModel(sizes.id);
    OnnxBuilder g;
    const OnnxWeights weights = onnxWeights(g, bundle);
    if (input == OnnxInput::Audio) {
        const auto samples = g.input("samples", kFloatTensor, {"batch", "samples"});
        const auto curve = frames ? frameCurve(g, bundle, weights, samples) : clipCurve(g, bundle, weights, samples);
        g.output(curve, "probabilities", kFloatTensor, {"batch", "answers"});
        addTimesAndThreshold(g, bundle, curve);
    } else if (frames) {
        const auto logMel = g.input("log_mel", kFloatTensor, {"batch", "frames", sizes.bands});
        const auto lengths = g.input("lengths", kInt64Tensor, {"batch"});
        g.output(onnxFrameNetwork(g, sizes, weights, logMel, lengths), "probabilities", kFloatTensor,
                 {"batch", "answers"});
    } else {
        const auto mfcc = g.input("mfcc", kFloatTensor, {"batch", "frames", sizes.mfcc});
        const auto clipValues = g.input("clip_values", kFloatTensor, {"batch", sizes.clipValues});
        const auto lengths = g.input("lengths", kInt64Tensor, {"batch"});
        g.output(onnxClipNetwork(g, sizes, weights, mfcc, clipValues, lengths), "probabilities", kFloatTensor,
                 {"batch", int64_t{2}});
    }
    return g.bytes(exportDescription(bundle), documentationOf(bundle, input));
}

} // namespace ovation
