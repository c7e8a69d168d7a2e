// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/ModelBundle.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>
#include <set>

namespace ovation {
namespace {

constexpr uint64_t kLargestHeader = 100'000'000; ///< bytes
constexpr size_t kMostTensors = 65536;
constexpr size_t kMostDimensions = 8;
constexpr const char* kMetadata = "__metadata__";

uint64_t littleEndian64(const char* bytes) {
    uint64_t value = 0;
    for (int i = 7; i >= 0; --i)
        value = value << 8 | static_cast<unsigned char>(bytes[i]);
    return value;
}

/// Float32 values to or from their little-endian bytes, whatever this machine's order.
void swapWhereBigEndian(char* bytes, size_t count) {
    if constexpr (std::endian::native == std::endian::big) {
        for (size_t i = 0; i < count; ++i)
            std::reverse(bytes + 4 * i, bytes + 4 * i + 4);
    } else {
        (void)bytes;
        (void)count;
    }
}

struct Entry {
    std::string name;
    std::string dtype;
    std::vector<uint64_t> shape;
    std::vector<uint64_t> offsets;
    bool hasDtype = false, hasShape = false, hasOffsets = false;
};

/// Reads the header without building a tree: it can only become what a safetensors header may be, so that hostile
/// nesting, repeated names and wrong kinds are refused where they stand.
class HeaderReader : public nlohmann::json_sax<nlohmann::json> {
public:
    std::vector<Entry> entries;
    std::map<std::string, std::string> metadata;
    std::string problem;

    bool null() override { return refuse("a null where a value belongs"); }
    bool boolean(bool) override { return refuse("a truth value where a number or text belongs"); }
    bool number_integer(number_integer_t) override { return refuse("a negative size or offset"); }
    bool number_float(number_float_t, const string_t&) override { return refuse("a size or offset that is not whole"); }
    bool binary(binary_t&) override { return refuse("binary data in its header"); }

    bool number_unsigned(number_unsigned_t value) override {
        if (m_place == Place::Shape) {
            if (entries.back().shape.size() == kMostDimensions) return refuse("a tensor with over 8 dimensions");
            entries.back().shape.push_back(value);
            return true;
        }
        if (m_place == Place::Offsets) {
            if (entries.back().offsets.size() == 2) return refuse("more than two data offsets");
            entries.back().offsets.push_back(value);
            return true;
        }
        return refuse("a number where something else belongs");
    }

    bool string(string_t& text) override {
        if (m_place == Place::Metadata) {
            metadata[m_key] = std::move(text);
            return true;
        }
        if (m_place == Place::Tensor && m_key == "dtype") {
            entries.back().dtype = std::move(text);
            return true;
        }
        return refuse("text where something else belongs");
    }

    bool start_object(std::size_t) override {
        if (m_place == Place::Outside) {
            m_place = Place::Top;
            return true;
        }
        if (m_place != Place::Top) return refuse("nested deeper than a header may be");
        if (m_key == kMetadata) {
            m_place = Place::Metadata;
            return true;
        }
        if (entries.size() == kMostTensors) return refuse("more than 65536 tensors");
        entries.emplace_back();
        entries.back().name = m_key;
        m_place = Place::Tensor;
        return true;
    }

    bool key(string_t& text) override {
        if (m_place == Place::Top) {
            if (!m_names.insert(text).second) return refuse("the name \"" + shortened(text) + "\" stands in it twice");
        } else if (m_place == Place::Metadata) {
            if (metadata.contains(text)) return refuse("the key \"" + shortened(text) + "\" stands in it twice");
        } else {
            Entry& entry = entries.back();
            bool* seen = text == "dtype"          ? &entry.hasDtype
                         : text == "shape"        ? &entry.hasShape
                         : text == "data_offsets" ? &entry.hasOffsets
                                                  : nullptr;
            if (!seen) return refuse("the unknown field \"" + shortened(text) + "\"");
            if (*seen) return refuse("the field \"" + text + "\" stands twice in one tensor");
            *seen = true;
        }
        m_key = std::move(text);
        return true;
    }

    bool end_object() override {
        m_place = m_place == Place::Top ? Place::Outside : Place::Top;
        return true;
    }

    bool start_array(std::size_t) override {
        if (m_place == Place::Tensor && m_key == "shape") {
            m_place = Place::Shape;
        } else if (m_place == Place::Tensor && m_key == "data_offsets") {
            m_place = Place::Offsets;
        } else {
            return refuse("a list where something else belongs");
        }
        return true;
    }

    bool end_array() override {
        m_place = Place::Tensor;
        return true;
    }

    bool parse_error(std::size_t position, const std::string&, const nlohmann::detail::exception&) override {
        return refuse("no valid JSON at byte " + std::to_string(position));
    }

    static std::string shortened(const std::string& text) {
        return text.size() <= 60 ? text : text.substr(0, 57) + "...";
    }

private:
    enum class Place { Outside, Top, Metadata, Tensor, Shape, Offsets };

    bool refuse(std::string why) {
        problem = std::move(why);
        return false;
    }

