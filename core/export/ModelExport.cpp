// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/export/ModelExport.h"

#include "core/audio/MonoStream.h"
#include "core/base/Files.h"
#include "core/base/Resources.h"
#include "core/engine/Engine.h"
#include "core/export/ModelCard.h"
#include "core/export/NetworkDescription.h"
#include "core/export/StudioAnswers.h"

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>

namespace ovation {

namespace {

constexpr double kClipS = 5;                 ///< taken of each recording
constexpr size_t kMostClips = 4;             ///< recordings that are listened to
constexpr const char* kPartial = ".partial"; ///< behind the name until the file is found good
constexpr double kShortS = 0.1;
constexpr double kLongS = 12;

/// Removes a file when it goes, unless it was kept.
class PartialFile {
public:
    explicit PartialFile(std::string path) : m_path(std::move(path)) { std::remove(m_path.c_str()); }
    ~PartialFile() {
        if (!m_path.empty()) std::remove(m_path.c_str());
    }
    PartialFile(const PartialFile&) = delete;
    PartialFile& operator=(const PartialFile&) = delete;

    const std::string& path() const { return m_path; }
    Result<void> become(const std::string& name) {
        if (std::rename(m_path.c_str(), name.c_str()) != 0) return errorFromErrno(errno, name, ErrorCode::WriteFailed);
        m_path.clear();
        return {};
    }

private:
    std::string m_path;
};

/// Recordings of the same length, one behind another.
struct Batch {
    int64_t count = 0;
    std::vector<float> samples;

    size_t length() const { return samples.size() / static_cast<size_t>(count); }
    std::span<const float> recording(int64_t i) const {
        return std::span(samples).subspan(static_cast<size_t>(i) * length(), length());
    }
};

Result<std::vector<std::vector<float>>> readClips(const std::vector<std::string>& chosen, int sampleRate) {
    const std::vector<std::string> paths = chosen.empty() ? exampleClips() : chosen;
    std::vector<std::vector<float>> clips;
    for (const std::string& path : paths) {
        if (clips.size() == kMostClips) break;
        const Result<AudioInfo> info = audioInfo(path);
        if (!info) return info.error();
        const double start = std::max(0.0, info->durationS() / 2 - kClipS / 2); // beginnings are often silent
        auto samples = readMono(path, sampleRate, start, kClipS);
        if (!samples) return samples.error();
        if (!samples->empty()) clips.push_back(std::move(*samples));
    }
    if (clips.empty())
        return Error{ErrorCode::NoData, "", "there is no recording to compare the export on: name some", 0};
    return clips;
}

/// The clips one by one, side by side, in one long piece, and a very short one.
std::vector<Batch> batchesOf(const std::vector<std::vector<float>>& clips, int sampleRate) {
    std::vector<Batch> batches;
    size_t shortest = clips.front().size();
    for (const auto& clip : clips) {
        batches.push_back({1, clip});
        shortest = std::min(shortest, clip.size());
    }
    Batch together{static_cast<int64_t>(clips.size()), {}};
    Batch longPiece{1, {}};
    for (const auto& clip : clips)
        together.samples.insert(together.samples.end(), clip.begin(),
                                clip.begin() + static_cast<std::ptrdiff_t>(shortest));
    const auto longest = static_cast<size_t>(kLongS * sampleRate);
    for (size_t i = 0; longPiece.samples.size() < longest; i = (i + 1) % clips.size())
        longPiece.samples.insert(longPiece.samples.end(), clips[i].begin(), clips[i].end());
    longPiece.samples.resize(longest);
    const auto few = std::min(clips.front().size(), static_cast<size_t>(kShortS * sampleRate));
    const auto middle = clips.front().begin() + static_cast<std::ptrdiff_t>((clips.front().size() - few) / 2);
    Batch shortPiece{1, {middle, middle + static_cast<std::ptrdiff_t>(few)}};
    batches.push_back(std::move(together));
    batches.push_back(std::move(longPiece));
    batches.push_back(std::move(shortPiece));
    return batches;
}

/// Answers of an export, whatever it takes: (count, answers).
using Answers = std::function<Result<std::vector<float>>(const Batch&)>;

struct Comparison {
    double largest = 0;
    int64_t answers = 0;

    /// An answer that is not a number differs by all there is.
    void add(std::span<const float> a, std::span<const float> b) {
        for (size_t i = 0; i < a.size(); ++i) {
            const double difference = std::abs(static_cast<double>(a[i]) - static_cast<double>(b[i]));
            largest = std::isfinite(difference) ? std::max(largest, difference) : 1;
        }
        answers += static_cast<int64_t>(a.size());
    }
};

Error differs(const std::string& path, const std::string& detail) {
    return {ErrorCode::WriteFailed, path, detail, 0};
}

std::string inWords(double difference) {
    char text[32];
    std::snprintf(text, sizeof text, "%.1e", difference);
    return text;
}

class ExportCheck {
public:
    ExportCheck(const ModelBundle& bundle, const std::string& path, const CancelToken& cancel,
                const ProgressCallback& progress)
        : m_bundle(bundle), m_path(path), m_cancel(cancel), m_progress(progress) {}

