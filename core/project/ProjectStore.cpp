// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/project/ProjectStore.h"

#include "core/base/Files.h"
#include "core/project/EditHistory.h"
#include "core/project/MissingAudio.h"
#include "core/project/ProjectFile.h"
#include "core/project/ProjectRows.h"
#include "core/project/SqliteErrors.h"

#include <algorithm>
#include <filesystem>

namespace ovation {
namespace fs = std::filesystem;
namespace {

constexpr size_t kLargestModel = 999'000'000; // SQLite's own limit for a value is 10^9 bytes, the row included

} // namespace

struct ProjectStore::Impl {
    Impl(std::string itsPath, std::string itsFolder, Mode itsMode, ProjectFile itsFile)
        : path(std::move(itsPath)),
          folder(std::move(itsFolder)),
          mode(itsMode),
          file(std::move(itsFile)),
          history(*file.database) {}

    std::string path;
    std::string folder;
    Mode mode;
    ProjectFile file;
    EditHistory history;

    SQLite::Database& database() { return *file.database; }

    template <typename Body>
    auto read(Body body) -> decltype(body()) {
        return guarded(path, database().getHandle(), body);
    }

    /// One transaction: all of `body` is on disk when this returns without an error, and nothing of it otherwise.
    template <typename Body>
    Result<void> write(Body body) {
        if (mode == Mode::ReadOnly) return Error{ErrorCode::ReadOnlyProject, path, "", 0};
        const Result<void> written = read([&]() -> Result<void> {
            SQLite::Transaction transaction(database(), SQLite::TransactionBehavior::IMMEDIATE);
            if (Result<void> done = body(); !done) return done;
            transaction.commit();
            return {};
        });
        if (!written) history.forget();
        return written;
    }

    Result<void> inTurn(bool done, const Edit& edit) const {
        if (done) return {};
        return Error{ErrorCode::Internal, path,
                     "edit " + std::to_string(edit.id) + " is not the next one in the history", 0};
    }

    void put(Speech speech) {
        speech.relativePath = relativeTo(speech.path, folder);
        writeSpeech(database(), speech);
        reserveId(database(), "speech", speech.id);
    }

    void putSetting(const std::string& name, const std::string& json) {
        SQLite::Statement put(database(), "INSERT OR REPLACE INTO setting(name, json) VALUES(?,?)");
        put.bind(1, name);
        put.bind(2, json);
        put.exec();
    }

    void removeWhere(const char* table, const char* column, int64_t value) {
        SQLite::Statement statement(database(), std::string("DELETE FROM ") + table + " WHERE " + column + " = ?");
        statement.bind(1, value);
        statement.exec();
    }

    Result<std::vector<TrainingRun>> readRuns() {
        std::vector<TrainingRun> runs;
        SQLite::Statement row(database(), "SELECT id, name, started_ms, notes, json FROM run ORDER BY id");
        while (row.executeStep()) {
            Result<TrainingRun> run = trainingRunFromJson(row.getColumn(4).getString());
            if (!run) return Error{ErrorCode::DamagedProject, path, "a training run: " + run.error().detail, 0};
            run->id = row.getColumn(0).getInt64();
            run->name = row.getColumn(1).getString();
            run->startedMs = row.getColumn(2).getInt64();
            run->notes = row.getColumn(3).getString();
            runs.push_back(std::move(run).value());
        }
        return runs;
    }

    /// The next id by its counter, and beyond everything that is there.
    int64_t nextId(const char* counter, int64_t largestSeen) {
        SQLite::Statement row(database(), "SELECT next FROM counter WHERE name = ?");
        row.bind(1, counter);
        const int64_t next = row.executeStep() ? row.getColumn(0).getInt64() : 1;
        constexpr int64_t kLargest = int64_t{1} << 53;
        if (next < 1 || next > kLargest || largestSeen > kLargest) throw DamagedRow{"impossible numbers"};
        return std::max(next, largestSeen + 1);
    }

