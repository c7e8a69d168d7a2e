// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/AudioArguments.h"
#include "app/cli/Commands.h"
#include "app/cli/DetectState.h"
#include "app/cli/Interrupt.h"
#include "app/cli/ProgressLine.h"
#include "core/base/Files.h"
#include "core/base/Resources.h"
#include "core/dataset/FolderTree.h"
#include "core/detection/RecordingDetection.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <unistd.h>

namespace ovation::cli {

namespace fs = std::filesystem;

namespace {

constexpr const char* kReportCsv = "applause-report.csv";
constexpr const char* kReportJson = "applause-report.json";

struct DetectOptions {
    std::vector<std::string> audio;
    std::string model = "starter";
    std::string output;
    std::string format = "audacity";
    std::optional<double> threshold, minimumDurationS, mergeGapS;
    double hopS = 0;
    bool scores = false;
    int threads = 0;
    std::string shard;
    bool merge = false;
};

class DetectRun {
public:
    DetectRun(const DetectOptions& options, const Common& common, const Shard& shard)
        : m_options(options),
          m_cache(common.cache()),
          m_progress(common.quiet),
          m_shard(shard),
          m_state(options.output, options.merge ? Shard() : shard),
          m_cancel(cancelOnInterrupt()) {}

    int run();

private:
    Result<void> prepare();
    bool finished(const std::string& file, const std::string& stem) const;
    Result<void> detectOne(const std::string& file, const std::string& stem);
    Result<void> write(const std::string& name, const std::string& recording, const std::string& key,
                       const std::string& bytes, const DetectSummary& summary = {});
    std::vector<std::string> keysOf(const std::string& file) const;
    void warnOfUnreadable() const;
    int report();
    int merge(const std::vector<std::string>& files, const std::vector<std::string>& stems);

