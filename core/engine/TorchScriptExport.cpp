// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/TorchScriptExport.h"

#include "core/base/Files.h"
#include "core/engine/networks/ClipNetwork.h"

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <sstream>
#include <torch/csrc/jit/serialization/import.h>
#include <torch/script.h>

namespace ovation {

namespace {

constexpr double kLargestDifference = 1e-4; ///< in probability, between module and network

/// A TorchScript attribute's name has no dots.
std::string attribute(std::string tensorName) {
    std::replace(tensorName.begin(), tensorName.end(), '.', '_');
    return tensorName;
}

std::string self(const std::string& tensorName) {
    return "self." + attribute(tensorName);
}

std::string linear(const std::string& x, const std::string& name) {
    return "torch.linear(" + x + ", " + self(name + ".weight") + ", " + self(name + ".bias") + ")";
}

// The numbers in `to` are TorchScript's scalar types: 4 is int64, 6 is float32.
constexpr const char* kPrepare = R"(
def standardised(self, mfcc: Tensor, lengths: Tensor) -> Tensor:
    frames = torch.arange(mfcc.size(1)).unsqueeze(0)
    padding = (frames >= lengths.unsqueeze(1)).unsqueeze(2)
    return ((mfcc - self.mfcc_mean) / self.mfcc_deviation).masked_fill(padding, 0.0)

def attention(self, x: Tensor, lengths: Tensor, in_weight: Tensor, in_bias: Tensor, out_weight: Tensor,
              out_bias: Tensor, heads: int) -> Tensor:
    batch, frames, width = x.size(0), x.size(1), x.size(2)
    qkv = torch.linear(x, in_weight, in_bias).view([batch, frames, 3, heads, width // heads]).permute([2, 0, 3, 1, 4])
    query = qkv[0] / ((width // heads) ** 0.5)
    padding = (torch.arange(frames).unsqueeze(0) >= lengths.unsqueeze(1)).view([batch, 1, 1, frames])
    scores = torch.matmul(query, qkv[1].transpose(2, 3)).masked_fill(padding, -float('inf'))
    mixed = torch.matmul(torch.softmax(scores, -1), qkv[2])
    return torch.linear(mixed.permute([0, 2, 1, 3]).reshape([batch, frames, width]), out_weight, out_bias)

def mean_over_frames(self, x: Tensor, lengths: Tensor) -> Tensor:
    padding = (torch.arange(x.size(1)).unsqueeze(0) >= lengths.unsqueeze(1)).unsqueeze(2)
    return x.masked_fill(padding, 0.0).sum([1]) / lengths.unsqueeze(1)
)";

std::string attentionCall(const std::string& prefix, int64_t heads) {
    return "self.attention(x, lengths, " + self(prefix + "in_proj_weight") + ", " + self(prefix + "in_proj_bias") +
           ", " + self(prefix + "out_proj.weight") + ", " + self(prefix + "out_proj.bias") + ", " +
           std::to_string(heads) + ")";
}

std::string bilstmSource(const Architecture& sizes) {
    std::ostringstream text;
    text << "def encode(self, x: Tensor, lengths: Tensor) -> Tensor:\n"
            "    frames = x.size(1)\n"
            "    zeros = torch.zeros([2, x.size(0), "
         << sizes.hiddenSize << "])\n";
    for (int64_t layer = 0; layer < sizes.layers; ++layer) {
        std::string tensors;
        for (const char* direction : {"", "_reverse"})
            for (const char* kind : {"weight_ih", "weight_hh", "bias_ih", "bias_hh"})
                tensors += (tensors.empty() ? "" : ", ") +
                           self(std::string("lstm.") + kind + "_l" + std::to_string(layer) + direction);
        text << "    data, sizes = torch._pack_padded_sequence(x, lengths, True)\n"
                "    data, hidden, cell = torch.lstm(data, sizes, [zeros, zeros], ["
             << tensors
             << "], True, 1, 0.0, False, True)\n"
                "    x, counts = torch._pad_packed_sequence(data, sizes, True, 0.0, frames)\n";
    }
    text << "    return " << attentionCall("attention.", sizes.heads) << "\n";
    return text.str();
}

std::string transformerSource(const Architecture& sizes) {
    std::ostringstream text;
    const auto norm = [&](const std::string& name, const std::string& x) {
        return "torch.layer_norm(" + x + ", [" + std::to_string(sizes.hiddenSize) + "], " + self(name + ".weight") +
               ", " + self(name + ".bias") + ")";
    };
    text << "def encode(self, x: Tensor, lengths: Tensor) -> Tensor:\n"
            "    angles = torch.arange(x.size(1)).to(6).unsqueeze(1) * self.position_rate\n"
            "    positions = torch.stack([angles.sin(), angles.cos()], 2).flatten(1)\n"
            "    x = "
         << linear("x", "projection") << " + positions\n";
    for (int64_t layer = 0; layer < sizes.layers; ++layer) {
        const std::string prefix = "encoder.layers." + std::to_string(layer) + ".";
        text << "    x = " << norm(prefix + "norm1", "x + " + attentionCall(prefix + "self_attn.", sizes.heads)) << "\n"
             << "    inner = torch.relu(" << linear("x", prefix + "linear1") << ")\n"
             << "    x = " << norm(prefix + "norm2", "x + " + linear("inner", prefix + "linear2")) << "\n";
    }
    text << "    return x\n";
    return text.str();
}

std::string forwardSource() {
    const auto relu = [](const std::string& x) { return "torch.relu(" + x + ")"; };
    return R"(
def forward(self, mfcc: Tensor, clip_values: Tensor, lengths: Tensor) -> Tensor:
    valid = lengths.to(4).clamp(1, mfcc.size(1))
    ordered, order = torch.sort(valid, 0, True)
    x = self.standardised(mfcc.narrow(1, 0, int(valid.max())).index_select(0, order), ordered)
    pooled = self.mean_over_frames(self.encode(x, ordered), ordered).index_select(0, torch.argsort(order))
    clip = (clip_values - self.clip_mean) / self.clip_deviation
    clip = )" +
           relu(linear(relu(linear("clip", "clip.0")), "clip.1")) + R"(
    joined = torch.cat([pooled, clip], 1)
    logits = )" +
           linear(relu(linear(relu(linear("joined", "head.0")), "head.1")), "head.2") + R"(
    return torch.softmax(logits, 1)
)";
}

at::Tensor rowOf(const std::vector<float>& values) {
    return torch::tensor(values, torch::kFloat32);
}

torch::jit::Module scripted(const ModelBundle& bundle, const ClipNetwork& network) {
    const Architecture& sizes = bundle.architecture;
    torch::jit::Module module("OvationApplause");
    for (const auto& [name, tensor] : network.parameters())
        module.register_parameter(attribute(name), tensor.detach().clone(), /*is_buffer=*/false);
    module.register_buffer("mfcc_mean", rowOf(bundle.mfccStandardizer.mean));
    module.register_buffer("mfcc_deviation", rowOf(bundle.mfccStandardizer.deviation));
    module.register_buffer("clip_mean", rowOf(bundle.clipStandardizer.mean));
    module.register_buffer("clip_deviation", rowOf(bundle.clipStandardizer.deviation));
    const bool transformer = sizes.id == "transformer";
    if (transformer) {
        const at::Tensor columns = torch::arange(0, sizes.hiddenSize, 2, torch::kFloat32);
        module.register_buffer("position_rate",
                               (columns * (-std::log(10000.0) / static_cast<double>(sizes.hiddenSize))).exp());
    }
    module.define(kPrepare);
    module.define(transformer ? transformerSource(sizes) : bilstmSource(sizes));
    module.define(forwardSource());
    module.eval();
    return module;
}

/// Largest difference in probability between the module and the network, on made-up clips of several lengths.
double largestDifference(torch::jit::Module& module, const ModelBundle& bundle, const ClipNetwork& network) {
    const Architecture& sizes = bundle.architecture;
    const int64_t frames = sizes.frames;
    const at::Tensor lengths =
        torch::tensor({frames, int64_t{1}, std::max<int64_t>(1, frames / 2), frames, std::max<int64_t>(1, frames / 7)});
    auto generator = at::make_generator<at::CPUGeneratorImpl>(uint64_t{1});
    const at::Tensor mfcc = at::randn({lengths.size(0), frames, sizes.mfcc}, generator, torch::kFloat32);
    const at::Tensor clip = at::randn({lengths.size(0), sizes.clipValues}, generator, torch::kFloat32);
    const at::Tensor rawMfcc = mfcc * rowOf(bundle.mfccStandardizer.deviation) + rowOf(bundle.mfccStandardizer.mean);
    const at::Tensor rawClip = clip * rowOf(bundle.clipStandardizer.deviation) + rowOf(bundle.clipStandardizer.mean);
    const ClipInput input{(rawMfcc - rowOf(bundle.mfccStandardizer.mean)) / rowOf(bundle.mfccStandardizer.deviation),
                          (rawClip - rowOf(bundle.clipStandardizer.mean)) / rowOf(bundle.clipStandardizer.deviation),
                          lengths};
    Dropout none;
    const at::Tensor expected = network.forward(input, none).softmax(1);
    const at::Tensor result = module.forward({rawMfcc, rawClip, lengths}).toTensor();
    TORCH_CHECK(result.sizes() == expected.sizes(), "the module's answer has another shape");
    const double difference = (result - expected).abs().max().item<double>();
    return std::isfinite(difference) ? difference : 1.0;
}

} // namespace

Result<double> writeTorchScript(const ModelBundle& bundle, const std::string& path) {
    const auto has = [](const Standardizer& s, int64_t size) {
        return static_cast<int64_t>(s.mean.size()) == size && s.mean.size() == s.deviation.size();
    };
    if (!has(bundle.mfccStandardizer, bundle.architecture.mfcc) ||
        !has(bundle.clipStandardizer, bundle.architecture.clipValues))
        return Error{ErrorCode::WrongArchitecture, bundle.name, "its standardiser has another size than its input"};
    const torch::NoGradGuard noGradient;
    const auto network = ClipNetwork::make(bundle.architecture, false);
    network->setWeights(bundle.weights);

    const nlohmann::json about{{"name", bundle.name},
                               {"architecture", nlohmann::json::parse(toJson(bundle.architecture))},
                               {"threshold", bundle.decoder.threshold},
                               {"classes", {"not applause", "applause"}},
                               {"program_version", bundle.programVersion}};
    std::ostringstream archive;
    scripted(bundle, *network)
        .save(archive, {{"ovation.json", about.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace)}});

    const std::string partial = path + ".partial";
    struct Remover {
        const std::string& file;
        ~Remover() { std::remove(file.c_str()); }
    } const remover{partial};
    if (const Result<void> written = writeFileAtomically(partial, std::move(archive).str()); !written)
        return Error{written.error().code, path, written.error().detail};
    torch::jit::Module loaded = torch::jit::load(partial);
    const double difference = largestDifference(loaded, bundle, *network);
    if (difference > kLargestDifference)
        return Error{ErrorCode::WriteFailed, path,
                     "the exported module's probabilities differ from the network's by " + std::to_string(difference)};
    if (std::rename(partial.c_str(), path.c_str()) != 0) return errorFromErrno(errno, path, ErrorCode::WriteFailed);
    return difference;
}

} // namespace ovation
