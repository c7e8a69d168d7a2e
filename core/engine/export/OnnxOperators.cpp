// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/export/OnnxOperators.h"

#include <algorithm>
#include <cstring>
#include <functional>
#include <torch/types.h>

namespace ovation {

const at::Tensor& OnnxScope::at(const std::string& name) const {
    for (const OnnxValues* place : {values, constants, outer}) {
        if (!place) continue;
        if (const auto found = place->find(name); found != place->end()) return found->second;
    }
    TORCH_CHECK(false, "the value ", name, " is not there");
}

namespace {

at::ScalarType scalarType(int64_t type) {
    switch (type) {
    case onnx::TensorProto::FLOAT:
        return at::kFloat;
    case onnx::TensorProto::DOUBLE:
        return at::kDouble;
    case onnx::TensorProto::INT64:
        return at::kLong;
    case onnx::TensorProto::INT32:
        return at::kInt;
    case onnx::TensorProto::BOOL:
        return at::kBool;
    default:
        TORCH_CHECK(false, "the tensor type ", type, " is not used in exports");
    }
}

/// A node with what it is given.
class Call {
public:
    Call(const onnx::NodeProto& node, const OnnxScope& scope) : m_node(node), m_scope(scope) {}

    const at::Tensor& operator[](int i) const {
        TORCH_CHECK(has(i), m_node.op_type(), " lacks an input");
        return m_scope.at(m_node.input(i));
    }
    bool has(int i) const { return i < m_node.input_size() && !m_node.input(i).empty(); }
    int inputs() const { return m_node.input_size(); }

    std::vector<int64_t> ints(int i) const {
        const at::Tensor values = (*this)[i].to(at::kLong).contiguous();
        return {values.data_ptr<int64_t>(), values.data_ptr<int64_t>() + values.numel()};
    }

    const onnx::AttributeProto* attribute(const char* name) const {
        for (const auto& attribute : m_node.attribute())
            if (attribute.name() == name) return &attribute;
        return nullptr;
    }
    int64_t number(const char* name, int64_t otherwise) const {
        const auto* found = attribute(name);
        return found ? found->i() : otherwise;
    }
    std::vector<int64_t> numbers(const char* name) const {
        const auto* found = attribute(name);
        return found ? std::vector<int64_t>(found->ints().begin(), found->ints().end()) : std::vector<int64_t>();
    }