    const DetectOptions& m_options;
    const FeatureCache* m_cache;
    ProgressLine m_progress;
    const Shard m_shard;
    DetectState m_state;
    CancelToken m_cancel;
    std::string m_suffix; ///< ".txt"
    std::string m_modelHash;
    ModelBundle m_bundle;
    std::unique_ptr<Network> m_network;
    std::vector<Error> m_failures, m_damaged;
    std::vector<std::string> m_unreadable; ///< sound files that were passed over
    size_t m_written = 0, m_skipped = 0, m_notTried = 0;
    size_t m_tried = 0, m_toTry = 0; ///< by this run: without those that were finished before
};

Result<void> DetectRun::prepare() {
    const Result<std::string> suffix = labelFileName("", m_options.format);
    if (!suffix) return suffix.error();
    m_suffix = *suffix;
    const std::string model = modelFileNamed(m_options.model);
    const Result<std::string> hash = contentHash(model);
    if (!hash) return hash.error();
    m_modelHash = *hash;
    Result<ModelBundle> bundle = readModel(model);
    if (!bundle) return bundle.error();
    m_bundle = *std::move(bundle);
    if (m_options.hopS > 0 && isFrameModel(m_bundle.architecture.id))
        m_progress.warn("warning: --hop has no effect: the model \"" + model + "\" takes no windows");
    m_bundle.decoder.threshold = m_options.threshold.value_or(m_bundle.decoder.threshold);
    m_bundle.decoder.minimumDurationS = m_options.minimumDurationS.value_or(m_bundle.decoder.minimumDurationS);
    m_bundle.decoder.mergeGapS = m_options.mergeGapS.value_or(m_bundle.decoder.mergeGapS);
    std::error_code error;
    fs::create_directories(m_options.output, error);
    if (error) return errorFromErrno(error.value(), m_options.output, ErrorCode::WriteFailed);
    if (!fs::is_directory(m_options.output, error))
        return Error{ErrorCode::WriteFailed, m_options.output, "it is a file, and a folder is needed", 0};
    if (::access(m_options.output.c_str(), W_OK) != 0)
        return errorFromErrno(errno, m_options.output, ErrorCode::WriteFailed);
    return {};
}

/// Everything that decides what is written for a recording: what it is noted under, and what it may have been before.
std::vector<std::string> DetectRun::keysOf(const std::string& file) const {
    std::error_code error;
    const auto size = fs::file_size(file, error);
    const auto time = fs::last_write_time(file, error).time_since_epoch().count();
    const DecoderOptions& decoder = m_bundle.decoder;
    // What windows of 4.64 s are apart: without a step of its own, the key is that of all earlier detections.
    constexpr double kUsualHopS = 0.5;
    std::vector<double> hops{m_options.hopS > 0 || m_bundle.windowFrames > 0 ? m_options.hopS : kUsualHopS};
    // A frame model has no use for a step, but once was noted with it.
    if (isFrameModel(m_bundle.architecture.id)) hops = {kUsualHopS, hops.front()};
    std::vector<std::string> keys;
    for (const double hopS : hops) {
        const nlohmann::json key = {hashOf(canonicalPath(file)),
                                    size,
                                    time,
                                    m_modelHash,
                                    m_options.format,
                                    decoder.threshold,
                                    decoder.minimumDurationS,
                                    decoder.mergeGapS,
                                    hopS,
                                    m_options.scores};
        keys.push_back(hashOf(key.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace)));
    }
    return keys;
}

bool DetectRun::finished(const std::string& file, const std::string& stem) const {
    return std::ranges::any_of(keysOf(file), [&](const std::string& key) {
        return m_state.finished(stem + m_suffix, key) &&
               (!m_options.scores || m_state.finished(stem + kScoresEnd, key));
    });
}

/// Writes an output whole, and notes so before and after.
Result<void> DetectRun::write(const std::string& name, const std::string& recording, const std::string& key,
                              const std::string& bytes, const DetectSummary& summary) {
    if (auto begun = m_state.begin(name, recording, hashOf(bytes)); !begun) return begun;
    if (auto wrote = writeFileAtomically((fs::path(m_options.output) / name).string(), bytes); !wrote) return wrote;
    return m_state.finish(name, key, summary);
}

Result<void> DetectRun::detectOne(const std::string& file, const std::string& stem) {
    const std::string output = stem + m_suffix;
    const std::string scores = stem + kScoresEnd;
    const std::string key = keysOf(file).front();
    const std::string recording = canonicalPath(file);
    for (const std::string& name : {output, m_options.scores ? scores : output})
        if (auto allowed = m_state.mayWrite(name, recording); !allowed) return allowed;
    if (finished(file, stem)) { // by another run meanwhile
        ++m_skipped;
        m_progress.oneOfMany(file + ": already done");
        return {};
    }
    if (!m_network) {
        const Result<Engine*> loaded = engine();
        if (!loaded) return loaded.error();
        (*loaded)->setThreads(m_options.threads);
        Result<std::unique_ptr<Network>> network = (*loaded)->load(m_bundle);
        if (!network) return network.error();
        m_network = *std::move(network);
    }
    const auto show = [&](const Progress& progress) {
        const double share = progress.total > 0 ? progress.done / progress.total : 0;
        m_progress.show({static_cast<double>(m_tried) + share, static_cast<double>(m_toTry), "Detecting", file});
    };
    DetectorOptions detector;
    detector.hopS = m_options.hopS;
    detector.cache = m_cache;
    const auto detection = detectRecording(file, m_bundle, *m_network, detector, m_bundle.decoder, m_cancel, show);
    if (!detection) return detection.error();
    if (auto damage = damageIn(detection->info, file)) m_damaged.push_back(*std::move(damage));

    if (m_options.scores)
        if (auto wrote = write(scores, recording, key, toCsv(detection->curve)); !wrote) return wrote;
    const Result<std::string> labels = labelFileText(*detection, m_options.format, m_options.output);
    if (!labels) return labels.error();
    double seconds = 0;
    for (const DecodedSegment& segment : detection->segments)
        seconds += segment.span.length();
    const DetectSummary summary{detection->curve.durationS, static_cast<int64_t>(detection->segments.size()), seconds};
    if (auto wrote = write(output, recording, key, *labels, summary); !wrote) return wrote;
    ++m_written;
    char text[80];
    std::snprintf(text, sizeof text, ": %zu %s, %.1f s of applause", detection->segments.size(),
                  detection->segments.size() == 1 ? "segment" : "segments", seconds);
    m_progress.oneOfMany(file + text);
    return {};
}

void DetectRun::warnOfUnreadable() const {
    if (const std::string text = unreadableText(m_unreadable); !text.empty())
        std::fprintf(stderr, "ovation: warning: %s\n", text.c_str());
}

int DetectRun::report() {
    char text[160];
    std::snprintf(text, sizeof text, "%zu written, %zu already done, %zu failed", m_written, m_skipped,
                  m_failures.size());
    m_progress.line(text);
    m_progress.clear();
    for (const Error& damage : m_damaged)
        std::fprintf(stderr, "ovation: warning: %s\n", describe(damage).c_str());
    warnOfUnreadable();
    if (m_failures.empty()) return kOk;
    if (m_failures.size() > 1) std::fprintf(stderr, "ovation: %zu failed:\n", m_failures.size());
    for (const Error& error : m_failures)
        fail(error);
    if (m_notTried > 0)
        std::fprintf(stderr, "ovation: %zu more %s not tried.\n", m_notTried,
                     m_notTried == 1 ? "recording was" : "recordings were");
    return kFailed;
}

int DetectRun::run() {
    if (const Result<void> prepared = prepare(); !prepared) return fail(prepared.error());
    const std::vector<std::string> files = audioFiles(m_options.audio, m_failures, &m_unreadable);
    std::vector<std::string> ends{m_suffix};
    if (m_options.scores) ends.emplace_back(kScoresEnd);
    const std::vector<std::string> stems = outputStems(files, ends, [this](const auto& output, const auto& file) {
        return output == kReportCsv || output == kReportJson || m_state.belongsToAnother(output, canonicalPath(file));
    });
    for (size_t i = 0; i < files.size(); ++i)
        if (stems[i] != stemOf(files[i]))
            m_progress.line(files[i] + ": another recording has the same name, so this one is written as " + stems[i] +
                            m_suffix);
    if (m_options.merge) return merge(files, stems);
    if (!m_shard.whole())
        m_progress.line("part " + std::to_string(m_shard.number) + " of " + std::to_string(m_shard.count) + " of " +
                        std::to_string(files.size()) + (files.size() == 1 ? " recording" : " recordings"));
    std::vector<size_t> places;
    for (size_t i = 0; i < files.size(); ++i) {
        if (!m_shard.has(i)) continue;
        if (finished(files[i], stems[i])) {
            ++m_skipped;
            m_progress.oneOfMany(files[i] + ": already done");
        } else {
            places.push_back(i);
        }
    }
    m_toTry = places.size();
    for (; m_tried < m_toTry; ++m_tried) {
        const size_t i = places[m_tried];
        const Result<void> detected = detectOne(files[i], stems[i]);
        if (detected) continue;
        Error error = detected.error();
        const bool pointless = error.code == ErrorCode::Cancelled || error.code == ErrorCode::DiskFull ||
                               error.code == ErrorCode::EngineUnavailable || !m_network;
        if (error.file.empty() && error.code != ErrorCode::EngineUnavailable) error.file = files[i];
        if (error.code != ErrorCode::Cancelled)
            (void)m_state.fail(stems[i] + m_suffix, canonicalPath(files[i]), describe(error));
        const ErrorCode code = error.code;
        m_failures.push_back(std::move(error));
        const bool ofOne = code == ErrorCode::WriteFailed || code == ErrorCode::OutputTaken;
        if (pointless && !ofOne) {
            m_notTried = m_toTry - m_tried - 1;
            break;
        }
    }
    return report();
}

/// One report over what all runs have left in the folder.
int DetectRun::merge(const std::vector<std::string>& files, const std::vector<std::string>& stems) {
    std::vector<ReportRow> rows;
    size_t failed = m_failures.size(); // arguments that are not there
    for (size_t i = 0; i < files.size(); ++i) {
        ReportRow row{files[i], stems[i] + m_suffix, {}, {}};
        for (const std::string& key : keysOf(files[i]))
            if (!row.summary) row.summary = m_state.summary(row.output, key);
        if (!row.summary) row.failure = m_state.failure(row.output, canonicalPath(files[i]));
        if (row.summary)
            ++m_skipped;
        else if (!row.failure.empty())
            ++failed;
        else
            ++m_notTried;
        rows.push_back(std::move(row));
    }
    for (const auto& [name, text] : {std::pair(kReportCsv, reportCsv(rows)), std::pair(kReportJson, reportJson(rows))})
        if (auto written = write(name, "", "", text); !written) return fail(written.error());
    m_progress.clear();
    warnOfUnreadable();
    for (const Error& error : m_failures)
        fail(error);
    for (const ReportRow& row : rows)
        if (!row.summary)
            std::fprintf(stderr, "ovation: \"%s\" %s\n", row.file.c_str(),
                         row.failure.empty() ? "has not been done with this model and these settings."
                                             : ("failed: " + row.failure).c_str());
    std::printf("%zu done, %zu failed, %zu missing; report in %s and %s\n", m_skipped, failed, m_notTried,
                (fs::path(m_options.output) / kReportCsv).c_str(), kReportJson);
    const int printed = finishOutput();
    return failed == 0 && m_notTried == 0 ? printed : kFailed;
}

int detect(const DetectOptions& options, const Common& common) {
    const Result<Shard> shard = shardFrom(options.shard, std::getenv);
    if (!shard) return fail(shard.error());
    return DetectRun(options, common, *shard).run();
}

/// As CLI::Range, which lets "nan" through.
CLI::Validator between(double low, double high) {
    char range[80];
    std::snprintf(range, sizeof range, "from %g to %g", low, high);
    const auto check = [=, said = std::string(range)](const std::string& text) -> std::string {
        double value = 0;
        if (CLI::detail::lexical_cast(text, value) && value >= low && value <= high) return {};
        return "\"" + text + "\" is not a number " + said;
    };
    return {check, range};
}

} // namespace

