// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/DetectState.h"

#include "core/base/Files.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string_view>

namespace ovation::cli {

namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

/// JSON is UTF-8 and names need not be: a percent sign and what is not ASCII become %XX.
std::string escaped(const std::string& name) {
    std::string text;
    for (const char c : name) {
        const auto byte = static_cast<unsigned char>(c);
        char code[4] = {c, '\0'};
        if (byte >= 0x80 || c == '%') std::snprintf(code, sizeof code, "%%%02X", byte);
        text += code;
    }
    return text;
}

std::string unescaped(const std::string& text) {
    std::string name;
    for (size_t i = 0; i < text.size(); ++i) {
        unsigned code = 0;
        if (text[i] == '%' && std::sscanf(text.c_str() + i + 1, "%2X", &code) == 1)
            i += 2;
        else
            code = static_cast<unsigned char>(text[i]);
        name += static_cast<char>(code);
    }
    return name;
}

constexpr const char* kBegin = ".ovation-detect";
constexpr const char* kEnd = ".json";
constexpr const char* kLockEnd = ".lock";          ///< behind it
constexpr const char* kJournalEnd = "l";           ///< behind it, too: ".jsonl"
constexpr size_t kNotesBytes = size_t{256} << 20U; ///< at most; half a million recordings

/// How much later than its note a file may seem to be written: some disks keep times by two seconds.
constexpr int64_t kTimeSlackMs = 2000;

/// What `part` of the file says about an output; null where it says nothing.
Json valueIn(const Json& json, const char* part, const std::string& name) {
    if (!json.contains(part) || !json[part].is_object() || !json[part].contains(name)) return nullptr;
    return json[part][name];
}

std::string textIn(const Json& json, const char* part, const std::string& name) {
    const Json value = valueIn(json, part, name);
    return value.is_string() ? value.get<std::string>() : std::string();
}

/// When a file was last written, since 1970.
std::optional<int64_t> changedMs(const std::string& path) {
    using namespace std::chrono;
    std::error_code error;
    const auto written = fs::last_write_time(path, error);
    if (error) return {};
    return duration_cast<milliseconds>(file_clock::to_sys(written).time_since_epoch()).count();
}

} // namespace

size_t namesInCommon(const std::string& a, const std::string& b) {
    const fs::path first(a), second(b);
    const std::vector<fs::path> ofA(first.begin(), first.end()), ofB(second.begin(), second.end());
    return static_cast<size_t>(std::mismatch(ofA.rbegin(), ofA.rend(), ofB.rbegin(), ofB.rend()).first - ofA.rbegin());
}

DetectState::DetectState(const std::string& folder, const Shard& shard)
    : m_folder(folder), m_part(kBegin + (shard.whole() ? std::string() : "." + shard.name())), m_name(m_part + kEnd) {
    readAll();
}

DetectState::~DetectState() {
    if (!m_lock) return;
    const std::string journal = m_name + kJournalEnd;
    std::error_code error; // then it stays, and is read
    if ((m_noted || exists(journal)) && save()) fs::remove(pathOf(journal), error);
}

/// Whether a file of notes is as it was when it was read or written last.
bool DetectState::known(const std::string& name, const FileState& state) const {
    const auto before = m_read.find(name);
    return before != m_read.end() && before->second == state;
}

/// What is newer than what is known already.
void DetectState::readAll() {
    std::set<std::string> names; // of files, whether they or their journals are there
    std::error_code error;
    for (fs::directory_iterator it(m_folder, error), end; !error && it != end; it.increment(error)) {
        std::string name = it->path().filename().string();
        if (name.ends_with(std::string(kEnd) + kJournalEnd)) name.pop_back();
        if (name.starts_with(kBegin) && name.ends_with(kEnd)) names.insert(std::move(name));
    }
    // A journal goes when its file has all that is in it: so the file comes second.
    for (const std::string& name : names)
        for (const std::string& part : {name + kJournalEnd, name}) {
            const Result<FileState> state = fileState(pathOf(part));
            if (!state || known(part, *state)) continue;
            read(pathOf(part), name == m_name);
            m_read[part] = *state;
        }
}

/// Before the first note: chooses a file that no other run writes to, and takes over what is in it by now.
void DetectState::claim() {
    if (m_lock) return;
    m_lock = std::make_unique<StateLock>();
    for (int run = 1;; ++run) {
        m_name = m_part + (run > 1 ? ".run-" + std::to_string(run) : std::string()) + kEnd;
        if (m_lock->take(pathOf(m_name + kLockEnd))) break;
    }
    for (auto& [name, entry] : m_entries)
        entry.own = false;
    m_read.clear(); // what is in it is this run's own
    readAll();
}

/// A file of notes, which is one object and may have line breaks, or a journal, whose lines are one each.
void DetectState::read(const std::string& path, bool own) {
    const Result<std::string> text = readFile(path, kNotesBytes);
    if (!text) return;
    const int64_t writtenMs = changedMs(path).value_or(0);
    if (!path.ends_with(kJournalEnd)) return take(*text, writtenMs, own);
    for (size_t begin = 0; begin < text->size();) {
        const size_t end = std::min(text->find('\n', begin), text->size());
        take(std::string_view(*text).substr(begin, end - begin), writtenMs, own);
        begin = end + 1;
    }
}

