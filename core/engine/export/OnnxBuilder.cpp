// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/export/OnnxBuilder.h"

#include "core/base/Version.h"

#include <bit>
#include <stdexcept>

namespace ovation {

namespace {

void setType(onnx::ValueInfoProto& info, int type, const std::vector<OnnxBuilder::Dimension>& shape) {
    auto* tensor = info.mutable_type()->mutable_tensor_type();
    tensor->set_elem_type(type);
    tensor->mutable_shape();
    for (const auto& dimension : shape) {
        auto* added = tensor->mutable_shape()->add_dim();
        if (const auto* size = std::get_if<int64_t>(&dimension))
            added->set_dim_value(*size);
        else
            added->set_dim_param(std::get<std::string>(dimension));
    }
}

template <typename Number>
std::string fill(onnx::TensorProto& tensor, int type, const std::vector<Number>& values,
                 const std::vector<int64_t>& shape) {
    static_assert(std::endian::native == std::endian::little, "ONNX stores little-endian values");
    tensor.set_data_type(type);
    for (const int64_t size : shape)
        tensor.add_dims(size);
    tensor.set_raw_data(values.data(), values.size() * sizeof(Number));
    return tensor.name();
}

void setAttribute(onnx::AttributeProto& to, const OnnxBuilder::Attribute& from) {
    if (const auto* number = std::get_if<int64_t>(&from)) {
        to.set_type(onnx::AttributeProto::INT);
        to.set_i(*number);
    } else if (const auto* real = std::get_if<float>(&from)) {
        to.set_type(onnx::AttributeProto::FLOAT);
        to.set_f(*real);
    } else if (const auto* text = std::get_if<std::string>(&from)) {
        to.set_type(onnx::AttributeProto::STRING);
        to.set_s(*text);
    } else if (const auto* numbers = std::get_if<std::vector<int64_t>>(&from)) {
        to.set_type(onnx::AttributeProto::INTS);
        for (const int64_t value : *numbers)
            to.add_ints(value);
    } else {
        to.set_type(onnx::AttributeProto::GRAPH);
        *to.mutable_g() = *std::get<const onnx::GraphProto*>(from);
    }
}

} // namespace

OnnxBuilder::OnnxBuilder() {
    m_model.set_ir_version(kIrVersion);
    m_model.set_producer_name("Ovation");
    m_model.set_producer_version(version());
    auto* opset = m_model.add_opset_import();
    opset->set_domain("");
    opset->set_version(kOpset);
    m_model.mutable_graph()->set_name("applause");
}

OnnxBuilder::Value OnnxBuilder::input(const std::string& name, int type, const std::vector<Dimension>& shape) {
    auto* info = graph().add_input();
    info->set_name(name);
    setType(*info, type, shape);
    return name;
}

void OnnxBuilder::output(const Value& value, const std::string& name, int type, const std::vector<Dimension>& shape) {
    auto* node = graph().add_node();
    node->set_op_type("Identity");
    node->set_name(name);
    node->add_input(value);
    node->add_output(name);
    auto* info = graph().add_output();
    info->set_name(name);
    setType(*info, type, shape);
}

OnnxBuilder::Value OnnxBuilder::floats(const std::vector<float>& values, const std::vector<int64_t>& shape,
                                       const std::string& name) {
    auto* tensor = m_model.mutable_graph()->add_initializer();
    tensor->set_name(name.empty() ? fresh() : name);
    return fill(*tensor, onnx::TensorProto::FLOAT, values, shape);
}

OnnxBuilder::Value OnnxBuilder::doubles(const std::vector<double>& values, const std::vector<int64_t>& shape) {
    auto* tensor = m_model.mutable_graph()->add_initializer();
    tensor->set_name(fresh());
    return fill(*tensor, onnx::TensorProto::DOUBLE, values, shape);
}

OnnxBuilder::Value OnnxBuilder::ints(const std::vector<int64_t>& values) {
    std::string key = "ints";
    for (const int64_t value : values)
        key += "_" + std::to_string(value);
    Value& known = m_constants[key];
    if (known.empty()) {
        auto* tensor = m_model.mutable_graph()->add_initializer();
        tensor->set_name(fresh());
        known = fill(*tensor, onnx::TensorProto::INT64, values, {static_cast<int64_t>(values.size())});
    }
    return known;
}

OnnxBuilder::Value OnnxBuilder::number(float value) {
    return floats({value}, {});
}

OnnxBuilder::Value OnnxBuilder::precise(double value) {
    return doubles({value}, {});
}

OnnxBuilder::Value OnnxBuilder::integer(int64_t value) {
    Value& known = m_constants["integer_" + std::to_string(value)];
    if (known.empty()) {
        auto* tensor = m_model.mutable_graph()->add_initializer();
        tensor->set_name(fresh());
        known = fill(*tensor, onnx::TensorProto::INT64, std::vector<int64_t>{value}, {});
    }
    return known;
}

std::vector<OnnxBuilder::Value> OnnxBuilder::addAll(const std::string& op, const std::vector<Value>& inputs,
                                                    const Attributes& attributes, int outputs) {
    auto* node = graph().add_node();
    node->set_op_type(op);
    for (const Value& value : inputs)
        node->add_input(value);
    std::vector<Value> results;
    for (int i = 0; i < outputs; ++i) {
        results.push_back(fresh());
        node->add_output(results.back());
    }
    node->set_name(op + "_" + results.front());
    for (const auto& [name, value] : attributes) {
        auto* attribute = node->add_attribute();
        attribute->set_name(name);
        setAttribute(*attribute, value);
    }
    return results;
}

OnnxBuilder::Value OnnxBuilder::add(const std::string& op, const std::vector<Value>& inputs,
                                    const Attributes& attributes) {
    return addAll(op, inputs, attributes, 1).front();
}

OnnxBuilder::Value OnnxBuilder::sum(const Value& x, int64_t axis, bool keep) {
    return add("ReduceSum", {x, ints({axis})}, {{"keepdims", int64_t{keep}}});
}

OnnxBuilder::Value OnnxBuilder::reduced(const std::string& op, const Value& x, const std::vector<int64_t>& axes,
                                        bool keep) {
    return add(op, {x}, {{"axes", axes}, {"keepdims", int64_t{keep}}});
}

OnnxBuilder::Value OnnxBuilder::slice(const Value& x, int64_t axis, int64_t begin, int64_t end) {
    return slice(x, axis, ints({begin}), ints({end}));
}

OnnxBuilder::Value OnnxBuilder::slice(const Value& x, int64_t axis, const Value& begin, const Value& end) {
    return add("Slice", {x, begin, end, ints({axis})});
}

OnnxBuilder::Value OnnxBuilder::reshape(const Value& x, const std::vector<int64_t>& shape) {
    return add("Reshape", {x, ints(shape)});
}

OnnxBuilder::Value OnnxBuilder::transpose(const Value& x, const std::vector<int64_t>& order) {
    return add("Transpose", {x}, {{"perm", order}});
}

OnnxBuilder::Value OnnxBuilder::unsqueeze(const Value& x, const std::vector<int64_t>& axes) {
    return add("Unsqueeze", {x, ints(axes)});
}

OnnxBuilder::Value OnnxBuilder::squeeze(const Value& x, const std::vector<int64_t>& axes) {
    return add("Squeeze", {x, ints(axes)});
}

OnnxBuilder::Value OnnxBuilder::concat(const std::vector<Value>& values, int64_t axis) {
    return add("Concat", values, {{"axis", axis}});
}

OnnxBuilder::Value OnnxBuilder::cast(const Value& x, int type) {
    return add("Cast", {x}, {{"to", static_cast<int64_t>(type)}});
}

OnnxBuilder::Value OnnxBuilder::pad(const Value& x, const std::vector<int64_t>& pads, const Value& with) {
    return with.empty() ? add("Pad", {x, ints(pads)}) : add("Pad", {x, ints(pads), with});
}

OnnxBuilder::Value OnnxBuilder::sizeOf(const Value& x, int64_t axis) {
    return add("Shape", {x}, {{"start", axis}, {"end", axis + 1}});
}

OnnxBuilder::Value OnnxBuilder::range(const Value& end) {
    return add("Range", {integer(0), squeeze(end, {0}), integer(1)});
}

OnnxBuilder::Value OnnxBuilder::gather(const Value& x, const Value& index, int64_t axis) {
    return add("Gather", {x, index}, {{"axis", axis}});
}

OnnxBuilder::Value OnnxBuilder::openBody(const std::string& dimension) {
    m_bodies.emplace_back();
    m_bodies.back().set_name("rows");
    return input(fresh(), onnx::TensorProto::INT64, {dimension});
}

OnnxBuilder::Value OnnxBuilder::closeBody(const Value& rows, const Value& result, const std::vector<Dimension>& shape) {
    if (m_bodies.empty()) throw std::logic_error("no body is open");
    output(result, fresh(), onnx::TensorProto::FLOAT, shape);
    const onnx::GraphProto body = std::move(m_bodies.back());
    m_bodies.pop_back();
    return add("Scan", {rows}, {{"body", &body}, {"num_scan_inputs", int64_t{1}}});
}

std::string OnnxBuilder::bytes(const std::string& description, const std::string& documentation) const {
    onnx::ModelProto model = m_model;
    model.set_doc_string(documentation);
    auto* entry = model.add_metadata_props();
    entry->set_key("ovation.json");
    entry->set_value(description);
    std::string result;
    if (model.ByteSizeLong() > (size_t{1} << 31) - 1 || !model.SerializeToString(&result))
        throw std::length_error("an ONNX file holds 2 GB at most, and the model is larger");
    return result;
}

} // namespace ovation
