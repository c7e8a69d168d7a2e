// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Result.h"
#include "core/training/Hyperparameters.h"

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ovation {

/// An architecture and its sizes: enough, with weights, to rebuild a network.
struct Architecture {
    std::string id = "bilstm-attention";
    int64_t mfcc = 13;       ///< values per frame
    int64_t clipValues = 12; ///< values per clip
    int64_t frames = 200;    ///< longest input
    int64_t hiddenSize = 512;
    int64_t layers = 2;
    int64_t heads = 8;
    int64_t feedForward = 2048;
    double dropout = 0.3; ///< for training only
    // of frame models only, which have no mfcc, clipValues, frames, heads and feedForward
    int64_t bands = 0;    ///< values per frame
    int64_t channels = 0; ///< of the last convolution

    bool operator==(const Architecture&) const = default;
};

/// Name and shape of each weight tensor, in the order of the network's parameters.
using TensorShapes = std::vector<std::pair<std::string, std::vector<int64_t>>>;

/// What a network answers for.
enum class AnswersFor {
    Clips,  ///< the seed's features of a window: one answer
    Frames, ///< log-mel of any length: an answer for every kAnswerFrames frames
};

constexpr int64_t kAnswerFrames = 4; ///< of a frame model's input for each answer

/// One architecture: no LibTorch here, so that files can be checked and forms filled without loading it.
struct ModelDescription {
    const char* id;          ///< "bilstm-attention"
    const char* name;        ///< for people
    const char* explanation; ///< two sentences
    Architecture (*fromHyperparameters)(const Hyperparameters&);
    TensorShapes (*tensorShapes)(const Architecture&);
    AnswersFor answers = AnswersFor::Clips;
};

/// Every architecture, in the order offered.
std::span<const ModelDescription> modelRegistry();
const ModelDescription* modelDescription(std::string_view id);

/// Whether there is such an architecture and it answers for frames.
bool isFrameModel(std::string_view id);

/// Whether a tensor holds statistics of a network's values ("norm.0.running_mean"), which are not learnt.
bool isObserved(std::string_view tensorName);

/// Number of trainable parameters, from the shapes.
int64_t parameterCount(const Architecture& architecture);

/// Resolves id and sizes; WrongArchitecture for an id that is not in the registry or sizes out of range.
Result<Architecture> architectureFor(const Hyperparameters& hyperparameters);

std::string toJson(const Architecture& architecture);
Result<Architecture> architectureFromJson(std::string_view json);

} // namespace ovation
