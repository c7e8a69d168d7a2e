// SPDX-License-Identifier: GPL-3.0-or-later
// ELAN's annotation format (EAF 3.0): time slots in milliseconds, tiers of annotations that refer to two slots each.
// https://www.mpi.nl/tools/elan/EAF_Annotation_Format_3.0_and_ELAN.pdf
#include "core/labels/Formats.h"
#include "core/labels/LabelText.h"

#include <cmath>
#include <ctime>
#include <map>
#include <pugixml.hpp>
#include <sstream>

namespace ovation::eaf {
namespace {

using Slots = std::map<std::string, double>; ///< id -> seconds; slots without a time are not in it

struct Tier {
    std::string name;
    std::vector<Label> labels;
    std::vector<int> lines;
};

Tier readTier(const pugi::xml_node& node, const Slots& slots, std::string_view text, LabelCollector& collector) {
    Tier tier;
    tier.name = node.attribute("TIER_ID").value();
    int referring = 0;
    for (const pugi::xml_node& annotation : node.children("ANNOTATION")) {
        const pugi::xml_node aligned = annotation.child("ALIGNABLE_ANNOTATION");
        if (!aligned) {
            ++referring;
            continue;
        }
        const int line = lineAt(text, static_cast<size_t>(std::max<ptrdiff_t>(aligned.offset_debug(), 0)));
        const auto start = slots.find(aligned.attribute("TIME_SLOT_REF1").value());
        const auto end = slots.find(aligned.attribute("TIME_SLOT_REF2").value());
        if (start == slots.end() || end == slots.end()) {
            collector.warn(line, "the annotation is not aligned with time; it was left out.");
            continue;
        }
        Label label;
        label.span = {start->second, end->second};
        label.text = aligned.child("ANNOTATION_VALUE").text().get();
        tier.labels.push_back(std::move(label));
        tier.lines.push_back(line);
    }
    if (referring > 0)
        collector.warn(0, "The tier \"" + tier.name + "\" has " + std::to_string(referring) +
                              " annotations without times of their own; they were left out.");
    return tier;
}

std::string now() {
    const std::time_t time = std::time(nullptr);
    std::tm utc{};
    gmtime_r(&time, &utc);
    char text[40];
    std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S+00:00", &utc);
    return text;
}

} // namespace

bool recognises(std::string_view utf8, std::string_view) {
    return utf8.substr(0, 2000).find("<ANNOTATION_DOCUMENT") != utf8.npos;
}

Result<LabelFile> read(std::string_view utf8) {
    pugi::xml_document document;
    const pugi::xml_parse_result parsed =
        document.load_buffer(utf8.data(), utf8.size(), pugi::parse_default, pugi::encoding_utf8);
    if (!parsed)
        return badLabelFile(lineAt(utf8, static_cast<size_t>(std::max<ptrdiff_t>(parsed.offset, 0))),
                            parsed.description());
    const pugi::xml_node root = document.child("ANNOTATION_DOCUMENT");
    if (!root) return badLabelFile(1, "it has no ANNOTATION_DOCUMENT");

    LabelFile file;
    LabelCollector labels;
    const std::string units = root.child("HEADER").attribute("TIME_UNITS").as_string("milliseconds");
    if (units != "milliseconds") return badLabelFile(1, "its time unit is " + units + ", not milliseconds");
    const std::string url = root.child("HEADER").child("MEDIA_DESCRIPTOR").attribute("MEDIA_URL").value();
    file.audioFile = url.starts_with("file://") ? url.substr(7) : url;
    Slots slots;
    for (const pugi::xml_node& slot : root.child("TIME_ORDER").children("TIME_SLOT")) {
        const pugi::xml_attribute value = slot.attribute("TIME_VALUE");
        if (!value) continue;
        const auto ms = numberFrom(value.value());
        if (!ms)
            return badLabelFile(lineAt(utf8, static_cast<size_t>(std::max<ptrdiff_t>(slot.offset_debug(), 0))),
                                "a time slot's value is not a number");
        slots[slot.attribute("TIME_SLOT_ID").value()] = *ms / 1000;
    }
    std::vector<Tier> tiers;
    for (const pugi::xml_node& node : root.children("TIER"))
        tiers.push_back(readTier(node, slots, utf8, labels));
    bool some = false;
    for (const Tier& tier : tiers)
        some = some || isLabelTier(tier.name, tier.labels);
    for (Tier& tier : tiers) {
        if (some && !isLabelTier(tier.name, tier.labels)) {
            if (!tier.labels.empty())
                labels.warn(0, "The tier \"" + tier.name + "\" is not about applause; it was left out.");
            continue;
        }
        for (size_t i = 0; i < tier.labels.size(); ++i)
            labels.add(std::move(tier.labels[i]), tier.lines[i]);
    }
    return labels.finish(std::move(file));
}

std::string write(const LabelFile& file) {
    pugi::xml_document document;
    pugi::xml_node declaration = document.append_child(pugi::node_declaration);
    declaration.append_attribute("version") = "1.0";
    declaration.append_attribute("encoding") = "UTF-8";
    pugi::xml_node root = document.append_child("ANNOTATION_DOCUMENT");
    root.append_attribute("AUTHOR") = "";
    root.append_attribute("DATE") = now().c_str();
    root.append_attribute("FORMAT") = "3.0";
    root.append_attribute("VERSION") = "3.0";
    root.append_attribute("xmlns:xsi") = "http://www.w3.org/2001/XMLSchema-instance";
    root.append_attribute("xsi:noNamespaceSchemaLocation") = "http://www.mpi.nl/tools/elan/EAFv3.0.xsd";
    pugi::xml_node header = root.append_child("HEADER");
    header.append_attribute("MEDIA_FILE") = "";
    header.append_attribute("TIME_UNITS") = "milliseconds";
    if (!file.audioFile.empty()) {
        pugi::xml_node media = header.append_child("MEDIA_DESCRIPTOR");
        const std::string url = file.audioFile.starts_with('/') ? "file://" + file.audioFile : file.audioFile;
        media.append_attribute("MEDIA_URL") = url.c_str();
        media.append_attribute("MIME_TYPE") = "audio/*";
    }
    pugi::xml_node order = root.append_child("TIME_ORDER");
    const auto tiers = withoutOverlaps(file.labels);
    int slot = 0, annotation = 0;
    const auto addSlot = [&](double seconds) {
        pugi::xml_node node = order.append_child("TIME_SLOT");
        const std::string id = "ts" + std::to_string(++slot);
        node.append_attribute("TIME_SLOT_ID") = id.c_str();
        node.append_attribute("TIME_VALUE") = static_cast<long long>(std::llround(std::min(seconds, 1e12) * 1000));
        return id;
    };
    for (size_t t = 0; t < tiers.size(); ++t) {
        pugi::xml_node tier = root.append_child("TIER");
        tier.append_attribute("LINGUISTIC_TYPE_REF") = "default-lt";
        tier.append_attribute("TIER_ID") = t == 0 ? "labels" : ("labels " + std::to_string(t + 1)).c_str();
        for (const Label& label : tiers[t]) {
            pugi::xml_node node = tier.append_child("ANNOTATION").append_child("ALIGNABLE_ANNOTATION");
            node.append_attribute("ANNOTATION_ID") = ("a" + std::to_string(++annotation)).c_str();
            node.append_attribute("TIME_SLOT_REF1") = addSlot(label.span.start).c_str();
            node.append_attribute("TIME_SLOT_REF2") = addSlot(label.span.end).c_str();
            node.append_child("ANNOTATION_VALUE").text() = textOf(label).c_str();
        }
    }
    pugi::xml_node type = root.append_child("LINGUISTIC_TYPE");
    type.append_attribute("GRAPHIC_REFERENCES") = "false";
    type.append_attribute("LINGUISTIC_TYPE_ID") = "default-lt";
    type.append_attribute("TIME_ALIGNABLE") = "true";
    std::ostringstream out;
    document.save(out, "    ", pugi::format_default, pugi::encoding_utf8);
    return out.str();
}

} // namespace ovation::eaf
