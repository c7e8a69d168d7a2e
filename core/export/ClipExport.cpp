// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/export/ClipExport.h"

#include "core/base/Files.h"
#include "core/base/Text.h"
#include "core/dataset/FolderTree.h"
#include "core/dataset/LabelTimeline.h"
#include "core/export/ClipOrigins.h"
#include "core/export/ClipTables.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <iterator>
#include <map>
#include <optional>
#include <set>

namespace ovation {

namespace {

namespace fs = std::filesystem;

constexpr double kLargestPaddingS = 60;
constexpr double kLongestOtherS = 10; ///< pieces of other sound, so that applause's clips and these are alike
constexpr double kShortestGapS = 1;
constexpr double kShortestRestS = 0.3; ///< of a label, beside others that lie on it

constexpr std::array kPlaceholders{"recording", "number", "class", "text", "start", "end", "padding"};

struct PlannedClip {
    const LabelledRecording* recording;
    TimeSpan span; ///< of the label
    LabelClass labelClass;
    std::string text;
    int64_t number; ///< in its recording
    double score = -1;
    std::string file = {}; ///< relative to the folder
};

const char* folderOf(LabelClass labelClass) {
    switch (labelClass) {
    case LabelClass::Applause:
        return "applause";
    case LabelClass::NotApplause:
        return "other";
    case LabelClass::Unsure:
        return "unsure";
    }
    return "other";
}

std::string nameFor(const PlannedClip& clip, const ClipExportOptions& options) {
    const std::string number = std::to_string(clip.number);
    const std::pair<std::string, std::string> values[] = {
        {"{recording}", stemOf(clip.recording->path)},
        {"{number}", number.size() < 3 ? std::string(3 - number.size(), '0') + number : number},
        {"{class}", folderOf(clip.labelClass)},
        {"{text}", clip.text.empty() ? nameOf(clip.labelClass) : clip.text},
        {"{start}", fixed(clip.span.start, 2)},
        {"{end}", fixed(clip.span.end, 2)},
        {"{padding}", fixed(options.paddingS, 2)}};
    std::string name;
    for (size_t at = 0; at < options.pattern.size();) {
        const auto found = std::ranges::find_if(values, [&](const auto& value) {
            return options.pattern.compare(at, value.first.size(), value.first) == 0;
        });
        if (found != std::end(values)) {
            name += withoutIllegalCharacters(found->second);
            at += found->first.size();
        } else {
            name += options.pattern[at++];
        }
    }
    constexpr size_t kLongestName = 180; // leaves room for a number and the extension on any file system
    if (name.size() > kLongestName) {
        size_t end = kLongestName;
        for (int i = 0; i < 3 && (static_cast<unsigned char>(name[end]) & 0xC0U) == 0x80U; ++i)
            --end; // not within a character
        name.resize(end);
    }
    return name.empty() || name.front() == '.' ? "clip" + name : name;
}

/// A label's clip: its span; in a training set, what of it LabelTimeline says to be of its class.
std::vector<TimeSpan> clipSpansOf(const Label& label, const LabelTimeline* timeline, double duration) {
    const TimeSpan inside{std::max(0.0, label.span.start), std::min(duration, label.span.end)};
    if (!(inside.end > inside.start)) return {};
    if (!timeline) return {inside};
    std::vector<TimeSpan> spans;
    for (const TimeSpan& part : timeline->parts(label.labelClass, inside)) {
        if (part != inside && part.length() < kShortestRestS) continue;
        if (label.labelClass == LabelClass::NotApplause)
            std::ranges::copy(equalPieces(part, kLongestOtherS), std::back_inserter(spans));
        else
            spans.push_back(part);
    }
    return spans;
}

/// The clips of a recording's labels, and how many numbers they take.
int64_t planLabels(const LabelledRecording& recording, bool trainingSet, std::vector<PlannedClip>& clips) {
    int64_t number = 0;
    if (recording.wholeClip) {
        clips.push_back({&recording, {0, recording.info.durationS()}, *recording.wholeClip, {}, 1});
        return 1;
    }
    std::optional<LabelTimeline> timeline;
    if (trainingSet) timeline.emplace(recording);
    for (const Label& label : recording.labels)
        for (const TimeSpan& span : clipSpansOf(label, timeline ? &*timeline : nullptr, recording.info.durationS()))
            clips.push_back({&recording, span, label.labelClass, label.text, ++number, label.score.value_or(-1)});
    return number;
}

/// What nobody labelled in a fully labelled recording is not applause: pieces of it.
void planRest(const LabelledRecording& recording, int64_t number, std::vector<PlannedClip>& clips) {
    if (!recording.fullyLabelled || recording.wholeClip) return;
    double covered = 0;
    const auto add = [&](double start, double end) {
        if (end - start < kShortestGapS) return;
        for (const TimeSpan& piece : equalPieces({start, end}, kLongestOtherS))
            clips.push_back({&recording, piece, LabelClass::NotApplause, {}, ++number});
    };
    for (const Label& label : recording.labels) {
        if (label.span.start > covered) add(covered, std::min(label.span.start, recording.info.durationS()));
        covered = std::max(covered, label.span.end);
    }
    if (covered < recording.info.durationS()) add(covered, recording.info.durationS());
}

bool isInFolder(const fs::path& folder, const std::string& name) {
    std::error_code ignored;
    return fs::exists(fs::symlink_status(folder / name, ignored)); // a link to nothing, too
}

void nameAll(std::vector<PlannedClip>& clips, const fs::path& folder, const ClipExportOptions& options) {
    const std::string extension = options.format == ClipFormat::Wav ? ".wav" : ".flac";
    std::set<std::string> taken;
    for (PlannedClip& clip : clips) {
        const std::string stem = (options.trainingSet ? std::string(folderOf(clip.labelClass)) + "/" : std::string()) +
                                 nameFor(clip, options);
        std::string name = stem;
        const auto isFree = [&] {
            return taken.insert(name).second &&
                   (options.existing != ExistingClips::Beside || !isInFolder(folder, name + extension));
        };
        for (int number = 2; !isFree(); ++number)
            name = stem + "-" + std::to_string(number);
        clip.file = name + extension;
    }
}

/// Groups by which `ovation train` keeps clips of one source together.
std::string groupsOf(const LabelledRecording& recording) {
    std::string text;
    for (const std::string& group : recording.groups)
        text += (text.empty() ? "" : ";") + group;
    if (!text.empty()) return text;
    std::string name = recording.path;
    std::ranges::replace_if(
        name, [](char c) { return c == ' ' || c == ';' || c == ','; }, '_');
    return name;
}

std::string rowsOf(const std::vector<PlannedClip>& clips) {
    std::string text;
    for (const PlannedClip& clip : clips)
        text += csvCell(clip.file) + "," + folderOf(clip.labelClass) + "," +
                csvCell(clip.text.empty() ? nameOf(clip.labelClass) : clip.text) + "," +
                csvCell(groupsOf(*clip.recording)) + "," + csvCell(fs::path(clip.recording->path).filename().string()) +
                "," + fixed(clip.span.start, 3) + "," + fixed(clip.span.end, 3) + "," +
                (clip.score >= 0 ? fixed(clip.score, 4) : "") + "\n";
    return text;
}

/// Name of a table and of its first column.
std::vector<std::pair<std::string, std::string>> tablesOf(const ClipExportOptions& options) {
    if (!options.trainingSet) return {{"clips.csv", "file"}};
    return {{"MANIFEST.csv", "file"}, {"metadata.csv", "file_name"}};
}

std::vector<std::string> namesInTheWay(const std::vector<PlannedClip>& clips, const fs::path& folder,
                                       const ClipExportOptions& options) {
    std::vector<std::string> names;
    for (const PlannedClip& clip : clips)
        if (isInFolder(folder, clip.file)) names.push_back(clip.file);
    for (const auto& [name, column] : tablesOf(options))
        if (isInFolder(folder, name)) names.push_back(name);
    return names;
}

/// A table before the export.
struct ClipTable {
    std::string path, header;
    std::string kept;          ///< the text before the new rows, where the table stays
    std::vector<ClipRow> rows; ///< of one that is replaced
};

Result<std::vector<ClipTable>> clipTables(const fs::path& folder, const ClipExportOptions& options) {
    std::vector<ClipTable> tables;
    for (const auto& [name, column] : tablesOf(options)) {
        ClipTable table{(folder / name).string(), clipTableHeader(column), {}, {}};
        table.kept = table.header;
        if (isInFolder(folder, name)) {
            auto before = readFile(table.path);
            if (options.existing != ExistingClips::Beside) {
                if (before) table.rows = clipRows(*before, table.header);
            } else if (!before) {
                return before.error();
            } else if (!before->starts_with(table.header)) {
                return Error{ErrorCode::WriteFailed, table.path, "it has other columns: choose another folder", 0};
            } else {
                table.kept = *std::move(before);
                if (!table.kept.ends_with('\n')) table.kept += '\n';
            }
        }
        tables.push_back(std::move(table));
    }
    return tables;
}

/// Which recordings an export is of.
class ExportedRecordings {
public:
    void add(const LabelledRecording& recording, const RecordingMark& mark) {
        m_marks.add(mark);
        m_groups.emplace(fs::path(recording.path).filename().string(), groupsOf(recording));
    }