/// Takes notes over that are newer than those that are known. Whoever wrote them may have been killed midway.
void DetectState::take(std::string_view text, int64_t writtenMs, bool own) {
    const Json json = Json::parse(text, nullptr, false);
    if (!json.is_object() || !json.contains("outputs") || !json["outputs"].is_object()) return;
    for (const auto& [name, key] : json["outputs"].items()) {
        if (!key.is_string()) continue;
        Entry entry{
            key.get<std::string>(), textIn(json, "recordings", name), textIn(json, "failures", name), {}, 0, own, {}};
        const Json found = valueIn(json, "found", name);
        if (found.is_array() && found.size() == 4 &&
            std::ranges::all_of(found, [](const Json& value) { return value.is_number(); })) {
            entry.timeMs = found[0].get<int64_t>();
            entry.summary = {found[1].get<double>(), found[2].get<int64_t>(), found[3].get<double>()};
        }
        if (const Json hashes = valueIn(json, "hashes", name); hashes.is_array())
            for (const Json& hash : hashes)
                if (hash.is_string()) entry.hashes.push_back(hash.get<std::string>());
        if (entry.timeMs == 0) entry.timeMs = writtenMs; // the oldest programs noted none
        const auto before = m_entries.find(name);
        if (before == m_entries.end() || before->second.timeMs <= entry.timeMs) m_entries[name] = std::move(entry);
    }
}

const DetectState::Entry* DetectState::find(const std::string& output) const {
    const auto found = m_entries.find(escaped(output));
    return found == m_entries.end() ? nullptr : &found->second;
}

DetectState::Entry& DetectState::touch(const std::string& output) {
    using namespace std::chrono;
    Entry& entry = m_entries[escaped(output)];
    entry.own = true;
    // Later than every entry before, even where the machines' clocks differ.
    entry.timeMs = std::max<int64_t>(duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count(),
                                     entry.timeMs + 1);
    return entry;
}

bool DetectState::finished(const std::string& output, const std::string& key) const {
    const Entry* entry = find(output);
    return entry && entry->key == key && exists(output);
}

/// True where the file is what a run wrote, byte for byte.
bool DetectState::asWritten(const std::string& output) const {
    const Entry* entry = find(output);
    if (!entry) return false;
    if (!entry->hashes.empty()) {
        const Result<std::string> hash = contentHash(pathOf(output));
        return hash && std::ranges::find(entry->hashes, *hash) != entry->hashes.end();
    }
    // Earlier programs kept no hashes: what they finished (and reports, which are about no recording) is as they left
    // it where it has not been written since.
    if (!entry->failure.empty() || (entry->key.empty() && !entry->recording.empty())) return false;
    const std::optional<int64_t> written = changedMs(pathOf(output));
    return written && *written <= entry->timeMs + kTimeSlackMs;
}

Result<void> DetectState::mayWrite(const std::string& output, const std::string& recording) {
    if (exists(output) && !asWritten(output)) readAll(); // another run may have written it since
    return allowed(output, recording);
}

/// mayWrite() by what is known already.
Result<void> DetectState::allowed(const std::string& output, const std::string& recording) const {
    if (!exists(output)) return {};
    const bool ours = asWritten(output);
    if (ours && !belongsToAnother(output, recording)) return {};
    if (ours) return Error{ErrorCode::OutputTaken, pathOf(output), "", 0};
    return Error{ErrorCode::WriteFailed, pathOf(output),
                 "a file of that name is there already, and it is not as an earlier run left it; move it, or give "
                 "another folder",
                 0};
}

bool DetectState::belongsToAnother(const std::string& output, const std::string& recording) const {
    const Entry* entry = find(output);
    if (!entry || entry->recording.empty() || entry->recording == escaped(recording) || !exists(output)) return false;
    std::error_code error;
    const fs::path other = unescaped(entry->recording);
    if (fs::exists(other, error)) return true;
    // It has moved, or its folder has, but where the disk that it lies on may be away: nothing is left of its place, or
    // it is where disks are.
    fs::path place = other.parent_path();
    const std::string text = other.string();
    if (!fs::exists(place, error))
        for (const char* disks : {"/media/", "/mnt/", "/run/media/"})
            if (text.starts_with(disks)) return true;
    while (!fs::exists(place, error) && place.has_relative_path())
        place = place.parent_path();
    const bool empty = fs::is_empty(place, error);
    return error || empty;
}