    Place m_place = Place::Outside;
    std::string m_key;
    std::set<std::string> m_names;
};

/// Ovation writes F32 alone: numbers of another kind are another program's, where nothing says otherwise.
bool isForeign(const HeaderReader& reader) {
    return std::ranges::any_of(reader.entries,
                               [](const Entry& entry) { return entry.hasDtype && entry.dtype != "F32"; }) &&
           std::ranges::none_of(reader.metadata, [](const auto& item) { return item.first.starts_with("ovation."); });
}

Error damaged(const std::string& file, std::string detail) {
    return {ErrorCode::DamagedModel, file, std::move(detail), 0};
}

/// What is wrong with one tensor's description, or "".
std::string problemOf(const Entry& entry, uint64_t dataSize) {
    const std::string name = "tensor \"" + HeaderReader::shortened(entry.name) + "\"";
    if (!entry.hasDtype || !entry.hasShape || entry.offsets.size() != 2)
        return name + " has no dtype, shape or data offsets";
    if (entry.dtype != "F32") {
        return name + " has numbers of kind " + HeaderReader::shortened(entry.dtype) + "; only F32 can be read";
    }
    uint64_t bytes = 4;
    for (uint64_t size : entry.shape) {
        if (size != 0 && bytes > dataSize / size) return name + " has a shape larger than the file";
        bytes *= size;
    }
    if (entry.offsets[0] > entry.offsets[1] || entry.offsets[1] > dataSize) return name + " lies outside the file";
    if (entry.offsets[1] - entry.offsets[0] != bytes) return name + " has a shape that does not fit its data";
    return {};
}

} // namespace

std::string writeSafetensors(const TensorMap& tensors, const std::map<std::string, std::string>& metadata) {
    nlohmann::ordered_json header = nlohmann::ordered_json::object();
    if (!metadata.empty()) header[kMetadata] = metadata;
    uint64_t offset = 0;
    for (const auto& [name, tensor] : tensors) {
        const uint64_t end = offset + 4 * tensor.values.size();
        header[name] = {{"dtype", "F32"}, {"shape", tensor.shape}, {"data_offsets", {offset, end}}};
        offset = end;
    }
    std::string text = header.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
    text.append((8 - text.size() % 8) % 8, ' '); // data starts on a multiple of 8, as other readers like it

    std::string bytes;
    bytes.reserve(8 + text.size() + offset);
    for (int i = 0; i < 8; ++i)
        bytes.push_back(static_cast<char>(static_cast<uint64_t>(text.size()) >> (8 * i) & 0xff));
    bytes += text;
    for (const auto& [name, tensor] : tensors) {
        const size_t at = bytes.size();
        bytes.append(reinterpret_cast<const char*>(tensor.values.data()), 4 * tensor.values.size());
        swapWhereBigEndian(bytes.data() + at, tensor.values.size());
    }
    return bytes;
}

Result<SafetensorsContent> readSafetensors(std::string_view bytes, const std::string& file) {
    const Error foreign{ErrorCode::NotAModel, file, "it is not a safetensors file", 0};
    if (bytes.size() < 9 || bytes[8] != '{') return foreign;
    const uint64_t headerSize = littleEndian64(bytes.data());
    if (headerSize > kLargestHeader) return Error{ErrorCode::NotAModel, file, "its header claims over 100 MB", 0};
    if (headerSize < 2) return foreign;
    if (headerSize > bytes.size() - 8) return damaged(file, "it ends within its header");

    HeaderReader reader;
    const std::string_view header = bytes.substr(8, headerSize);
    if (!nlohmann::json::sax_parse(header.begin(), header.end(), &reader)) {
        return damaged(file, "its header holds " + reader.problem);
    }

    const std::string_view data = bytes.substr(8 + headerSize);
    for (const Entry& entry : reader.entries)
        if (std::string problem = problemOf(entry, data.size()); !problem.empty()) {
            if (!isForeign(reader)) return damaged(file, problem);
            return Error{ErrorCode::NotAModel, file,
                         "it is a safetensors file, but not one that Ovation wrote: " + problem, 0};
        }

    std::vector<const Entry*> inFileOrder;
    for (const Entry& entry : reader.entries)
        inFileOrder.push_back(&entry);
    std::ranges::sort(inFileOrder, {},
                      [](const Entry* entry) { return std::pair(entry->offsets[0], entry->offsets[1]); });
    uint64_t expected = 0;
    for (const Entry* entry : inFileOrder) {
        if (entry->offsets[0] != expected) {
            return damaged(file, "tensor \"" + HeaderReader::shortened(entry->name) + "\" " +
                                     (entry->offsets[0] < expected ? "overlaps another" : "follows a gap"));
        }
        expected = entry->offsets[1];
    }
    if (expected != data.size()) return damaged(file, "it holds data that belongs to no tensor");

    SafetensorsContent content;
    content.metadata = std::move(reader.metadata);
    for (const Entry& entry : reader.entries) {
        Tensor& tensor = content.tensors[entry.name];
        for (uint64_t size : entry.shape) {
            if (size > static_cast<uint64_t>(std::numeric_limits<int64_t>::max())) {
                return damaged(file, "tensor \"" + HeaderReader::shortened(entry.name) + "\" has an absurd size");
            }
            tensor.shape.push_back(static_cast<int64_t>(size));
        }
        const size_t count = (entry.offsets[1] - entry.offsets[0]) / 4;
        tensor.values.resize(count);
        if (count == 0) continue;
        std::memcpy(tensor.values.data(), data.data() + entry.offsets[0], 4 * count);
        swapWhereBigEndian(reinterpret_cast<char*>(tensor.values.data()), count);
    }
    return content;
}

} // namespace ovation
