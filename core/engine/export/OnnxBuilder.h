// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <variant>
#include <vector>

#include <onnx/onnx_pb.h>

namespace ovation {

/// Puts an ONNX graph together, operator by operator. A value is the name of a tensor. Operators go into the graph that
/// is open: the model's, or a Scan's body between openBody() and closeBody(), from which all values before it are
/// visible; constants always go into the model's.
class OnnxBuilder {
public:
    static constexpr int kOpset = 17;
    static constexpr int kIrVersion = 8;

    using Value = std::string;
    using Attribute = std::variant<int64_t, float, std::string, std::vector<int64_t>, const onnx::GraphProto*>;
    using Attributes = std::map<std::string, Attribute>;
    /// A dimension: its size, or the name of one that is known when the model runs.
    using Dimension = std::variant<int64_t, std::string>;

    OnnxBuilder();

    Value input(const std::string& name, int type, const std::vector<Dimension>& shape);
    void output(const Value& value, const std::string& name, int type, const std::vector<Dimension>& shape);

    Value floats(const std::vector<float>& values, const std::vector<int64_t>& shape, const std::string& name = {});
    Value doubles(const std::vector<double>& values, const std::vector<int64_t>& shape);
    Value ints(const std::vector<int64_t>& values); ///< one-dimensional
    Value number(float value);                      ///< scalars, as the next ones
    Value precise(double value);
    Value integer(int64_t value);

    Value add(const std::string& op, const std::vector<Value>& inputs, const Attributes& attributes = {});
    std::vector<Value> addAll(const std::string& op, const std::vector<Value>& inputs, const Attributes& attributes,
                              int outputs);

    // what is needed often
    Value sum(const Value& x, int64_t axis, bool keep = false);
    Value reduced(const std::string& op, const Value& x, const std::vector<int64_t>& axes, bool keep = false);
    Value slice(const Value& x, int64_t axis, int64_t begin, int64_t end);
    Value slice(const Value& x, int64_t axis, const Value& begin, const Value& end); ///< one-dimensional, one value
    Value reshape(const Value& x, const std::vector<int64_t>& shape);
    Value transpose(const Value& x, const std::vector<int64_t>& order);
    Value unsqueeze(const Value& x, const std::vector<int64_t>& axes);
    Value squeeze(const Value& x, const std::vector<int64_t>& axes);
    Value concat(const std::vector<Value>& values, int64_t axis);
    Value cast(const Value& x, int type);
    Value pad(const Value& x, const std::vector<int64_t>& pads, const Value& with = {});
    Value sizeOf(const Value& x, int64_t axis); ///< one-dimensional, one value
    Value range(const Value& end);              ///< 0 to `end` (one value), one-dimensional int64
    Value gather(const Value& x, const Value& index, int64_t axis);

    /// Opens a Scan's body that takes one slice of a one-dimensional int64 sequence of rows: its value.
    Value openBody(const std::string& dimension);
    /// Closes it; the result is the body's `result` of all rows, stacked in front.
    Value closeBody(const Value& rows, const Value& result, const std::vector<Dimension>& shape);

    /// The finished model's bytes. `description` goes into its metadata.
    std::string bytes(const std::string& description, const std::string& documentation) const;

private:
    onnx::GraphProto& graph() { return m_bodies.empty() ? *m_model.mutable_graph() : m_bodies.back(); }
    std::string fresh() { return "v" + std::to_string(m_next++); }

    onnx::ModelProto m_model;
    std::vector<onnx::GraphProto> m_bodies;
    std::map<std::string, Value> m_constants;
    int m_next = 0;
};

} // namespace ovation
