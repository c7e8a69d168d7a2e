// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/export/HistoryExport.h"

#include "core/base/Files.h"
#include "core/base/Text.h"
#include "core/export/TensorBoard.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <filesystem>
#include <optional>
#include <set>

namespace ovation {

namespace {

/// As short as reads back to the same number, with a point whatever the locale; "" where undefined.
std::string numberText(std::optional<double> value) {
    if (!value || !std::isfinite(*value)) return {};
    char text[40];
    const auto [end, error] = std::to_chars(text, text + sizeof text, *value);
    return {text, error == std::errc() ? end : text};
}

void appendPartColumns(std::string& line, const PartMetrics& part) {
    for (const auto& value :
         {part.loss, part.accuracy, part.precision, part.recall, part.f1, part.rocAuc, part.averagePrecision})
        line += "," + numberText(value);
    for (const int64_t count : {part.confusion.tn, part.confusion.fp, part.confusion.fn, part.confusion.tp})
        line += "," + std::to_string(count);
}

/// A name that is a file's name on any system.
std::string fileNameOf(const std::string& name) {
    std::string result = withoutIllegalCharacters(name);
    while (!result.empty() && (result.back() == '.' || result.back() == ' '))
        result.pop_back();
    return result.empty() || result.front() == '.' ? "run" + result : result;
}

constexpr const char* kEventsBegin = "events.out.tfevents.";
constexpr const char* kEventsEnd = ".ovation";

/// Event files of Ovation in the folder of `kept`, but that one.
Result<std::vector<std::filesystem::path>> otherEvents(const std::filesystem::path& kept) {
    namespace fs = std::filesystem;
    std::vector<fs::path> others;
    std::error_code error;
    for (fs::directory_iterator it(kept.parent_path(), error), end; !error && it != end; it.increment(error)) {
        const std::string name = it->path().filename().string();
        std::error_code unknown;
        if (name != kept.filename().string() && name.starts_with(kEventsBegin) && name.ends_with(kEventsEnd) &&
            fs::is_regular_file(it->symlink_status(unknown)))
            others.push_back(it->path());
    }
    if (error) return errorFromErrno(error.value(), kept.parent_path().string(), ErrorCode::ReadFailed);
    return others;
}

/// TensorBoard draws all event files of a folder as one run: those of Ovation but `kept` go, and nothing else.
Result<void> removeOtherEvents(const std::filesystem::path& kept) {
    const auto others = otherEvents(kept);
    if (!others) return others.error();
    std::error_code error;
    for (const std::filesystem::path& other : *others) {
        std::filesystem::remove(other, error);
        if (error) return errorFromErrno(error.value(), other.string(), ErrorCode::WriteFailed);
    }
    return {};
}

} // namespace

Result<HistoryFormat> historyFormat(std::string_view id) {
    if (id == "csv") return HistoryFormat::Csv;
    if (id == "json") return HistoryFormat::Json;
    if (id == "tensorboard") return HistoryFormat::TensorBoard;
    return Error{ErrorCode::WrongUsage, "", "a history is written as csv, json or tensorboard", 0};
}

std::string historyCsv(const TrainingRun& run) {
    std::string text = "epoch";
    for (const char* part : {"train", "validation"})
        for (const char* name :
             {"loss", "accuracy", "precision", "recall", "f1", "roc_auc", "average_precision", "tn", "fp", "fn", "tp"})
            text += std::string(",") + part + "_" + name;
    text += ",learning_rate,gradient_norm,seconds,best\n";
    for (const EpochMetrics& epoch : run.epochs) {
        std::string line = std::to_string(epoch.epoch);
        appendPartColumns(line, epoch.train);
        appendPartColumns(line, epoch.validation);
        line += "," + numberText(epoch.learningRate) + "," + numberText(epoch.gradientNorm) + "," +
                numberText(epoch.seconds) + (epoch.best ? ",1\n" : ",0\n");
        text += line;
    }
    return text;
}

Result<std::string> writeHistory(const TrainingRun& run, HistoryFormat format, const std::string& path) {
    namespace fs = std::filesystem;
    std::string file = path;
    std::string bytes;
    switch (format) {
    case HistoryFormat::Csv:
        bytes = historyCsv(run);
        break;
    case HistoryFormat::Json:
        bytes = toJson(run);
        break;
    case HistoryFormat::TensorBoard: {
        std::error_code error;
        fs::create_directories(path, error);
        if (error) return errorFromErrno(error.value(), path, ErrorCode::WriteFailed);
        file = (fs::path(path) / (kEventsBegin + std::to_string(run.startedMs / 1000) + kEventsEnd)).string();
        bytes = tensorBoardEvents(run);
        break;
    }
    }
    if (const auto written = writeFileAtomically(file, bytes); !written) return written.error();
    return file;
}

Result<std::string> replaceHistory(const TrainingRun& run, HistoryFormat format, const std::string& path) {
    auto written = writeHistory(run, format, path);
    if (!written || format != HistoryFormat::TensorBoard) return written;
    if (auto removed = removeOtherEvents(*written); !removed) return removed.error();
    return written;
}

bool hasOtherRunsBeside(const std::string& written, HistoryFormat format) {
    if (format != HistoryFormat::TensorBoard) return false;
    const auto others = otherEvents(written);
    return others && !others->empty();
}

std::string historyEnding(HistoryFormat format) {
    return format == HistoryFormat::Csv ? ".csv" : format == HistoryFormat::Json ? ".json" : "";
}

std::vector<std::string> historyNames(const std::vector<TrainingRun>& runs, HistoryFormat format) {
    std::set<std::string> taken;
    std::vector<std::string> names;
    for (const TrainingRun& run : runs) {
        const std::string stem = fileNameOf(run.name.empty() ? "run " + std::to_string(run.id) : run.name);
        std::string name = stem;
        for (int number = 2; !taken.insert(name).second; ++number)
            name = stem + "-" + std::to_string(number);
        names.push_back(name + historyEnding(format));
    }
    return names;
}

Result<std::vector<std::string>> writeHistories(const std::vector<TrainingRun>& runs, HistoryFormat format,
                                                const std::string& folder) {
    namespace fs = std::filesystem;
    if (runs.empty()) return Error{ErrorCode::NoData, "", "nothing has been trained yet", 0};
    std::error_code error;
    fs::create_directories(folder, error);
    if (error) return errorFromErrno(error.value(), folder, ErrorCode::WriteFailed);
    const std::vector<std::string> names = historyNames(runs, format);
    std::vector<std::string> files;
    for (size_t i = 0; i < runs.size(); ++i) {
        auto written = replaceHistory(runs[i], format, (fs::path(folder) / names[i]).string());
        if (!written) return written.error();
        files.push_back(std::move(*written));
    }
    return files;
}

} // namespace ovation