    const onnx::NodeProto& node() const { return m_node; }

private:
    const onnx::NodeProto& m_node;
    const OnnxScope& m_scope;
};

using Results = std::vector<at::Tensor>;

int64_t axisOf(int64_t axis, const at::Tensor& x) {
    return axis < 0 ? axis + x.dim() : axis;
}

Results reshapeOp(const Call& c) {
    std::vector<int64_t> shape = c.ints(1);
    for (size_t i = 0; i < shape.size(); ++i)
        if (shape[i] == 0) shape[i] = c[0].size(static_cast<int64_t>(i));
    return {c[0].reshape(shape)};
}

Results sliceOp(const Call& c) {
    const auto begins = c.ints(1), ends = c.ints(2), axes = c.ints(3);
    at::Tensor x = c[0];
    for (size_t i = 0; i < axes.size(); ++i) {
        const int64_t axis = axisOf(axes[i], x);
        const int64_t size = x.size(axis);
        const auto inside = [&](int64_t place) {
            return std::clamp<int64_t>(place < 0 ? place + size : place, 0, size);
        };
        x = x.slice(axis, inside(begins[i]), std::max(inside(begins[i]), inside(ends[i])));
    }
    return {x};
}

Results padOp(const Call& c) {
    const std::vector<int64_t> pads = c.ints(1);
    const size_t dims = pads.size() / 2;
    std::vector<int64_t> fromLast; // LibTorch counts from the last dimension
    for (size_t i = dims; i-- > 0;) {
        fromLast.push_back(pads[i]);
        fromLast.push_back(pads[dims + i]);
    }
    return {at::constant_pad_nd(c[0], fromLast, c.has(2) ? c[2].item() : at::Scalar(0))};
}

Results gatherOp(const Call& c) {
    const int64_t axis = axisOf(c.number("axis", 0), c[0]);
    const at::Tensor& index = c[1];
    const at::Tensor taken = c[0].index_select(axis, index.flatten().to(at::kLong));
    std::vector<int64_t> shape = c[0].sizes().vec();
    shape.erase(shape.begin() + axis);
    shape.insert(shape.begin() + axis, index.sizes().begin(), index.sizes().end());
    return {taken.reshape(shape)};
}

Results unsqueezeOp(const Call& c) {
    std::vector<int64_t> axes = c.ints(1);
    std::sort(axes.begin(), axes.end());
    at::Tensor x = c[0];
    for (const int64_t axis : axes)
        x = x.unsqueeze(axis);
    return {x};
}

Results squeezeOp(const Call& c) {
    std::vector<int64_t> axes = c.ints(1);
    std::sort(axes.rbegin(), axes.rend());
    at::Tensor x = c[0];
    for (const int64_t axis : axes) {
        TORCH_CHECK(x.size(axis) == 1, "Squeeze of a dimension that is not 1");
        x = x.squeeze(axis);
    }
    return {x};
}

Results divOp(const Call& c) {
    if (at::isIntegralType(c[0].scalar_type(), false)) return {at::div(c[0], c[1], "trunc")};
    return {c[0] / c[1]};
}

Results shapeOp(const Call& c) {
    const auto sizes = c[0].sizes();
    const int64_t begin = c.number("start", 0);
    const int64_t end = std::min<int64_t>(c.number("end", c[0].dim()), c[0].dim());
    return {torch::tensor(std::vector<int64_t>(sizes.begin() + begin, sizes.begin() + end), at::kLong)};
}

Results concatOp(const Call& c) {
    Results all;
    for (int i = 0; i < c.inputs(); ++i)
        all.push_back(c[i]);
    return {at::cat(all, c.number("axis", 0))};
}

Results reduceOp(const Call& c, const std::function<at::Tensor(const at::Tensor&, at::IntArrayRef, bool)>& reduce) {
    const std::vector<int64_t> axes = c.has(1) ? c.ints(1) : c.numbers("axes");
    return {reduce(c[0], axes, c.number("keepdims", 1) != 0)};
}

Results convOp(const Call& c) {
    const auto pads = c.numbers("pads");
    return {at::conv2d(c[0], c[1], c[2], c.numbers("strides"), at::IntArrayRef{pads[0], pads[1]})};
}

/// Averages over what is there: padding does not count.
Results averagePoolOp(const Call& c) {
    const int64_t kernel = c.numbers("kernel_shape")[0];
    return {at::avg_pool1d(c[0], kernel, 1, c.numbers("pads")[0], false, /*count_include_pad=*/false)};
}

/// One direction of a recurrent layer, moment by moment. `step` maps (gates of the input, state) to the new state.
struct Direction {
    at::Tensor input;     ///< (T, b, gates) x W^T + bias
    at::Tensor recurrent; ///< (gates, hidden)
    at::Tensor bias;      ///< of the recurrent part, (gates)
    int64_t hidden;
};

at::Tensor lstmPass(const Direction& d, const at::Tensor& inside, bool backwards) {
    const int64_t frames = d.input.size(0);
    at::Tensor h = torch::zeros({d.input.size(1), d.hidden});
    at::Tensor cell = torch::zeros_like(h);
    Results outputs(static_cast<size_t>(frames));
    for (int64_t i = 0; i < frames; ++i) {
        const int64_t t = backwards ? frames - 1 - i : i;
        const auto gates = (d.input[t] + at::linear(h, d.recurrent, d.bias)).chunk(4, 1); // input, output, forget, cell
        const at::Tensor next = gates[2].sigmoid() * cell + gates[0].sigmoid() * gates[3].tanh();
        const at::Tensor out = gates[1].sigmoid() * next.tanh();
        cell = at::where(inside[t], next, cell);
        h = at::where(inside[t], out, h);
        outputs[static_cast<size_t>(t)] = out.masked_fill(inside[t].logical_not(), 0);
    }
    return at::stack(outputs);
}

at::Tensor gruPass(const Direction& d, const at::Tensor& inside, bool backwards) {
    const int64_t frames = d.input.size(0);
    at::Tensor h = torch::zeros({d.input.size(1), d.hidden});
    Results outputs(static_cast<size_t>(frames));
    for (int64_t i = 0; i < frames; ++i) {
        const int64_t t = backwards ? frames - 1 - i : i;
        const auto x = d.input[t].chunk(3, 1); // update, reset, hidden
        const auto r = at::linear(h, d.recurrent, d.bias).chunk(3, 1);
        const at::Tensor update = (x[0] + r[0]).sigmoid();
        const at::Tensor candidate = (x[2] + (x[1] + r[1]).sigmoid() * r[2]).tanh();
        const at::Tensor out = (1 - update) * candidate + update * h;
        h = at::where(inside[t], out, h);
        outputs[static_cast<size_t>(t)] = out.masked_fill(inside[t].logical_not(), 0);
    }
    return at::stack(outputs);
}

Results recurrentOp(const Call& c, int64_t gateCount, at::Tensor (*pass)(const Direction&, const at::Tensor&, bool)) {
    const at::Tensor& x = c[0];
    const int64_t hidden = c.number("hidden_size", 0);
    const int64_t gates = gateCount * hidden;
    const at::Tensor lengths =
        c.has(4) ? c[4].to(at::kLong) : at::full({x.size(1)}, x.size(0), at::TensorOptions(at::kLong));
    const at::Tensor inside = (at::arange(x.size(0)).unsqueeze(1) < lengths.unsqueeze(0)).unsqueeze(2); // (T, b, 1)
    Results directions;
    for (int64_t i = 0; i < 2; ++i) {
        const at::Tensor bias = c[3][i];
        const Direction direction{at::linear(x, c[1][i], bias.narrow(0, 0, gates)), c[2][i],
                                  bias.narrow(0, gates, gates), hidden};
        directions.push_back(pass(direction, inside, i == 1));
    }
    return {at::stack(directions, 1)};
}

using Operator = std::function<Results(const Call&)>;

const std::map<std::string, Operator>& operators() {
    static const std::map<std::string, Operator> table{
        {"Identity", [](const Call& c) -> Results { return {c[0]}; }},
        {"Shape", shapeOp},
        {"Reshape", reshapeOp},
        {"Slice", sliceOp},
        {"Pad", padOp},
        {"Gather", gatherOp},
        {"Unsqueeze", unsqueezeOp},
        {"Squeeze", squeezeOp},
        {"Concat", concatOp},
        {"Transpose", [](const Call& c) -> Results { return {c[0].permute(c.numbers("perm"))}; }},
        {"Split", [](const Call& c) -> Results { return c[0].split_with_sizes(c.ints(1), c.number("axis", 0)); }},
        {"Cast", [](const Call& c) -> Results { return {c[0].to(scalarType(c.number("to", 0)))}; }},
        {"Range", [](const Call& c) -> Results { return {at::arange(c[0].item(), c[1].item(), c[2].item())}; }},
        {"Add", [](const Call& c) -> Results { return {c[0] + c[1]}; }},
        {"Sub", [](const Call& c) -> Results { return {c[0] - c[1]}; }},
        {"Mul", [](const Call& c) -> Results { return {c[0] * c[1]}; }},
        {"Div", divOp},
        {"Neg", [](const Call& c) -> Results { return {-c[0]}; }},
        {"Abs", [](const Call& c) -> Results { return {c[0].abs()}; }},
        {"Sqrt", [](const Call& c) -> Results { return {c[0].sqrt()}; }},
        {"Log", [](const Call& c) -> Results { return {c[0].log()}; }},
        {"Min", [](const Call& c) -> Results { return {at::minimum(c[0], c[1])}; }},
        {"Max", [](const Call& c) -> Results { return {at::maximum(c[0], c[1])}; }},
        {"Less", [](const Call& c) -> Results { return {c[0] < c[1]}; }},
        {"Greater", [](const Call& c) -> Results { return {c[0] > c[1]}; }},
        {"GreaterOrEqual", [](const Call& c) -> Results { return {c[0] >= c[1]}; }},
        {"And", [](const Call& c) -> Results { return {c[0].logical_and(c[1])}; }},
        {"Not", [](const Call& c) -> Results { return {c[0].logical_not()}; }},
        {"Where", [](const Call& c) -> Results { return {at::where(c[0], c[1], c[2])}; }},
        {"Relu", [](const Call& c) -> Results { return {c[0].relu()}; }},
        {"Sigmoid", [](const Call& c) -> Results { return {c[0].sigmoid()}; }},
        {"Softmax", [](const Call& c) -> Results { return {c[0].softmax(c.number("axis", -1))}; }},
        {"MatMul", [](const Call& c) -> Results { return {at::matmul(c[0], c[1])}; }},
        {"CumSum", [](const Call& c) -> Results { return {c[0].cumsum(c[1].item<int64_t>())}; }},
        {"ArgMax",
         [](const Call& c) -> Results { return {c[0].argmax(c.number("axis", 0), c.number("keepdims", 1) != 0)}; }},
        {"TopK",
         [](const Call& c) -> Results {
             auto [values, places] = c[0].topk(c.ints(1)[0], c.number("axis", -1));
             return {values, places};
         }},
        {"ReduceSum",
         [](const Call& c) {
             return reduceOp(c, [](const at::Tensor& x, at::IntArrayRef axes, bool keep) { return x.sum(axes, keep); });
         }},
        {"ReduceMean",
         [](const Call& c) {
             return reduceOp(c,
                             [](const at::Tensor& x, at::IntArrayRef axes, bool keep) { return x.mean(axes, keep); });
         }},
        {"ReduceMax",
         [](const Call& c) {
             return reduceOp(c,
                             [](const at::Tensor& x, at::IntArrayRef axes, bool keep) { return x.amax(axes, keep); });
         }},
        {"ReduceMin",
         [](const Call& c) {
             return reduceOp(c,
                             [](const at::Tensor& x, at::IntArrayRef axes, bool keep) { return x.amin(axes, keep); });
         }},
        {"LayerNormalization",
         [](const Call& c) -> Results { return {at::layer_norm(c[0], {c[0].size(-1)}, c[1], c[2], 1e-5)}; }},
        {"Conv", convOp},
        {"AveragePool", averagePoolOp},
        {"LSTM", [](const Call& c) { return recurrentOp(c, 4, &lstmPass); }},
        {"GRU", [](const Call& c) { return recurrentOp(c, 3, &gruPass); }},
    };
    return table;
}

} // namespace

at::Tensor tensorFromProto(const onnx::TensorProto& proto) {
    const std::vector<int64_t> shape(proto.dims().begin(), proto.dims().end());
    at::Tensor tensor = torch::empty(shape, scalarType(proto.data_type()));
    TORCH_CHECK(proto.raw_data().size() == tensor.nbytes(), "the tensor ", proto.name(), " has another size");
    std::memcpy(tensor.data_ptr(), proto.raw_data().data(), tensor.nbytes());
    return tensor;
}

std::vector<at::Tensor> runOperator(const onnx::NodeProto& node, const OnnxScope& scope) {
    const auto found = operators().find(node.op_type());
    TORCH_CHECK(found != operators().end(), "the operator ", node.op_type(), " is not used in exports");
    return found->second(Call(node, scope));
}

} // namespace ovation