/// By recording, the label file that was written last for each whose escaped path ends so.
std::map<std::string, std::string> DetectState::labelFilesOf(const std::string& end) const {
    std::map<std::string, std::string> newest;
    std::map<std::string, int64_t> times;
    for (const auto& [name, entry] : m_entries) {
        if (entry.recording.empty() || !entry.recording.ends_with(end)) continue;
        const std::string output = unescaped(name), about = unescaped(entry.recording), stem = stemOf(about);
        const bool scores = output.starts_with(stem) && output.substr(stem.size()).ends_with(kScoresEnd);
        if (scores || !exists(output)) continue;
        const int64_t ended = entry.key.empty() ? -1 : entry.timeMs; // what failed since tells nothing of its file
        const auto [time, isFirst] = times.try_emplace(about, ended);
        if (!isFirst && time->second >= ended) continue;
        time->second = ended;
        newest[about] = output;
    }
    return newest;
}

std::map<std::string, std::string> DetectState::labelFilesNamedAs(const std::string& recording) const {
    return labelFilesOf(escaped("/" + fs::path(recording).filename().string()));
}

std::string DetectState::labelFileOf(const std::string& recording) const {
    return labelFilesNamedAs(recording)[recording];
}

std::string DetectState::labelFileOfMoved(const std::string& recording, size_t least) const {
    size_t most = 0;
    std::string label;
    for (const auto& [former, output] : labelFilesNamedAs(recording)) {
        std::error_code error;
        if (fs::exists(former, error)) continue;
        const size_t common = namesInCommon(recording, former);
        if (common < std::max(least, most)) continue;
        label = common == most ? std::string() : output; // of two alike, neither
        most = common;
    }
    return label;
}

bool DetectState::hasRecording(const std::string& output) const {
    const Entry* entry = find(output);
    return entry && !entry->recording.empty();
}

/// An entry without a result yet, for an output that may be written.
DetectState::Entry& DetectState::restart(const std::string& output, const std::string& recording) {
    const Result<std::string> there = contentHash(pathOf(output));
    Entry& entry = touch(output);
    entry.key.clear();
    entry.failure.clear();
    entry.recording = escaped(recording);
    entry.hashes.clear();
    if (there) entry.hashes.push_back(*there);
    return entry;
}

Result<void> DetectState::begin(const std::string& output, const std::string& recording, const std::string& hash) {
    claim();
    if (auto allowed = mayWrite(output, recording); !allowed) return allowed;
    restart(output, recording).hashes.push_back(hash);
    return note(output);
}

Result<void> DetectState::finish(const std::string& output, const std::string& key, const DetectSummary& summary) {
    Entry& entry = touch(output);
    entry.key = key;
    entry.summary = summary;
    if (entry.hashes.size() > 1) entry.hashes.erase(entry.hashes.begin(), entry.hashes.end() - 1);
    return note(output);
}

Result<void> DetectState::fail(const std::string& output, const std::string& recording, const std::string& sentence) {
    claim();
    if (!allowed(output, recording)) return {}; // a stranger's file stays one
    restart(output, recording).failure = sentence;
    return note(output);
}

std::optional<DetectSummary> DetectState::summary(const std::string& output, const std::string& key) const {
    return finished(output, key) ? std::optional(find(output)->summary) : std::nullopt;
}

std::string DetectState::failure(const std::string& output, const std::string& recording) const {
    const Entry* entry = find(output);
    return entry && entry->recording == escaped(recording) ? entry->failure : std::string();
}

std::string DetectState::pathOf(const std::string& output) const {
    return (fs::path(m_folder) / output).string();
}

bool DetectState::exists(const std::string& output) const {
    std::error_code error;
    return fs::exists(pathOf(output), error);
}

/// The notes of this run as JSON: all of them, or those about one output.
std::string DetectState::textOf(const std::optional<std::string>& only, int indent) const {
    Json outputs = Json::object(), recordings = Json::object(), failures = Json::object(), found = Json::object(),
         hashes = Json::object();
    const auto put = [&](const std::string& name, const Entry& entry) {
        outputs[name] = entry.key;
        recordings[name] = entry.recording;
        if (!entry.failure.empty()) failures[name] = entry.failure;
        found[name] = {entry.timeMs, entry.summary.durationS, entry.summary.segments, entry.summary.applauseS};
        if (!entry.hashes.empty()) hashes[name] = entry.hashes;
    };
    if (only) {
        put(escaped(*only), m_entries.at(escaped(*only)));
    } else {
        for (const auto& [name, entry] : m_entries)
            if (entry.own) put(name, entry);
    }
    const Json json = {{"format", 1},          {"outputs", outputs}, {"recordings", recordings},
                       {"failures", failures}, {"found", found}, // time, duration, segments, applause
                       {"hashes", hashes}};
    return json.dump(indent, ' ', false, Json::error_handler_t::replace);
}

/// Puts what is noted of an output on the disk: as a line of the journal, since there may be very many outputs.
Result<void> DetectState::note(const std::string& output) {
    const std::string journal = m_name + kJournalEnd;
    m_noted = true;
    // The break comes first: what a full disk or a killed program cut off before is a line of its own.
    auto written = appendToFile(pathOf(journal), "\n" + textOf(output, -1));
    if (const Result<FileState> state = fileState(pathOf(journal)); written && state) m_read[journal] = *state;
    return written;
}

Result<void> DetectState::save() {
    return writeFileAtomically(pathOf(m_name), textOf({}, 1));
}

} // namespace ovation::cli