void addDetect(CLI::App& app, const Common& common, Run& run) {
    CLI::App* command = app.add_subcommand("detect", "Find applause in recordings and write a label file for each");
    const auto options = std::make_shared<DetectOptions>();
    command->add_option("audio", options->audio, "Recordings, or folders of them (searched recursively)")
        ->required()
        ->type_name("AUDIO...");
    command
        ->add_option("--model", options->model, "Model to use (.safetensors); starter: the one that comes with Ovation")
        ->type_name("FILE")
        ->capture_default_str();
    command
        ->add_option("--output", options->output,
                     "Folder for the label files, made where missing; one STEM.EXT per recording")
        ->required()
        ->type_name("FOLDER");
    command->add_option("--format", options->format, "Label format")
        ->check(CLI::IsMember({"audacity", "csv", "json", "textgrid", "eaf", "rttm", "webvtt", "jams", "raven"}))
        ->capture_default_str();
    command
        ->add_option("--threshold", options->threshold, "Probability at which applause begins (default: the model's)")
        ->check(between(0.001, 0.999));
    command->add_option("--min-duration", options->minimumDurationS, "Drop shorter segments, s (default: the model's)")
        ->check(between(0.0, 3600.0));
    command->add_option("--merge-gap", options->mergeGapS, "Join segments closer than this, s (default: the model's)")
        ->check(between(0.0, 3600.0));
    command
        ->add_option("--hop", options->hopS,
                     "Step between windows, s (default: a quarter of the model's, at most 0.5 s)")
        ->check(between(0.02, 4.0));
    command->add_flag("--scores", options->scores,
                      "Also write the probability curve of each recording as STEM.scores.csv");
    command->add_option("--threads", options->threads, "Threads (default: all cores)")->check(CLI::Range(0, 1024));
    command
        ->add_option("--shard", options->shard,
                     "Do only part I of N of the recordings; slurm: the part of this task of a Slurm array")
        ->type_name("I/N|slurm");
    command->add_flag(
        "--merge", options->merge,
        "Detect nothing; write applause-report.csv and .json over what all parts have left in the folder");
    command->footer("Recordings that are finished with the same model and settings are skipped when the command is run "
                    "again. Files that were changed since they were written are never replaced.");
    command->callback([options, &common, &run] { run = [options, &common] { return detect(*options, common); }; });
}

} // namespace ovation::cli