    void readIds(ProjectData& data) {
        int64_t segment = 0, speech = 0, edit = 0;
        for (const auto& [id, list] : data.segments)
            for (const Segment& s : list)
                segment = std::max(segment, s.id);
        for (const Edit& e : data.edits) {
            edit = std::max(edit, e.id);
            for (const auto* list : {&e.removed, &e.added})
                for (const Segment& s : *list)
                    segment = std::max(segment, s.id);
        }
        for (const Speech& s : data.speeches)
            speech = std::max(speech, s.id);
        data.nextSegmentId = nextId("segment", segment);
        data.nextSpeechId = nextId("speech", speech);
        data.nextEditId = nextId("edit", edit);
    }
};

ProjectStore::ProjectStore(std::unique_ptr<Impl> impl) : m_impl(std::move(impl)) {}

ProjectStore::~ProjectStore() {
    if (m_impl->mode == Mode::ReadOnly) return;
    try {
        m_impl->database().execAndGet("PRAGMA wal_checkpoint(TRUNCATE)");
    } catch (const std::exception&) { // what is in the log stays there and is read from there
    }
    if (m_impl->file.lock) m_impl->file.lock->releaseDatabase();
}

Result<std::unique_ptr<ProjectStore>> ProjectStore::create(const std::string& path) {
    std::error_code error;
    const std::string absolute = fs::absolute(path, error).lexically_normal().string();
    if (Result<void> created = createProjectFile(error ? path : absolute); !created) return created.error();
    return open(path);
}

Result<std::unique_ptr<ProjectStore>> ProjectStore::open(const std::string& path, Mode mode) {
    std::error_code error;
    const fs::path absolute = fs::absolute(path, error).lexically_normal();
    if (error) return errorFromErrno(error.value(), path, ErrorCode::ReadFailed);
    Result<ProjectFile> file =
        mode == Mode::ReadWrite ? openForWriting(absolute.string()) : openForReading(absolute.string());
    if (!file) return file.error();
    auto impl =
        std::make_unique<Impl>(absolute.string(), absolute.parent_path().string(), mode, std::move(file).value());
    return std::unique_ptr<ProjectStore>(new ProjectStore(std::move(impl)));
}

Result<int64_t> ProjectStore::speechesIn(const std::string& path) {
    const Result<ProjectLock> lock = ProjectLock::take(path);
    if (!lock) return lock.error();
    std::error_code error, ignored;
    const auto changed = fs::last_write_time(path, error);
    const Result<int64_t> count = [&]() -> Result<int64_t> {
        Result<ProjectFile> file = openForReading(path, Checks::Identity);
        if (!file) return file.error();
        Impl impl(path, fs::path(path).parent_path().string(), Mode::ReadOnly, std::move(file).value());
        return impl.read(
            [&]() -> Result<int64_t> { return impl.database().execAndGet("SELECT count(*) FROM speech").getInt64(); });
    }();
    // Closing has folded in what a crash had left in the log.
    if (!error && fs::last_write_time(path, ignored) != changed) fs::last_write_time(path, changed, ignored);
    return count;
}

const std::string& ProjectStore::path() const {
    return m_impl->path;
}

ProjectStore::Mode ProjectStore::mode() const {
    return m_impl->mode;
}

Result<void> ProjectStore::copyTo(const std::string& path) {
    std::error_code error;
    const fs::path target = fs::absolute(path, error).lexically_normal();
    if (error) return errorFromErrno(error.value(), path, ErrorCode::WriteFailed);
    const Result<std::string> temporary = copyBeside(m_impl->database(), target.string());
    if (!temporary) return temporary.error();
    const Result<void> finished = guarded(path, nullptr, [&]() -> Result<void> {
        SQLite::Database copy(*temporary, SQLite::OPEN_READWRITE);
        SQLite::Transaction transaction(copy);
        for (Speech& speech : readSpeeches(copy)) {
            const std::string here = (fs::path(m_impl->folder) / speech.relativePath).lexically_normal().string();
            const bool moved = !speech.relativePath.empty() && fs::is_regular_file(here, error);
            if (moved) speech.path = here;
            speech.relativePath = relativeTo(speech.path, target.parent_path().string());
            writeSpeech(copy, speech);
        }
        transaction.commit();
        return {};
    });
    if (!finished) {
        discard(*temporary);
        return finished.error();
    }
    return moveIntoPlace(*temporary, target.string());
}

Result<ProjectData> ProjectStore::load(Moved moved, const CancelToken& cancel, const ProgressCallback& progress) {
    Result<ProjectData> loaded = m_impl->read([&]() -> Result<ProjectData> {
        ProjectData data;
        SQLite::Transaction snapshot(m_impl->database());
        SQLite::Database& database = m_impl->database();
        data.speeches = readSpeeches(database);
        data.segments = readSegments(database);
        data.edits = readEdits(database, data.editsDone);
        Result<std::vector<TrainingRun>> runs = m_impl->readRuns();
        if (!runs) return runs.error();
        data.runs = std::move(runs).value();
        data.detections = readDetections(database);
        SQLite::Statement setting(database, "SELECT name, json FROM setting");
        while (setting.executeStep())
            data.settings[setting.getColumn(0).getString()] = setting.getColumn(1).getString();
        m_impl->readIds(data);
        return data;
    });
    if (!loaded) return loaded;
    bool changed = findAudio(loaded->speeches, m_impl->folder);
    if (moved == Moved::Find) {
        const auto searching = [&](Progress step) {
            if (!progress) return;
            step.stage = "Looking for moved recordings";
            progress(step);
        };
        if (findMovedAudio(loaded->speeches, m_impl->folder, cancel, searching)) changed = true;
        if (cancel.cancelled()) return Error{ErrorCode::Cancelled, "", "", 0};
    }
    if (changed && m_impl->mode == Mode::ReadWrite) {
        // Only a convenience for the next time: failing to note it is no reason not to open.
        (void)m_impl->write([&]() -> Result<void> {
            for (Speech& speech : loaded->speeches) {
                if (speech.missing) continue;
                speech.relativePath = relativeTo(speech.path, m_impl->folder);
                writeSpeech(m_impl->database(), speech);
            }
            return {};
        });
    }
    return loaded;
}

Result<void> ProjectStore::putSpeech(const Speech& speech) {
    return m_impl->write([&]() -> Result<void> {
        m_impl->put(speech);
        return {};
    });
}

Result<void> ProjectStore::addSpeeches(const std::vector<Speech>& speeches, const std::vector<Edit>& edits,
                                       const std::map<std::string, std::string>& settings) {
    return m_impl->write([&]() -> Result<void> {
        for (const Speech& speech : speeches)
            m_impl->put(speech);
        for (const Edit& edit : edits)
            if (auto pushed = m_impl->inTurn(m_impl->history.push(edit), edit); !pushed) return pushed;
        for (const auto& [name, json] : settings)
            m_impl->putSetting(name, json);
        return {};
    });
}

Result<void> ProjectStore::removeSpeeches(const std::vector<SpeechId>& ids) {
    return m_impl->write([&]() -> Result<void> {
        for (const SpeechId id : ids) {
            deleteEditsWhere(m_impl->database(), "speech = ?", id);
            for (const char* table : {"segment", "detection", "detected_segment"})
                m_impl->removeWhere(table, "speech", id);
            m_impl->removeWhere("speech", "id", id);
        }
        m_impl->history.forget();
        return {};
    });
}

Result<void> ProjectStore::removeSpeech(SpeechId id) {
    return removeSpeeches({id});
}

Result<void> ProjectStore::pushEdit(const Edit& edit) {
    return m_impl->write([&] { return m_impl->inTurn(m_impl->history.push(edit), edit); });
}

Result<void> ProjectStore::pushEdits(const std::vector<Edit>& edits,
                                     const std::map<std::string, std::string>& settings) {
    return m_impl->write([&]() -> Result<void> {
        for (const Edit& edit : edits)
            if (auto pushed = m_impl->inTurn(m_impl->history.push(edit), edit); !pushed) return pushed;
        for (const auto& [name, json] : settings)
            m_impl->putSetting(name, json);
        return {};
    });
}

Result<void> ProjectStore::replaceEdit(const Edit& before, const Edit& after) {
    return m_impl->write([&]() -> Result<void> {
        if (auto undone = m_impl->inTurn(m_impl->history.undo(before), before); !undone) return undone;
        return m_impl->inTurn(m_impl->history.push(after), after);
    });
}

Result<void> ProjectStore::undo(const Edit& edit) {
    return m_impl->write([&] { return m_impl->inTurn(m_impl->history.undo(edit), edit); });
}

Result<void> ProjectStore::redo(const Edit& edit) {
    return m_impl->write([&] { return m_impl->inTurn(m_impl->history.redo(edit), edit); });
}

Result<void> ProjectStore::undo(const std::vector<Edit>& edits) {
    return m_impl->write([&]() -> Result<void> {
        for (const Edit& edit : edits)
            if (auto undone = m_impl->inTurn(m_impl->history.undo(edit), edit); !undone) return undone;
        return {};
    });
}

Result<void> ProjectStore::redo(const std::vector<Edit>& edits) {
    return m_impl->write([&]() -> Result<void> {
        for (const Edit& edit : edits)
            if (auto redone = m_impl->inTurn(m_impl->history.redo(edit), edit); !redone) return redone;
        return {};
    });
}

Result<void> ProjectStore::renameVerdicts(const std::string& before, const std::string& name) {
    return m_impl->write([&]() -> Result<void> {
        for (const char* table : {"segment", "edit_segment"}) {
            SQLite::Statement rename(m_impl->database(), std::string("UPDATE ") + table +
                                                             " SET source = ? WHERE source = ? AND origin IN (?, ?)");
            rename.bind(1, name);
            rename.bind(2, before);
            rename.bind(3, static_cast<int>(Origin::Accepted));
            rename.bind(4, static_cast<int>(Origin::Rejected));
            rename.exec();
        }
        return {};
    });
}

Result<void> ProjectStore::putRun(const TrainingRun& run) {
    return m_impl->write([&]() -> Result<void> {
        SQLite::Statement put(m_impl->database(), "INSERT OR REPLACE INTO run(id, name, started_ms, notes, json) "
                                                  "VALUES(?,?,?,?,?)");
        put.bind(1, run.id);
        put.bind(2, run.name);
        put.bind(3, run.startedMs);
        put.bind(4, run.notes);
        put.bind(5, toJson(run));
        put.exec();
        return {};
    });
}

Result<void> ProjectStore::removeRun(int64_t id) {
    const Result<void> removed = m_impl->write([&]() -> Result<void> {
        m_impl->removeWhere("run", "id", id);
        m_impl->removeWhere("model", "run", id);
        return {};
    });
    if (!removed) return removed;
    return m_impl->read([&]() -> Result<void> {
        // Step by step, as every step frees one page; a disk too full for it leaves the pages for later.
        (void)m_impl->database().tryExec("PRAGMA incremental_vacuum");
        return {};
    });
}

Result<void> ProjectStore::putModel(int64_t runId, const std::string& safetensors) {
    if (safetensors.size() > kLargestModel)
        return Error{ErrorCode::WriteFailed, m_impl->path, "the model is too large for a project file", 0};
    return m_impl->write([&]() -> Result<void> {
        SQLite::Statement put(m_impl->database(), "INSERT OR REPLACE INTO model(run, hash, bytes) VALUES(?,?,?)");
        put.bind(1, runId);
        put.bind(2, hashOf(safetensors));
        put.bindNoCopy(3, safetensors.data(), static_cast<int>(safetensors.size()));
        put.exec();
        return {};
    });
}

Result<std::string> ProjectStore::model(int64_t runId) {
    return m_impl->read([&]() -> Result<std::string> {
        SQLite::Statement row(m_impl->database(), "SELECT hash, bytes FROM model WHERE run = ?");
        row.bind(1, runId);
        if (!row.executeStep())
            return Error{ErrorCode::NotAModel, m_impl->path, "it holds no model of run " + std::to_string(runId), 0};
        std::string bytes = row.getColumn(1).getString();
        if (hashOf(bytes) != row.getColumn(0).getString())
            return Error{ErrorCode::DamagedModel, m_impl->path, "the stored model has changed", 0};
        return bytes;
    });
}

Result<void> ProjectStore::putDetection(const Detection& detection) {
    return m_impl->write([&]() -> Result<void> {
        writeDetection(m_impl->database(), detection);
        return {};
    });
}

Result<void> ProjectStore::updateDetections(const std::vector<Detection>& detections) {
    return m_impl->write([&]() -> Result<void> {
        for (const Detection& detection : detections)
            updateDetection(m_impl->database(), detection);
        return {};
    });
}

Result<void> ProjectStore::putSetting(const std::string& name, const std::string& json) {
    return m_impl->write([&]() -> Result<void> {
        m_impl->putSetting(name, json);
        return {};
    });
}

} // namespace ovation
