// SPDX-License-Identifier: GPL-3.0-or-later
// ELAN's annotation format: time slots in milliseconds, tiers of annotations that refer to them.
// https://www.mpi.nl/tools/elan/EAF_Annotation_Format_3.0_and_ELAN.pdf and EAFv3.0.xsd
#include "core/labels/Formats.h"
#include "core/labels/LabelText.h"

#include <pugixml.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <ctime>
#include <map>
#include <sstream>

namespace ovation::eaf {
namespace {

using SpanOf = std::map<std::string, TimeSpan, std::less<>>;

/// "file:///a%20b.wav" -> "/a b.wav"; a plain path stays. Of a relative one, "../in/a.wav", what is the end of the
/// whole.
std::string pathFrom(std::string_view url) {
    if (url.starts_with("file://")) url.remove_prefix(7);
    if (url.starts_with("./")) url.remove_prefix(2);
    while (url.starts_with("../"))
        url.remove_prefix(3);
    const auto hex = [](char c) {
        return c >= '0' && c <= '9'   ? c - '0'
               : c >= 'a' && c <= 'f' ? c - 'a' + 10
               : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                      : -1;
    };
    std::string path;
    for (size_t i = 0; i < url.size(); ++i) {
        if (url[i] == '%' && i + 2 < url.size() && hex(url[i + 1]) >= 0 && hex(url[i + 2]) >= 0) {
            path += static_cast<char>(hex(url[i + 1]) * 16 + hex(url[i + 2]));
            i += 2;
        } else
            path += url[i];
    }
    return isUtf8(path) ? path : std::string(url);
}

std::string urlFrom(std::string_view path) {
    std::string url = path.starts_with('/') ? "file://" : path.starts_with("../") ? "" : "./";
    for (const char c : path) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                           std::string_view("/-_.~!$&'()*+,;=:@").find(c) != std::string_view::npos;
        if (plain) {
            url += c;
            continue;
        }
        char code[4];
        std::snprintf(code, sizeof code, "%%%02X", static_cast<unsigned>(static_cast<unsigned char>(c)));
        url += code;
    }
    return url;
}

/// Seconds of each time slot. Slots without a value lie evenly between their neighbours that have one, as ELAN shows
/// them.
Result<std::map<std::string, double, std::less<>>> timeSlots(const pugi::xml_node& document, double perSecond,
                                                             std::string_view text) {
    struct Slot {
        std::string id;
        std::optional<double> seconds;
    };
    std::vector<Slot> slots;
    for (const pugi::xml_node& node : document.child("TIME_ORDER").children("TIME_SLOT")) {
        Slot slot{node.attribute("TIME_SLOT_ID").value(), {}};
        if (const pugi::xml_attribute value = node.attribute("TIME_VALUE")) {
            const std::optional<double> number = numberFrom(value.value());
            if (!number)
                return badLabelFile(lineAt(text, static_cast<size_t>(node.offset_debug())),
                                    "a time slot's value is no number");
            slot.seconds = *number / perSecond;
        }
        slots.push_back(std::move(slot));
    }
    std::map<std::string, double, std::less<>> seconds;
    double before = 0;
    for (size_t i = 0; i < slots.size();) {
        size_t known = i;
        while (known < slots.size() && !slots[known].seconds)
            ++known;
        const double after = known < slots.size() ? *slots[known].seconds : before;
        const double step = (after - before) / static_cast<double>(known - i + 1);
        for (size_t k = i; k < known; ++k)
            seconds[slots[k].id] = before + step * static_cast<double>(k - i + 1);
        if (known < slots.size()) seconds[slots[known].id] = before = *slots[known].seconds;
        i = known + 1;
    }
    return seconds;
}

struct Tier {
    std::string name;
    std::vector<Label> labels;
    std::vector<int> lines;
    std::vector<int> timeless; ///< lines of annotations without a time
};

/// Times of all annotations by id: their own, or those of the annotation they refer to.
Result<SpanOf> annotationSpans(const pugi::xml_node& document, const std::map<std::string, double, std::less<>>& slots,
                               std::string_view text) {
    SpanOf spans;
    std::vector<std::pair<std::string, std::string>> references;
    for (const pugi::xml_node& tier : document.children("TIER")) {
        for (const pugi::xml_node& annotation : tier.children("ANNOTATION")) {
            const pugi::xml_node aligned = annotation.child("ALIGNABLE_ANNOTATION");
            const pugi::xml_node reference = annotation.child("REF_ANNOTATION");
            if (reference)
                references.emplace_back(reference.attribute("ANNOTATION_ID").value(),
                                        reference.attribute("ANNOTATION_REF").value());
            if (!aligned) continue;
            const auto start = slots.find(std::string_view(aligned.attribute("TIME_SLOT_REF1").value()));
            const auto end = slots.find(std::string_view(aligned.attribute("TIME_SLOT_REF2").value()));
            if (start == slots.end() || end == slots.end())
                return badLabelFile(lineAt(text, static_cast<size_t>(aligned.offset_debug())),
                                    "an annotation refers to a time slot that is not there");
            spans[aligned.attribute("ANNOTATION_ID").value()] = {start->second, end->second};
        }
    }
    // References may point to references on other tiers, in any order; each pass settles one level of them.
    for (int level = 0; level < 16 && !references.empty(); ++level)
        std::erase_if(references, [&](const auto& reference) {
            const auto found = spans.find(reference.second);
            if (found == spans.end()) return false;
            const TimeSpan span = found->second;
            spans[reference.first] = span;
            return true;
        });
    return spans;
}

double unitsPerSecond(std::string_view name) {
    if (name == "PAL-frames") return 25;
    if (name == "NTSC-frames") return 30000.0 / 1001.0;
    return 1000;
}

std::string nowText() {
    const std::time_t now = std::time(nullptr);
    std::tm utc{};
    gmtime_r(&now, &utc);
    std::array<char, 40> text{};
    std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S+00:00", &utc);
    return text.data();
}

/// XML 1.0 has no place for other control characters.
std::string xmlText(std::string text) {
    for (char& c : text)
        if (static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t') c = ' ';
    return text;
}

void writeHeader(pugi::xml_node& root, const LabelFile& file) {
    pugi::xml_node header = root.append_child("HEADER");
    header.append_attribute("MEDIA_FILE") = "";
    header.append_attribute("TIME_UNITS") = "milliseconds";
    const std::string& path = file.media ? file.media->absolute : file.audioFile;
    if (!path.empty()) {
        pugi::xml_node media = header.append_child("MEDIA_DESCRIPTOR");
        const std::string url = xmlText(urlFrom(path));
        media.append_attribute("MEDIA_URL") = url.c_str();
        media.append_attribute("MIME_TYPE") = lowerCase(path).ends_with(".wav") ? "audio/x-wav" : "audio/*";
        if (file.media)
            media.append_attribute("RELATIVE_MEDIA_URL") = xmlText(urlFrom(file.media->relative)).c_str();
        else if (url.starts_with("./"))
            media.append_attribute("RELATIVE_MEDIA_URL") = url.c_str();
    }
    pugi::xml_node last = header.append_child("PROPERTY");
    last.append_attribute("NAME") = "lastUsedAnnotationId";
    last.text() = static_cast<unsigned long long>(file.labels.size());
}

void writeTypes(pugi::xml_node& root) {
    pugi::xml_node type = root.append_child("LINGUISTIC_TYPE");
    type.append_attribute("GRAPHIC_REFERENCES") = "false";
    type.append_attribute("LINGUISTIC_TYPE_ID") = "default-lt";
    type.append_attribute("TIME_ALIGNABLE") = "true";
    constexpr std::array<std::pair<const char*, const char*>, 4> constraints = {{
        {"Time subdivision of parent annotation's time interval, no time gaps allowed within this interval",
         "Time_Subdivision"},
        {"Symbolic subdivision of a parent annotation. Annotations refering to the same parent are ordered",
         "Symbolic_Subdivision"},
        {"1-1 association with a parent annotation", "Symbolic_Association"},
        {"Time alignable annotations within the parent annotation's time interval, gaps are allowed", "Included_In"},
    }};
    for (const auto& [description, stereotype] : constraints) {
        pugi::xml_node constraint = root.append_child("CONSTRAINT");
        constraint.append_attribute("DESCRIPTION") = description;
        constraint.append_attribute("STEREOTYPE") = stereotype;
    }
}

} // namespace

bool recognises(std::string_view utf8, std::string_view) {
    return utf8.substr(0, 4096).find("<ANNOTATION_DOCUMENT") != utf8.npos;
}

Result<LabelFile> read(std::string_view utf8) {
    pugi::xml_document xml;
    const pugi::xml_parse_result parsed =
        xml.load_buffer(utf8.data(), utf8.size(), pugi::parse_default, pugi::encoding_utf8);
    if (!parsed) return badLabelFile(lineAt(utf8, static_cast<size_t>(parsed.offset)), parsed.description());
    const pugi::xml_node document = xml.child("ANNOTATION_DOCUMENT");
    if (!document) return badLabelFile(1, "it is XML, but no ELAN document");
    const pugi::xml_node header = document.child("HEADER");
    const auto slots = timeSlots(document, unitsPerSecond(header.attribute("TIME_UNITS").value()), utf8);
    if (!slots) return slots.error();
    const Result<SpanOf> spans = annotationSpans(document, *slots, utf8);
    if (!spans) return spans.error();
    LabelFile file;
    const pugi::xml_node media = header.child("MEDIA_DESCRIPTOR");
    const std::string_view relative = media.attribute("RELATIVE_MEDIA_URL").value();
    file.audioFile = pathFrom(relative.empty() ? media.attribute("MEDIA_URL").value() : relative);
    LabelCollector labels;
    std::vector<Tier> tiers;
    size_t counted = 0; // bytes of utf8 up to which lines have been counted
    int line = 1;
    for (const pugi::xml_node& node : document.children("TIER")) {
        Tier& tier = tiers.emplace_back();
        tier.name = node.attribute("TIER_ID").value();
        for (const pugi::xml_node& annotation : node.children("ANNOTATION")) {
            const pugi::xml_node inner = annotation.first_child();
            const auto at = static_cast<size_t>(std::max<ptrdiff_t>(inner.offset_debug(), 0));
            if (at > counted) line += lineAt(utf8.substr(counted, at - counted), at) - 1;
            counted = std::max(counted, at);
            const auto span = spans->find(std::string_view(inner.attribute("ANNOTATION_ID").value()));
            if (span == spans->end()) {
                tier.timeless.push_back(line);
                continue;
            }
            Label label;
            label.span = span->second;
            label.text = inner.child_value("ANNOTATION_VALUE");
            tier.labels.push_back(std::move(label));
            tier.lines.push_back(line);
        }
    }
    const bool chosen = std::ranges::any_of(tiers, [](const Tier& t) { return isLabelTier(t.name, t.labels); });
    for (Tier& tier : tiers) {
        if (chosen && !isLabelTier(tier.name, tier.labels)) {
            labels.warn(0, "The tier \"" + tier.name + "\" has nothing about applause and was left out.");
            continue;
        }
        for (size_t i = 0; i < tier.labels.size(); ++i)
            labels.add(std::move(tier.labels[i]), tier.lines[i]);
        for (const int at : tier.timeless)
            labels.leaveOut(at, "the annotation has no time");
    }
    return labels.finish(std::move(file));
}

std::string write(const LabelFile& file) {
    pugi::xml_document xml;
    pugi::xml_node declaration = xml.append_child(pugi::node_declaration);
    declaration.append_attribute("version") = "1.0";
    declaration.append_attribute("encoding") = "UTF-8";
    pugi::xml_node root = xml.append_child("ANNOTATION_DOCUMENT");
    root.append_attribute("AUTHOR") = "";
    root.append_attribute("DATE") = nowText().c_str();
    root.append_attribute("FORMAT") = "3.0";
    root.append_attribute("VERSION") = "3.0";
    root.append_attribute("xmlns:xsi") = "http://www.w3.org/2001/XMLSchema-instance";
    root.append_attribute("xsi:noNamespaceSchemaLocation") = "http://www.mpi.nl/tools/elan/EAFv3.0.xsd";
    writeHeader(root, file);
    pugi::xml_node order = root.append_child("TIME_ORDER");

    // Whole milliseconds first, so that what overlaps is decided by what is written; an annotation lasts 1 ms at least.
    std::vector<Label> labels = file.labels;
    for (Label& label : labels) {
        label.span.start = std::round(label.span.start * 1000);
        label.span.end = std::max(std::round(label.span.end * 1000), label.span.start + 1);
    }
    const std::vector<std::vector<Label>> tiers = withoutOverlaps(labels);
    struct Slot {
        double ms;
        pugi::xml_attribute reference;
    };
    std::vector<Slot> slots;
    int annotation = 0, number = 0;
    for (const std::vector<Label>& labelsOfTier : tiers) {
        ++number;
        pugi::xml_node tier = root.append_child("TIER");
        tier.append_attribute("LINGUISTIC_TYPE_REF") = "default-lt";
        tier.append_attribute("TIER_ID") = (number == 1 ? "labels" : "labels " + std::to_string(number)).c_str();
        for (const Label& label : labelsOfTier) {
            pugi::xml_node node = tier.append_child("ANNOTATION").append_child("ALIGNABLE_ANNOTATION");
            node.append_attribute("ANNOTATION_ID") = ("a" + std::to_string(++annotation)).c_str();
            slots.push_back({label.span.start, node.append_attribute("TIME_SLOT_REF1")});
            slots.push_back({label.span.end, node.append_attribute("TIME_SLOT_REF2")});
            node.append_child("ANNOTATION_VALUE").text() = xmlText(textOf(label)).c_str();
        }
    }
    std::ranges::stable_sort(slots, {}, &Slot::ms);
    for (size_t i = 0; i < slots.size(); ++i) {
        const std::string id = "ts" + std::to_string(i + 1);
        slots[i].reference = id.c_str();
        pugi::xml_node slot = order.append_child("TIME_SLOT");
        slot.append_attribute("TIME_SLOT_ID") = id.c_str();
        slot.append_attribute("TIME_VALUE") = static_cast<long long>(slots[i].ms);
    }
    writeTypes(root);
    std::ostringstream out;
    xml.save(out, "    ", pugi::format_default, pugi::encoding_utf8);
    return out.str();
}

} // namespace ovation::eaf
