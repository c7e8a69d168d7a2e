// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/export/TensorBoard.h"

#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <optional>

namespace ovation {

namespace {

// Protocol buffers' wire format, as far as events need it: fields are a key (number << 3 | kind) and a value.

void appendVarint(std::string& to, uint64_t value) {
    for (; value >= 0x80; value >>= 7)
        to += static_cast<char>(value | 0x80);
    to += static_cast<char>(value);
}

/// Fixed-width numbers, little-endian as on every machine that this runs on.
template <typename Number>
void appendRaw(std::string& to, Number value) {
    static_assert(std::endian::native == std::endian::little);
    char bytes[sizeof value];
    std::memcpy(bytes, &value, sizeof value);
    to.append(bytes, sizeof value);
}

void appendBytes(std::string& to, int field, std::string_view bytes) {
    appendVarint(to, static_cast<uint64_t>(field) << 3 | 2);
    appendVarint(to, bytes.size());
    to += bytes;
}

/// tensorflow.Event: wall_time = 1 (double), step = 2 (int64), file_version = 3, summary = 5.
std::string eventOf(double wallTime, int64_t step, int field, const std::string& content) {
    std::string event;
    appendVarint(event, 1 << 3 | 1);
    appendRaw(event, wallTime);
    appendVarint(event, 2 << 3);
    appendVarint(event, static_cast<uint64_t>(step));
    appendBytes(event, field, content);
    return event;
}

/// tensorflow.Summary: value = 1 {tag = 1, simple_value = 2 (float), metadata = 9 {plugin_data = 1 {plugin_name = 1}}}.
void appendScalar(std::string& summary, const std::string& tag, double number) {
    std::string plugin, metadata, value;
    appendBytes(plugin, 1, "scalars");
    appendBytes(metadata, 1, plugin);
    appendBytes(value, 1, tag);
    appendVarint(value, 2 << 3 | 5);
    appendRaw(value, static_cast<float>(number));
    appendBytes(value, 9, metadata);
    appendBytes(summary, 1, value);
}

void appendRecord(std::string& to, const std::string& event) {
    std::string length;
    appendRaw(length, static_cast<uint64_t>(event.size()));
    to += length;
    appendRaw(to, maskedCrc32c(length));
    to += event;
    appendRaw(to, maskedCrc32c(event));
}

void appendPart(std::string& summary, const std::string& part, const PartMetrics& metrics) {
    const std::pair<const char*, std::optional<double>> values[] = {{"loss", metrics.loss},
                                                                    {"accuracy", metrics.accuracy},
                                                                    {"precision", metrics.precision},
                                                                    {"recall", metrics.recall},
                                                                    {"f1", metrics.f1},
                                                                    {"roc_auc", metrics.rocAuc},
                                                                    {"average_precision", metrics.averagePrecision}};
    for (const auto& [name, value] : values)
        if (value && std::isfinite(*value)) appendScalar(summary, std::string(name) + "/" + part, *value);
}

} // namespace

uint32_t crc32c(std::string_view bytes) {
    static const std::array<uint32_t, 256> table = [] {
        std::array<uint32_t, 256> t{};
        for (uint32_t i = 0; i < 256; ++i) {
            uint32_t value = i;
            for (int bit = 0; bit < 8; ++bit)
                value = (value >> 1) ^ (value & 1 ? 0x82f63b78U : 0);
            t[i] = value;
        }
        return t;
    }();
    uint32_t crc = ~0U;
    for (const char c : bytes)
        crc = table[(crc ^ static_cast<unsigned char>(c)) & 0xff] ^ (crc >> 8);
    return ~crc;
}

uint32_t maskedCrc32c(std::string_view bytes) {
    return std::rotr(crc32c(bytes), 15) + 0xa282ead8U;
}

std::string tensorBoardEvents(const TrainingRun& run) {
    double time = static_cast<double>(run.startedMs) / 1000;
    std::string file;
    appendRecord(file, eventOf(time, 0, 3, "brain.Event:2"));
    for (const EpochMetrics& epoch : run.epochs) {
        if (std::isfinite(epoch.seconds)) time += epoch.seconds;
        std::string summary;
        appendPart(summary, "train", epoch.train);
        appendPart(summary, "validation", epoch.validation);
        if (std::isfinite(epoch.learningRate)) appendScalar(summary, "learning_rate", epoch.learningRate);
        if (std::isfinite(epoch.gradientNorm)) appendScalar(summary, "gradient_norm", epoch.gradientNorm);
        appendRecord(file, eventOf(time, epoch.epoch, 5, summary));
    }
    return file;
}

} // namespace ovation
