// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/Commands.h"
#include "core/features/SeedFeatures.h"

#include <nlohmann/json.hpp>

#include <cerrno>
#include <cmath>
#include <cstdio>
#include <memory>

namespace ovation::cli {
namespace {

struct Options {
    std::string audio;
    double startS = 0;
    double durationS = -1;
    bool json = false;
};

nlohmann::json rowsOf(const FeatureMatrix& matrix) {
    auto rows = nlohmann::json::array();
    for (int64_t r = 0; r < matrix.rows; ++r) {
        const auto row = matrix.row(r);
        rows.push_back(nlohmann::json(std::vector<float>(row.begin(), row.end())));
    }
    return rows;
}

int print(const std::string& text) {
    const bool ok = std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0;
    return ok ? kOk : fail(errorFromErrno(errno, "standard output", ErrorCode::WriteFailed));
}

std::string jsonOf(const ClipFeatures& clip) {
    nlohmann::ordered_json json;
    json["sample_rate"] = seed::kSampleRate;
    json["hop_s"] = seed::kHopS;
    json["frames"] = clip.mfcc.rows;
    json["mfcc"] = rowsOf(clip.mfcc);
    json["clip_values"] = clip.clipValues;
    return json.dump() + "\n";
}

std::string textOf(const ClipFeatures& clip) {
    static constexpr std::array<const char*, seed::kClipValues> units = {"Hz", "Hz", "Hz",  "Hz", "",   "",
                                                                         "",   "",   "BPM", "Hz", "Hz", "Hz"};
    char line[160];
    std::snprintf(line, sizeof line, "%lld frames of %.3f ms at %d Hz%s\n", static_cast<long long>(clip.mfcc.rows),
                  1000 * seed::kHopS, seed::kSampleRate, clip.silent ? ", silent" : "");
    std::string text = line;
    for (size_t i = 0; i < clip.clipValues.size(); ++i) {
        std::snprintf(line, sizeof line, "%-20s %12.5g %s", clipValueNames()[i],
                      static_cast<double>(clip.clipValues[i]), units[i]);
        text += line;
        text.erase(text.find_last_not_of(' ') + 1);
        text += "\n";
    }
    text += "mean MFCC           ";
    for (int64_t c = 0; c < clip.mfcc.columns; ++c) {
        double sum = 0;
        for (int64_t t = 0; t < clip.mfcc.rows; ++t)
            sum += static_cast<double>(clip.mfcc.row(t)[static_cast<size_t>(c)]);
        std::snprintf(line, sizeof line, " %.2f", clip.mfcc.rows ? sum / static_cast<double>(clip.mfcc.rows) : 0.0);
        text += line;
    }
    return text + "\n";
}

int run(const Options& options) {
    if (!std::isfinite(options.startS) || options.startS < 0)
        return fail({ErrorCode::WrongUsage, "", "--start must be 0 or more seconds", 0});
    if (!std::isfinite(options.durationS)) return fail({ErrorCode::WrongUsage, "", "--duration must be a number", 0});
    const auto frames = frameFeatures(options.audio, options.startS, options.durationS);
    if (!frames) return fail(frames.error());
    if (frames->frames() == 0)
        return fail({ErrorCode::ZeroLengthAudio, options.audio, "the stretch asked for lies outside the recording", 0});
    const ClipFeatures clip = clipFeatures(*frames, 0, frames->frames());
    return print(options.json ? jsonOf(clip) : textOf(clip));
}

} // namespace

void addFeatures(CLI::App& app, const Common&, Run& runLater) {
    auto options = std::make_shared<Options>();
    auto* command = app.add_subcommand("features", "Show the seed's features of a recording or a stretch of it");
    command->add_option("audio", options->audio, "The recording")->required()->type_name("AUDIO");
    command->add_option("--start", options->startS, "Where the stretch begins (default 0)")->type_name("SECONDS");
    command->add_option("--duration", options->durationS, "How long the stretch is (default: to the end)")
        ->type_name("SECONDS")
        ->check(CLI::NonNegativeNumber);
    command->add_flag("--json", options->json, "Print everything as JSON");
    command->callback([options, &runLater] { runLater = [options] { return run(*options); }; });
}

} // namespace ovation::cli