    Result<void> prepare(const std::vector<std::string>& recordings) {
        Result<Engine*> loaded = engine();
        if (!loaded) return loaded.error();
        m_engine = *loaded;
        auto clips = readClips(recordings, sampleRateOf(m_bundle));
        if (!clips) return clips.error();
        m_clips = static_cast<int>(clips->size());
        m_batches = batchesOf(*clips, sampleRateOf(m_bundle));
        auto network = m_engine->load(m_bundle);
        if (!network) return network.error();
        m_network = std::move(*network);
        return {};
    }

    Engine& engineInUse() const { return *m_engine; }
    int clips() const { return m_clips; }
    const Comparison& comparison() const { return m_comparison; }

    /// Against detection's own curve.
    Result<void> compareCurves(const Answers& answersOf) {
        return eachBatch([&](const Batch& batch) -> Result<void> {
            std::vector<float> expected;
            for (int64_t i = 0; i < batch.count; ++i) {
                const auto curve = studioAnswers(batch.recording(i), m_bundle, *m_network);
                if (!curve) return curve.error();
                expected.insert(expected.end(), curve->begin(), curve->end());
            }
            return compare(batch, expected, answersOf);
        });
    }

    /// Networks that are given features: the studio's, of the same clips.
    Result<void> compareFeatures(ExportedModel& exported) {
        return eachBatch([&](const Batch& batch) -> Result<void> {
            for (int64_t i = 0; i < batch.count; ++i) {
                const auto result = isFrameModel(m_bundle.architecture.id) ? compareFrames(exported, batch.recording(i))
                                                                           : compareClip(exported, batch.recording(i));
                if (!result) return result;
            }
            return {};
        });
    }

    Result<void> verdict() const {
        if (m_comparison.answers > 0 && m_comparison.largest <= kExportTolerance) return {};
        return differs(m_path, "its answers differ from the studio's by up to " + inWords(m_comparison.largest) +
                                   " in probability, which is more than " + inWords(kExportTolerance) +
                                   "; the file has been removed");
    }

private:
    Result<void> eachBatch(const std::function<Result<void>(const Batch&)>& work) {
        for (size_t i = 0; i < m_batches.size(); ++i) {
            if (m_cancel.cancelled()) return Error{ErrorCode::Cancelled, "", "", 0};
            if (m_progress)
                m_progress({static_cast<double>(i), static_cast<double>(m_batches.size()), "Comparing", m_path});
            if (auto done = work(m_batches[i]); !done) return done;
        }
        return {};
    }

    Result<void> compare(const Batch& batch, std::span<const float> expected, const Answers& answersOf) {
        const auto answers = answersOf(batch);
        if (!answers) return Error{ErrorCode::WriteFailed, m_path, answers.error().detail, 0};
        if (answers->size() != expected.size())
            return differs(m_path, "it gives " + std::to_string(answers->size()) + " answers where the studio gives " +
                                       std::to_string(expected.size()));
        m_comparison.add(*answers, expected);
        return {};
    }

    Result<void> compareClip(ExportedModel& exported, std::span<const float> samples) {
        const RawClip raw = rawClip(samples, m_bundle);
        const RawClip own = standardised(raw, m_bundle);
        const auto expected = m_network->probabilities(own.batch());
        if (!expected) return expected.error();
        return compare({1, {}}, *expected, [&](const Batch&) { return exported.clipProbabilities(raw.batch()); });
    }

    Result<void> compareFrames(ExportedModel& exported, std::span<const float> samples) {
        const LogMelFrames raw = logMel(samples, m_bundle.logMel);
        std::vector<float> own = raw.values.values;
        m_bundle.logMelStandardizer.apply(own);
        const std::vector<int32_t> length{static_cast<int32_t>(raw.frames())};
        const auto expected = m_network->frameProbabilities({1, raw.frames(), own, length});
        if (!expected) return expected.error();
        return compare({1, {}}, *expected, [&](const Batch&) {
            return exported.frameProbabilities({1, raw.frames(), raw.values.values, length});
        });
    }

