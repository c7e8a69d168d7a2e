// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/CancelToken.h"
#include "core/base/Progress.h"
#include "core/base/Result.h"
#include "core/project/ProjectData.h"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace ovation {

/// A `.ovation` file: one SQLite database (application_id 0x4F564154 "OVAT", user_version for migrations). Every call
/// below is one transaction and is on disk when it returns. Used by one thread at a time; never the window's.
class ProjectStore {
public:
    enum class Mode { ReadWrite, ReadOnly };

    /// Creates a new, empty project; refuses to overwrite (WriteFailed).
    static Result<std::unique_ptr<ProjectStore>> create(const std::string& path);

    /// Errors: FileNotFound, NoPermission, NotAProject, NewerProject, DamagedProject, ProjectInUse (open elsewhere for
    /// writing; ReadOnly still works). A file without write permission opens with ReadOnly only (ReadOnlyProject
    /// otherwise).
    static Result<std::unique_ptr<ProjectStore>> open(const std::string& path, Mode mode = Mode::ReadWrite);

    /// How many recordings a project holds that nobody has open for writing (else ProjectInUse). Its content and the
    /// time of its last change stay as they are. Errors as of open().
    static Result<int64_t> speechesIn(const std::string& path);

    /// Folds the write-ahead file in and releases the lock.
    ~ProjectStore();

    const std::string& path() const; ///< absolute
    Mode mode() const;

    /// Writes a whole copy to `path`, history, runs and models included, with the relative paths seen from there; an
    /// existing file is replaced at once or stays. This store goes on with its own file. Errors: ProjectInUse (also
    /// where `path` is this store's file), DiskFull, NoPermission, WriteFailed.
    Result<void> copyTo(const std::string& path);

    /// Reads everything. Missing audio is looked for by relative path, absolute path, and, unless that is to be left
    /// for later, by content among the sound files of the project's folder; what is not found is marked `missing`. The
    /// search by content may take long: it says how far it is, and ends with Cancelled.
    enum class Moved { Find, Leave };
    Result<ProjectData> load(Moved moved = Moved::Find, const CancelToken& cancel = {},
                             const ProgressCallback& progress = {});

    /// Inserts or replaces, by id. The relative path is worked out here.
    Result<void> putSpeech(const Speech& speech);
    /// New recordings, the edits that label them and settings that go with them, in one transaction: a folder costs one
    /// sync of the disk.
    Result<void> addSpeeches(const std::vector<Speech>& speeches, const std::vector<Edit>& edits,
                             const std::map<std::string, std::string>& settings = {});
    /// With their segments, detections and edits, in one transaction.
    Result<void> removeSpeeches(const std::vector<SpeechId>& ids);
    Result<void> removeSpeech(SpeechId id);
    /// Stores an edit as the newest one in force: drops the redoable ones, applies it to the segments.
    Result<void> pushEdit(const Edit& edit);
    /// Several, oldest first, and settings that go with them, in one transaction.
    Result<void> pushEdits(const std::vector<Edit>& edits, const std::map<std::string, std::string>& settings);
    /// Puts `after` in the place of the newest edit in force, in one transaction: the file never lacks both.
    Result<void> replaceEdit(const Edit& before, const Edit& after);
    Result<void> undo(const Edit& edit);               ///< the newest edit in force
    Result<void> redo(const Edit& edit);               ///< the oldest undone edit
    Result<void> undo(const std::vector<Edit>& edits); ///< newest first, in one transaction
    Result<void> redo(const std::vector<Edit>& edits); ///< oldest first, likewise
    /// ProjectData::renameVerdicts().
    Result<void> renameVerdicts(const std::string& before, const std::string& name);
    Result<void> putRun(const TrainingRun& run);
    Result<void> removeRun(int64_t id);
    Result<void> putModel(int64_t runId, const std::string& safetensors); ///< the model file's bytes
    Result<std::string> model(int64_t runId); ///< NotAModel where the run has none, DamagedModel
    Result<void> putDetection(const Detection& detection);
    /// Models and segments of detections that are stored already, in one transaction. Curves stay as they were stored,
    /// whatever `detections` have; what is not stored is left out.
    Result<void> updateDetections(const std::vector<Detection>& detections);
    Result<void> putSetting(const std::string& name, const std::string& json);

private:
    struct Impl;
    explicit ProjectStore(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> m_impl;
};

} // namespace ovation
