// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/export/ModelCard.h"

#include "core/base/Text.h"
#include "core/base/Version.h"
#include "core/detection/Detector.h"
#include "core/export/DecoderText.h"
#include "core/export/StudioAnswers.h"
#include "core/features/SeedFeatures.h"
#include "core/training/Bootstrap.h"
#include "core/training/Metrics.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>

namespace ovation {

namespace {

using CardJson = nlohmann::json;

constexpr double kScoreThreshold = 0.5; ///< of the scores of a validation part

std::optional<double> numberIn(const CardJson& json, const char* name) {
    const auto found = json.is_object() ? json.find(name) : json.end();
    if (!json.is_object() || found == json.end() || !found->is_number()) return {};
    return found->get<double>();
}

std::string textOf(const CardJson& json, const char* name, const std::string& otherwise = "not recorded") {
    const auto found = json.is_object() ? json.find(name) : json.end();
    if (!json.is_object() || found == json.end() || found->is_null()) return otherwise;
    if (found->is_number()) return settingText(found->get<double>());
    return found->is_string() ? found->get<std::string>() : found->dump();
}

std::string valueText(std::optional<double> value) {
    return value ? fixed(*value) : "n/a";
}

std::string intervalText(std::optional<Interval> interval) {
    return interval ? fixed(interval->low) + " to " + fixed(interval->high) : "n/a";
}

ModelCard::Section whatItIs(const ModelBundle& bundle) {
    const Architecture& sizes = bundle.architecture;
    const ModelDescription* description = modelDescription(sizes.id);
    ModelCard::Section section{"What it is", {}};
    section.blocks.push_back(ModelCard::Paragraph{
        "A model that hears applause in recordings of speeches, made with Ovation " +
        (bundle.programVersion.empty() ? std::string(version()) : bundle.programVersion) +
        ". Network: " + (description ? std::string(description->name) + ". " + description->explanation : sizes.id) +
        " It has " + std::to_string(parameterCount(sizes)) + " parameters."});
    const std::string rate = std::to_string(sampleRateOf(bundle));
    std::vector<std::string> items{"Input: mono samples between -1 and 1 at " + rate +
                                   " Hz, one recording a row: (recordings, samples), all of the same length; at least "
                                   "one sample."};
    if (isFrameModel(sizes.id)) {
        const double step = kAnswerFrames * bundle.logMel.hopS();
        items.push_back("Output: (recordings, answers): the probability of applause for every " + fixed(step, 3) +
                        " s. Answer i is about the " + std::to_string(kAnswerFrames) + " frames around " +
                        fixed((kAnswerFrames - 1) / 2.0 * bundle.logMel.hopS(), 3) + " s + i x " + fixed(step, 3) +
                        " s. It has heard what comes before and after: cut long recordings into pieces of a minute or "
                        "more, and leave out 12 s at inner edges.");
    } else {
        const int64_t hop = hopFramesOf(bundle);
        items.push_back(
            "Output: (recordings, answers): the probability of applause for every " +
            fixed(static_cast<double>(hop) * seed::kHopS, 3) + " s, answer i being about " +
            fixed((static_cast<double>(hop) - 1) / 2 * seed::kHopS, 3) + " s + i x " +
            fixed(static_cast<double>(hop) * seed::kHopS, 3) + " s. Windows of " +
            fixed(static_cast<double>(detectionFrames(bundle)) * seed::kHopS, 2) +
            " s slide over the recording, and an answer is the mean over all windows that hold its moment. A "
            "recording that is shorter than a window is one window.");
    }
    items.push_back("Digital silence has probability 0.");
    items.push_back("Features and standardiser are inside the TorchScript and ONNX files.");
    items.push_back(decoderText(bundle.decoder));
    section.blocks.push_back(ModelCard::List{std::move(items)});
    return section;
}

ModelCard::Section dataSection(const ModelBundle& bundle, const CardJson& training, const CardJson& metrics) {
    ModelCard::Section section{"Data and split", {}};
    std::vector<std::string> items;
    items.push_back("Recordings trained on: " + (bundle.trainingHashes.empty()
                                                     ? std::string("not recorded")
                                                     : std::to_string(bundle.trainingHashes.size())));
    items.push_back("Fingerprint of the data: " +
                    (bundle.datasetFingerprint.empty() ? "not recorded" : bundle.datasetFingerprint));
    const bool frames = isFrameModel(bundle.architecture.id); // split by recording whatever the setting says
    const std::string split = frames ? "recording" : textOf(training, "split");
    const auto share = numberIn(training, "train_split");
    if (const auto folds = numberIn(training, "folds"); folds && *folds > 1)
        items.push_back("Split: by recording; fold " + textOf(training, "fold") + " of " + textOf(training, "folds") +
                        " held out to choose the best epoch and the threshold by");
    else
        items.push_back(
            "Split: " + (split == "recording" ? "by recording; recordings of one source stay on one side" : split) +
            (share ? "; " + fixed(*share * 100, 0) +
                         " % to train on, the rest to choose the best epoch and "
                         "the threshold by"
                   : ""));
    const bool single = numberIn(training, "epochs") == 1.0;
    items.push_back("Training: seed " + textOf(training, "seed") + ", " +
                    (single ? std::string("1 epoch") : "up to " + textOf(training, "epochs") + " epochs") +
                    ", best epoch " + textOf(metrics, "epoch") + ", optimiser " + textOf(training, "optimizer") +
                    ", learning rate " + textOf(training, "learning_rate") + ", batch " +
                    textOf(training, "batch_size") + ".");
    if (const std::string taught = describeTeachers(bundle); !taught.empty()) items.push_back(taught);
    section.blocks.push_back(ModelCard::List{std::move(items)});
    return section;
}

std::optional<Confusion> countsIn(const CardJson& part) {
    const auto found = part.is_object() ? part.find("confusion") : part.end();
    if (!part.is_object() || found == part.end()) return {};
    try {
        const auto counts = found->get<std::array<std::array<int64_t, 2>, 2>>();
        const Confusion result{counts[0][0], counts[0][1], counts[1][0], counts[1][1]};
        if (std::min({result.tn, result.fp, result.fn, result.tp}) < 0) return {};
        if (result.total() == 0) return {};
        return result;
    } catch (const CardJson::exception&) {
        return {};
    }
}

/// A pair of numbers under that name.
std::optional<Interval> intervalIn(const CardJson& intervals, const std::string& name) {
    const auto found = intervals.is_object() ? intervals.find(name) : intervals.end();
    if (!intervals.is_object() || found == intervals.end() || !found->is_array() || found->size() != 2 ||
        !(*found)[0].is_number() || !(*found)[1].is_number())
        return {};
    return Interval{(*found)[0].get<double>(), (*found)[1].get<double>()};
}

constexpr std::array<std::pair<const char*, const char*>, 6> kValidation{{{"f1", "F1"},
                                                                          {"precision", "Precision"},
                                                                          {"recall", "Recall"},
                                                                          {"accuracy", "Accuracy"},
                                                                          {"average_precision", "Average precision"},
                                                                          {"roc_auc", "ROC-AUC"}}};

/// Where the intervals of a validation part come from, or why there are none.
std::string intervalsText(const CardJson& part, int64_t missing) {
    const auto recordings = numberIn(part, "recordings");
    if (!recordings)
        return "No intervals: the model's file does not hold them. Train it again with this version of Ovation to "
               "have them.";
    if (*recordings < 2) return "No intervals: they take two or more validation recordings.";
    std::string text = "The intervals are by bootstrap over the " + fixed(*recordings, 0) + " validation recordings.";
    if (missing > 0) text += " n/a: too few of them have what the score is made of.";
    return text;
}

std::string thresholdText(const ModelBundle& bundle) {
    const std::string taken = fixed(kScoreThreshold, 1);
    if (std::abs(bundle.decoder.threshold - kScoreThreshold) < 0.00005) return " at the threshold of " + taken;
    return " at a threshold of " + taken + ", while segments are made with one of " +
           fixedBetween(bundle.decoder.threshold, 2, 4);
}

void addValidationScores(ModelCard::Section& section, const CardJson& metrics, const ModelBundle& bundle) {
    const CardJson part = metrics.is_object() ? metrics.value("validation", CardJson::object()) : CardJson::object();
    const std::optional<Confusion> counts = countsIn(part);
    if (!counts) {
        section.blocks.push_back(ModelCard::Paragraph{"The model's file holds no scores of its validation part."});
        return;
    }
    const CardJson intervals = part.value("intervals", CardJson::object());
    ModelCard::Table table{{"score", "value", "95 %"}, {}};
    int64_t missing = 0;
    for (const auto& [name, title] : kValidation) {
        const auto interval = intervalIn(intervals, name);
        table.rows.push_back({title, valueText(numberIn(part, name)), intervalText(interval)});
        missing += interval ? 0 : 1;
    }
    section.blocks.push_back(ModelCard::Paragraph{std::string("On the validation part of the training data, by ") +
                                                  (isFrameModel(bundle.architecture.id) ? "answers" : "windows") +
                                                  " (" + std::to_string(counts->tp + counts->fn) + " with applause, " +
                                                  std::to_string(counts->tn + counts->fp) + " without)" +
                                                  thresholdText(bundle) + ":"});
    section.blocks.push_back(std::move(table));
    section.blocks.push_back(
        ModelCard::Paragraph{intervalsText(part, missing) +
                             " The best epoch was chosen on this part: scores elsewhere will be a little lower."});
}

constexpr std::array<std::pair<const char*, const char*>, 9> kHeldOut{
    {{"frame_f1", "Frame F1 (10 ms)"},
     {"frame_precision", "Frame precision"},
     {"frame_recall", "Frame recall"},
     {"segment_f1", "Segment F1 (1 s)"},
     {"average_precision", "Average precision"},
     {"prevalence", "Share of applause"},
     {"roc_auc", "ROC-AUC"},
     {"accuracy", "Accuracy"},
     {"false_alarms_per_hour", "False alarms per hour"}}};

/// Whether scores were given, not all of them of recordings that the model was trained on.
Result<bool> addHeldOutScores(ModelCard::Section& section, const std::string& scoresJson) {
    if (scoresJson.empty()) return false;
    const CardJson scores = CardJson::parse(scoresJson, nullptr, false);
    const Error wrong{ErrorCode::WrongUsage, "", "the scores are not what `ovation evaluate --json` prints", 0};
    if (!scores.is_object() || !scores.contains("pooled") || !scores["pooled"].is_object()) return wrong;
    const CardJson& pooled = scores["pooled"];
    const CardJson intervals =
        pooled.contains("intervals") ? pooled["intervals"] : scores.value("intervals", CardJson());
    ModelCard::Table table{{"score", "value", "95 %"}, {}};
    for (const auto& [name, title] : kHeldOut)
        table.rows.push_back({title, valueText(numberIn(pooled, name)), intervalText(intervalIn(intervals, name))});
    if (pooled.contains("event_f1") && pooled["event_f1"].is_object())
        for (const auto& [collar, value] : pooled["event_f1"].items())
            table.rows.push_back({"Event F1 (" + collar + " s)", value.is_number() ? fixed(value.get<double>()) : "n/a",
                                  intervalText(intervalIn(intervals, "event_f1_" + collar))});
    const auto countIn = [&scores](const char* name) {
        return scores.contains(name) && scores[name].is_array() ? scores[name].size() : 0;
    };
    const size_t recordings = countIn("recordings"), seen = countIn("seen_in_training");
    section.blocks.push_back(ModelCard::Paragraph{"On " + std::to_string(recordings) +
                                                  " recordings that were scored with `ovation evaluate`; intervals by "
                                                  "bootstrap over recordings:"});
    section.blocks.push_back(std::move(table));
    if (seen > 0)
        section.blocks.push_back(ModelCard::Paragraph{
            "The model was trained on " + std::to_string(seen) +
            " of these recordings: scores elsewhere will be lower. `ovation evaluate --unseen` leaves them out."});
    return seen == 0 || seen < recordings;
}

ModelCard::Section limits(const ModelBundle& bundle, bool heldOut) {
    std::vector<std::string> items{
        "It knows the halls, microphones and audiences that it was trained on. Elsewhere, listen before you believe "
        "it.",
        "Rain, surf, laughter, booing and the surface of old records resemble applause, and can raise false alarms.",
        "A probability is the network's, not a calibrated chance.",
        "It says that there is applause, not who applauds or why.",
        "Exported for samples (TorchScript, ONNX), it takes memory in step with the recording: an hour takes several "
        "gigabytes. Give long recordings in pieces of a minute or so, with some seconds of what lies around them. "
        "Ovation itself reads them piece by piece."};
    if (bundle.trainingHashes.empty())
        items.push_back(
            "The file does not say which recordings it was trained on: scores on your own may be of those.");
    if (!heldOut)
        items.push_back("No scores on recordings held apart from training were given when this card was made.");
    if (!isFrameModel(bundle.architecture.id))
        items.push_back("Every answer is about several seconds: boundaries are softer than those of a frame network.");
    return {"Limits", {ModelCard::List{std::move(items)}}};
}

ModelCard::Section usage(const ModelBundle& bundle) {
    const std::string rate = std::to_string(sampleRateOf(bundle));
    const bool frames = isFrameModel(bundle.architecture.id);
    ModelCard::Section section{"How to call it", {}};
    const auto code = [&](const char* title, const char* language, std::string text) {
        section.blocks.push_back(ModelCard::Paragraph{title});
        section.blocks.push_back(ModelCard::Code{language, std::move(text)});
    };
    code("Python, TorchScript (PyTorch alone):", "python",
         "import torch\n"
         "model = torch.jit.load('model.pt').eval()\n"
         "samples = torch.zeros(1, " +
             rate + ")            # (recordings, samples) at " + rate +
             " Hz\n"
             "with torch.no_grad():\n"
             "    probabilities = model(samples)            # (recordings, answers)\n" +
             (frames ? "    log_mel = model.features(samples)         # (recordings, frames, bands)\n"
                       "    again = model.from_features(log_mel, torch.tensor([log_mel.size(1)]))\n"
                     : "    mfcc, clip_values = model.features(samples)   # of the first window\n"
                       "    classes = model.from_features(mfcc, clip_values, torch.tensor([mfcc.size(1)]))\n"));
    code("Python, ONNX (onnxruntime):", "python",
         "import numpy, onnxruntime\n"
         "session = onnxruntime.InferenceSession('model.onnx')\n"
         "samples = numpy.zeros((1, " +
             rate +
             "), numpy.float32)\n"
             "probabilities, = session.run(['probabilities'], {'samples': samples})\n");
    code("JavaScript, ONNX (onnxruntime-node, or onnxruntime-web in a browser):", "javascript",
         "const ort = require('onnxruntime-node');\n"
         "const session = await ort.InferenceSession.create('model.onnx');\n"
         "const samples = new ort.Tensor('float32', new Float32Array(" +
             rate + "), [1, " + rate +
             "]);\n"
             "const { probabilities } = await session.run({ samples });\n");
    code("Command line:", "sh",
         "ovation detect recording.flac --model model.safetensors --output found/\n"
         "ovation export model.safetensors --format onnx --output model.onnx\n");
    return section;
}

/// Nothing in a name may act as Markdown's or HTML's own signs.
std::string escapedMarkdown(const std::string& text) {
    std::string result;
    for (const char c : text) {
        if (c == '<') {
            result += "&lt;";
            continue;
        }
        if (std::string_view("\\*_[]|#").find(c) != std::string_view::npos) result += '\\';
        result += c == '\n' || c == '\r' ? ' ' : c;
    }
    return result;
}

template <typename... Handlers>
struct Handling : Handlers... {
    using Handlers::operator()...;
};

} // namespace

Result<ModelCard> modelCard(const ModelBundle& bundle, const std::string& scoresJson) {
    const CardJson training = CardJson::parse(bundle.trainingJson, nullptr, false);
    const CardJson metrics = CardJson::parse(bundle.metricsJson, nullptr, false);
    ModelCard card;
    card.title = bundle.name.empty() ? "Applause model" : bundle.name;
    card.sections.push_back(whatItIs(bundle));
    card.sections.push_back(dataSection(bundle, training, metrics));
    ModelCard::Section scores{"Scores", {}};
    const auto heldOut = addHeldOutScores(scores, scoresJson);
    if (!heldOut) return heldOut.error();
    addValidationScores(scores, metrics, bundle);
    card.sections.push_back(std::move(scores));
    card.sections.push_back(limits(bundle, *heldOut));
    card.sections.push_back(usage(bundle));
    return card;
}

std::string toMarkdown(const ModelCard& card) {
    std::string text = "# " + escapedMarkdown(card.title) + "\n";
    const auto row = [](const std::vector<std::string>& cells) {
        std::string line = "|";
        for (const std::string& cell : cells)
            line += " " + escapedMarkdown(cell) + " |";
        return line + "\n";
    };
    const Handling handling{
        [&](const ModelCard::Paragraph& block) { text += "\n" + escapedMarkdown(block.text) + "\n"; },
        [&](const ModelCard::List& block) {
            text += "\n";
            for (const std::string& item : block.items)
                text += "- " + escapedMarkdown(item) + "\n";
        },
        [&](const ModelCard::Table& block) {
            text += "\n" + row(block.head) + "|";
            for (size_t i = 0; i < block.head.size(); ++i)
                text += "---|";
            text += "\n";
            for (const auto& cells : block.rows)
                text += row(cells);
        },
        [&](const ModelCard::Code& block) { text += "\n```" + block.language + "\n" + block.text + "```\n"; }};
    for (const ModelCard::Section& section : card.sections) {
        text += "\n## " + escapedMarkdown(section.title) + "\n";
        for (const auto& block : section.blocks)
            std::visit(handling, block);
    }
    return text;
}

std::string toHtml(const ModelCard& card) {
    std::string text =
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" "
        "content=\"width=device-width\">\n<title>" +
        escapedHtml(card.title) +
        "</title>\n<style>\nbody { font: 16px/1.5 sans-serif; max-width: 46rem; margin: 2rem auto; padding: 0 1rem; }\n"
        "table { border-collapse: collapse; }\nth, td { border: 1px solid #8888; padding: .3rem .7rem; text-align: "
        "left; }\npre { background: #8882; padding: .8rem; overflow-x: auto; }\n:root { color-scheme: light dark; "
        "}\n</style>\n</head>\n<body>\n<h1>" +
        escapedHtml(card.title) + "</h1>\n";
    const auto row = [](const std::vector<std::string>& cells, const char* tag) {
        std::string line = "<tr>";
        for (const std::string& cell : cells)
            line += std::string("<") + tag + ">" + escapedHtml(cell) + "</" + tag + ">";
        return line + "</tr>\n";
    };
    const Handling handling{
        [&](const ModelCard::Paragraph& block) { text += "<p>" + escapedHtml(block.text) + "</p>\n"; },
        [&](const ModelCard::List& block) {
            text += "<ul>\n";
            for (const std::string& item : block.items)
                text += "<li>" + escapedHtml(item) + "</li>\n";
            text += "</ul>\n";
        },
        [&](const ModelCard::Table& block) {
            text += "<table>\n" + row(block.head, "th");
            for (const auto& cells : block.rows)
                text += row(cells, "td");
            text += "</table>\n";
        },
        [&](const ModelCard::Code& block) { text += "<pre><code>" + escapedHtml(block.text) + "</code></pre>\n"; }};
    for (const ModelCard::Section& section : card.sections) {
        text += "<h2>" + escapedHtml(section.title) + "</h2>\n";
        for (const auto& block : section.blocks)
            std::visit(handling, block);
    }
    return text + "</body>\n</html>\n";
}

} // namespace ovation
