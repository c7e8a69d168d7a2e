// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/export/OnnxRun.h"

#include "core/base/Files.h"
#include "core/engine/Engine.h"
#include "core/engine/Guard.h"
#include "core/engine/export/OnnxOperators.h"
#include "core/features/SeedFeatures.h"

#include <algorithm>
#include <onnx/checker.h>
#include <set>
#include <torch/types.h>

namespace ovation {

namespace {

/// Every name that a node takes from its surroundings, those of its bodies included.
void collectUses(const onnx::NodeProto& node, std::set<std::string>& names) {
    for (const std::string& name : node.input())
        names.insert(name);
    for (const auto& attribute : node.attribute())
        for (const auto& inner : attribute.g().node())
            collectUses(inner, names);
}

/// A graph, its nodes in order, and after which node each value is needed no more.
class OnnxRunner {
public:
    explicit OnnxRunner(const onnx::GraphProto& graph) : m_graph(graph) {
        std::map<std::string, int> last;
        for (int i = 0; i < graph.node_size(); ++i) {
            std::set<std::string> names;
            collectUses(graph.node(i), names);
            for (const std::string& name : names)
                last[name] = i;
        }
        for (const auto& output : graph.output())
            last.erase(output.name());
        m_done.resize(static_cast<size_t>(graph.node_size()));
        for (const auto& [name, node] : last)
            m_done[static_cast<size_t>(node)].push_back(name);
        for (const auto& initializer : graph.initializer())
            m_constants[initializer.name()] = tensorFromProto(initializer);
    }

    /// The graph's outputs, in order.
    std::vector<at::Tensor> run(OnnxValues values) const {
        const OnnxValues* outer = nullptr;
        return run(std::move(values), outer);
    }

    std::vector<at::Tensor> run(OnnxValues values, const OnnxValues* outer) const {
        OnnxScope scope{&values, &m_constants, outer};
        for (int i = 0; i < m_graph.node_size(); ++i) {
            const onnx::NodeProto& node = m_graph.node(i);
            std::vector<at::Tensor> results = node.op_type() == "Scan" ? scan(node, scope) : runOperator(node, scope);
            for (int k = 0; k < node.output_size() && k < static_cast<int>(results.size()); ++k)
                values[node.output(k)] = std::move(results[static_cast<size_t>(k)]);
            for (const std::string& name : m_done[static_cast<size_t>(i)])
                values.erase(name);
        }
        std::vector<at::Tensor> outputs;
        for (const auto& output : m_graph.output())
            outputs.push_back(scope.at(output.name()));
        return outputs;
    }

private:
    static std::vector<at::Tensor> scan(const onnx::NodeProto& node, const OnnxScope& scope) {
        const auto body = std::find_if(node.attribute().begin(), node.attribute().end(),
                                       [](const auto& attribute) { return attribute.name() == "body"; });
        TORCH_CHECK(body != node.attribute().end() && node.input_size() == 1 && body->g().output_size() == 1,
                    "a Scan of another kind than exports hold");
        // Everything visible here, for the body's nodes to see.
        OnnxValues visible = scope.outer ? *scope.outer : OnnxValues();
        visible.insert(scope.constants->begin(), scope.constants->end());
        visible.insert(scope.values->begin(), scope.values->end());
        const OnnxRunner runner(body->g());
        const at::Tensor rows = scope.at(node.input(0));
        std::vector<at::Tensor> results;
        for (int64_t row = 0; row < rows.size(0); ++row) {
            OnnxValues values;
            values[body->g().input(0).name()] = rows[row];
            results.push_back(runner.run(std::move(values), &visible).front());
        }
        return {at::stack(results)};
    }

    const onnx::GraphProto& m_graph;
    OnnxValues m_constants;
    std::vector<std::vector<std::string>> m_done;
};

/// Values per frame.
int64_t bandsOf(const FrameBatch& features) {
    return static_cast<int64_t>(features.values.size()) / std::max<int64_t>(1, features.count * features.frames);
}

class OnnxModel final : public ExportedModel {
public:
    explicit OnnxModel(onnx::ModelProto model) : m_model(std::move(model)), m_runner(m_model.graph()) {}

    Result<std::vector<float>> probabilities(int64_t count, std::span<const float> samples) override {
        const int64_t length = static_cast<int64_t>(samples.size()) / std::max<int64_t>(1, count);
        return answer([&] { return OnnxValues{{"samples", over(samples, {count, length})}}; });
    }

    Result<std::vector<float>> clipProbabilities(const ClipBatch& features) override {
        auto both = answer([&] {
            return OnnxValues{{"mfcc", over(features.mfcc, {features.count, features.frames, seed::kMfcc})},
                              {"clip_values", over(features.clipValues, {features.count, seed::kClipValues})},
                              {"lengths", lengthsOf(features.lengths)}};
        });
        if (!both) return both;
        std::vector<float> applause;
        for (size_t i = 1; i < both->size(); i += 2)
            applause.push_back((*both)[i]);
        return applause;
    }

    Result<std::vector<float>> frameProbabilities(const FrameBatch& features) override {
        return answer([&] {
            return OnnxValues{{"log_mel", over(features.values, {features.count, features.frames, bandsOf(features)})},
                              {"lengths", lengthsOf(features.lengths)}};
        });
    }

private:
    /// Nothing here changes what lies behind the span.
    static at::Tensor over(std::span<const float> values, at::IntArrayRef sizes) {
        return torch::from_blob(const_cast<float*>(values.data()), sizes, torch::kFloat32);
    }

    static at::Tensor lengthsOf(std::span<const int32_t> lengths) {
        return torch::tensor(std::vector<int64_t>(lengths.begin(), lengths.end()), torch::kInt64);
    }

    template <typename Inputs>
    Result<std::vector<float>> answer(Inputs&& inputs) {
        return guarded("", [&]() -> Result<std::vector<float>> {
            const c10::InferenceMode inference;
            const at::Tensor result = m_runner.run(inputs()).front().contiguous();
            const float* values = result.data_ptr<float>();
            return std::vector<float>(values, values + result.numel());
        });
    }

    const onnx::ModelProto m_model;
    const OnnxRunner m_runner;
};

} // namespace

Result<std::unique_ptr<ExportedModel>> openOnnx(const std::string& path) {
    const Result<std::string> bytes = readFile(path, size_t{1} << 31);
    if (!bytes) return bytes.error();
    onnx::ModelProto model;
    if (!model.ParseFromString(*bytes)) return Error{ErrorCode::DamagedModel, path, "it is not an ONNX file"};
    onnx::checker::check_model(model);
    return std::unique_ptr<ExportedModel>(std::make_unique<OnnxModel>(std::move(model)));
}

} // namespace ovation