    const RecordingMarks& marks() const { return m_marks; }

    /// Whether one of them is called as that of the row.
    bool resemble(const ClipRow& row) const {
        const auto [first, last] = m_groups.equal_range(row.recording);
        return std::any_of(first, last, [&](const auto& one) { return sameClipGroup(one.second, row.group); });
    }

private:
    RecordingMarks m_marks;
    std::multimap<std::string, std::string> m_groups; ///< by the name of the file
};

std::set<std::string> filesOf(const std::vector<PlannedClip>& clips) {
    std::set<std::string> files;
    for (const PlannedClip& clip : clips)
        files.insert(clip.file);
    return files;
}

/// What an export finds in its folder.
struct ClipFolder {
    fs::path path;
    std::vector<ClipTable> tables;
    ClipOrigins origins;
};

/// Clips of a training set that an earlier export of these recordings has left in the folder, and `written` does not
/// replace: their labels are others now, say, and class folders hold what is trained on.
std::set<std::string> outdatedClips(const ClipFolder& folder, const ExportedRecordings& recordings,
                                    const std::set<std::string>& written, const std::set<std::string>& sources,
                                    const ClipExportOptions& options) {
    std::set<std::string> outdated;
    if (!options.trainingSet || options.existing == ExistingClips::Beside) return outdated;
    for (const std::string& name : folder.origins.clips()) {
        const fs::path file(name);
        const std::string extension = extensionOf(name);
        std::error_code unknown;
        if (!written.contains(name) && file.has_parent_path() && file.is_relative() && // else it is of no training set
            std::ranges::find(file, "..") == file.end() && (extension == "flac" || extension == "wav") &&
            fs::is_regular_file(fs::symlink_status(folder.path / file, unknown)) &&
            !sources.contains(canonicalPath((folder.path / file).string())) &&
            folder.origins.of(name, recordings.marks()) == ClipOrigin::Same)
            outdated.insert(name);
    }
    return outdated;
}

/// Clips in the tables that stay in the folder though they may be of these recordings.
std::set<std::string> doubtfulClips(const ClipFolder& folder, const ExportedRecordings& recordings,
                                    const std::set<std::string>& written) {
    std::set<std::string> doubtful;
    for (const ClipTable& table : folder.tables)
        for (const ClipRow& row : table.rows) {
            if (written.contains(row.file) || !isInFolder(folder.path, row.file)) continue;
            const ClipOrigin origin = folder.origins.of(row.file, recordings.marks());
            if (origin == ClipOrigin::Doubtful || (origin == ClipOrigin::Unknown && recordings.resemble(row)))
                doubtful.insert(row.file);
        }
    return doubtful;
}

/// A table with the clips that are in the folder. Outside of training sets, former clips of these recordings stay there
/// without a row.
std::string clipTableText(const ClipTable& table, const ClipFolder& folder, const ExportedRecordings& recordings,
                          const std::vector<PlannedClip>& written, const ClipExportOptions& options) {
    std::string text = table.kept;
    const std::set<std::string> files = filesOf(written);
    for (const ClipRow& row : table.rows)
        if (!files.contains(row.file) && isInFolder(folder.path, row.file) &&
            (options.trainingSet || folder.origins.of(row.file, recordings.marks()) != ClipOrigin::Same))
            text += row.line;
    return text + rowsOf(written);
}

Result<void> writeClip(const PlannedClip& clip, const fs::path& folder, const ClipExportOptions& options) {
    const AudioInfo& info = clip.recording->info;
    const auto frame = [&](double seconds) {
        return std::clamp<int64_t>(std::llround(seconds * info.sampleRate), 0, info.frames);
    };
    const int64_t begin = frame(clip.span.start - options.paddingS);
    const int64_t end = frame(clip.span.end + options.paddingS);
    const std::string from = fs::path(clip.recording->path).filename().string() + ", " + fixed(clip.span.start, 3) +
                             " to " + fixed(clip.span.end, 3) + " s";
    return copyAudio(clip.recording->path, begin, end, (folder / clip.file).string(), options.format, from);
}

} // namespace

std::string problemOf(const ClipExportOptions& options) {
    if (!(options.paddingS >= 0 && options.paddingS <= kLargestPaddingS))
        return "the padding is not between 0 and 60 seconds";
    if (options.trainingSet && options.paddingS > 0)
        return "a training set takes no padding: what lies around a label is of another class";
    if (options.pattern.empty()) return "the naming pattern is empty";
    if (options.pattern.find_first_of("/\\") != std::string::npos) return "the naming pattern names folders";
    for (size_t at = 0; (at = options.pattern.find('{', at)) != std::string::npos; ++at) {
        const size_t end = options.pattern.find('}', at);
        const std::string name =
            end == std::string::npos ? options.pattern.substr(at + 1) : options.pattern.substr(at + 1, end - at - 1);
        if (end == std::string::npos || std::ranges::find(kPlaceholders, name) == kPlaceholders.end())
            return "the naming pattern knows no {" + name +
                   "}; it knows {recording}, {number}, {class}, {text}, {start}, {end} and {padding}";
    }
    return {};
}

Result<ClipExportReport> exportClips(const std::vector<LabelledRecording>& recordings, const std::string& folder,
                                     const ClipExportOptions& options, const CancelToken& cancel,
                                     const ProgressCallback& progress) {
    if (std::string problem = problemOf(options); !problem.empty())
        return Error{ErrorCode::WrongUsage, "", std::move(problem), 0};
    std::vector<PlannedClip> clips;
    for (const LabelledRecording& recording : recordings) {
        const int64_t numbers = planLabels(recording, options.trainingSet, clips);
        if (options.trainingSet) planRest(recording, numbers, clips);
    }
    if (clips.empty()) return Error{ErrorCode::NoData, "", "nothing is labelled yet: mark some applause first", 0};
    nameAll(clips, folder, options);
    std::set<std::string> sources;
    for (const LabelledRecording& recording : recordings)
        sources.insert(canonicalPath(recording.path));
    for (const PlannedClip& clip : clips)
        if (const std::string to = (fs::path(folder) / clip.file).string(); sources.contains(canonicalPath(to)))
            return Error{ErrorCode::WrongUsage, to,
                         "a clip would be written over a recording: choose another folder or naming pattern", 0};

    auto tables = clipTables(folder, options);
    if (!tables) return tables.error();
    ClipFolder there{folder, *std::move(tables), ClipOrigins(folder)};
    std::map<std::string, RecordingMark> marks; // by path
    for (const LabelledRecording& recording : recordings) {
        if (cancel.cancelled()) return Error{ErrorCode::Cancelled, "", "", 0};
        if (!marks.contains(recording.path)) marks.emplace(recording.path, recordingMark(recording.path));
    }
    ClipExportReport report;
    if (options.existing == ExistingClips::Leave) {
        ExportedRecordings all;
        for (const LabelledRecording& recording : recordings)
            all.add(recording, marks.at(recording.path));
        report.inTheWay = namesInTheWay(clips, folder, options);
        std::ranges::copy(outdatedClips(there, all, filesOf(clips), sources, options),
                          std::back_inserter(report.inTheWay));
    }
    if (!report.inTheWay.empty()) return report;
    std::error_code error;
    std::set<fs::path> folders{fs::path(folder)};
    for (const PlannedClip& clip : clips)
        folders.insert((fs::path(folder) / clip.file).parent_path());
    for (const fs::path& path : folders) {
        fs::create_directories(path, error);
        if (error) return errorFromErrno(error.value(), path.string(), ErrorCode::WriteFailed);
    }
    std::set<std::string> failed; // recordings
    std::vector<PlannedClip> written;
    std::optional<Error> ended;
    double tried = 0;
    for (const PlannedClip& clip : clips) {
        if (cancel.cancelled()) ended = Error{ErrorCode::Cancelled, "", "", 0};
        if (ended) break;
        if (const auto done = writeClip(clip, folder, options); done) {
            ++report.clips;
            ++(clip.labelClass == LabelClass::Applause      ? report.applause
               : clip.labelClass == LabelClass::NotApplause ? report.other
                                                            : report.unsure);
            written.push_back(clip);
            there.origins.add(clip.file, marks.at(clip.recording->path));
        } else if (done.error().file != clip.recording->path) {
            ended = done.error();
        } else if (failed.insert(clip.recording->path).second) {
            report.failures.push_back(done.error());
        }
        if (progress) progress({++tried, static_cast<double>(clips.size()), "Writing clips", clip.file});
    }
    const auto noted = there.origins.save(); // of an export that ended early, too
    if (ended) return *std::move(ended);
    if (!noted) return noted.error();
    if (written.empty()) return report.failures.front();
    ExportedRecordings exported; // what there is of the others stays
    for (const LabelledRecording& recording : recordings)
        if (!failed.contains(recording.path)) exported.add(recording, marks.at(recording.path));
    for (const std::string& name : outdatedClips(there, exported, filesOf(written), sources, options)) {
        const fs::path path = fs::path(folder) / name;
        fs::remove(path, error);
        if (error) return errorFromErrno(error.value(), path.string(), ErrorCode::WriteFailed);
        ++report.removed;
    }
    std::ranges::copy(doubtfulClips(there, exported, filesOf(written)), std::back_inserter(report.doubtful));
    for (const ClipTable& table : there.tables) {
        const std::string text = clipTableText(table, there, exported, written, options);
        if (auto done = writeFileAtomically(table.path, text); !done) return done.error();
        report.tables.push_back(table.path);
    }
    return report;
}

} // namespace ovation