    const ModelBundle& m_bundle;
    const std::string& m_path;
    const CancelToken& m_cancel;
    const ProgressCallback& m_progress;
    Engine* m_engine = nullptr;
    std::unique_ptr<Network> m_network;
    std::vector<Batch> m_batches;
    int m_clips = 0;
    Comparison m_comparison;
};

/// An error about a file under its first name is about the file that was asked for.
Error about(Error error, const std::string& path) {
    error.file = path;
    return error;
}

/// Better known before the comparison than after.
Result<void> checkPlace(const std::string& path) {
    std::error_code error;
    if (std::filesystem::is_directory(path, error)) return Error{ErrorCode::IsFolder, path, "", 0};
    for (const std::string& name : {path, descriptionPath(path)})
        removeAbandonedTemporaries(name + kPartial);
    const PartialFile probe(path + kPartial);
    if (const auto written = writeFileAtomically(probe.path(), ""); !written) return about(written.error(), path);
    return {};
}

Result<ExportReport> exportForOthers(const ModelBundle& bundle, ExportFormat format, const std::string& path,
                                     ExportCheck& checker) {
    const auto bytes = checker.engineInUse().exported(bundle, format);
    if (!bytes) return bytes.error();
    PartialFile partial(path + kPartial);
    if (const auto written = writeFileAtomically(partial.path(), *bytes); !written) return about(written.error(), path);
    auto exported = checker.engineInUse().openExported(partial.path(), format);
    if (!exported) return about(exported.error(), path);
    if (format != ExportFormat::OnnxFeatures) {
        const auto compared = checker.compareCurves(
            [&](const Batch& batch) { return (*exported)->probabilities(batch.count, batch.samples); });
        if (!compared) return compared.error();
    }
    if (format != ExportFormat::Onnx)
        if (const auto compared = checker.compareFeatures(**exported); !compared) return compared.error();
    if (const auto good = checker.verdict(); !good) return good.error();
    if (const auto named = partial.become(path); !named) return named.error();
    return ExportReport{checker.comparison().largest, checker.clips(), checker.comparison().answers, {path}};
}

bool isNetworkDescription(const std::string& text) {
    const auto json = nlohmann::json::parse(text, nullptr, false);
    return json.is_object() && json.value("format", nlohmann::json()) == "ovation-network";
}

Result<ExportReport> exportSafetensors(const ModelBundle& bundle, const std::string& path, ExportCheck& checker) {
    PartialFile partial(path + kPartial);
    if (const auto written = writeModel(partial.path(), bundle); !written) return about(written.error(), path);
    const auto again = readModel(partial.path());
    if (!again) return about(again.error(), path);
    if (again->weights != bundle.weights) return differs(path, "its weights differ");
    auto network = checker.engineInUse().load(*again);
    if (!network) return network.error();
    const auto compared = checker.compareCurves([&](const Batch& batch) -> Result<std::vector<float>> {
        std::vector<float> all;
        for (int64_t i = 0; i < batch.count; ++i) {
            const auto curve = studioAnswers(batch.recording(i), *again, **network);
            if (!curve) return curve.error();
            all.insert(all.end(), curve->begin(), curve->end());
        }
        return all;
    });
    if (!compared) return compared.error();
    if (const auto good = checker.verdict(); !good) return good.error();
    const std::string description = descriptionPath(path);
    if (const auto there = readFile(description); there && !isNetworkDescription(*there))
        return Error{ErrorCode::WrongUsage, description,
                     "the model's description would replace this file, which is something else; choose another name",
                     0};
    PartialFile partialDescription(description + kPartial);
    if (const auto written = writeFileAtomically(partialDescription.path(), networkDescription(bundle)); !written)
        return about(written.error(), description);
    if (const auto named = partial.become(path); !named) return named.error();
    if (const auto named = partialDescription.become(description); !named) return named.error();
    return ExportReport{
        checker.comparison().largest, checker.clips(), checker.comparison().answers, {path, description}};
}

} // namespace

std::vector<std::string> exampleClips() {
    namespace fs = std::filesystem;
    const std::string folder = resourcePath("example/clips");
    if (folder.empty()) return {};
    std::vector<std::string> clips;
    std::error_code error;
    for (const char* name : {"applause/clap-03.flac", "other/speech-en.flac", "other/rain.flac", "other/laugh.flac"})
        if (const fs::path clip = fs::path(folder) / name; fs::is_regular_file(clip, error))
            clips.push_back(clip.string());
    return clips;
}

Result<ExportReport> exportModel(const ModelBundle& bundle, ExportFormat format, const std::string& path,
                                 const ExportOptions& options, const CancelToken& cancel,
                                 const ProgressCallback& progress) {
    if (format == ExportFormat::CardMarkdown || format == ExportFormat::CardHtml) {
        const auto card = modelCard(bundle, options.scoresJson);
        if (!card) return card.error();
        const auto written =
            writeFileAtomically(path, format == ExportFormat::CardHtml ? toHtml(*card) : toMarkdown(*card));
        if (!written) return written.error();
        return ExportReport{0, 0, 0, {path}};
    }
    if (const auto place = checkPlace(path); !place) return place.error();
    ExportCheck checker(bundle, path, cancel, progress);
    if (const auto ready = checker.prepare(options.recordings); !ready) return ready.error();
    return format == ExportFormat::Safetensors ? exportSafetensors(bundle, path, checker)
                                               : exportForOthers(bundle, format, path, checker);
}

} // namespace ovation
