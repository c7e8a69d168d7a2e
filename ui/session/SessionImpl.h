// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/labels/LabelFormats.h"
#include "core/training/TrainingRun.h"
#include "ui/session/EditGroups.h"
#include "ui/session/EventQueue.h"
#include "ui/session/Jobs.h"
#include "ui/session/RunCheckpoints.h"
#include "ui/session/Session.h"
#include "ui/session/SettledSplits.h"
#include "ui/session/StoreWorker.h"
#include "ui/session/TrainingClock.h"
#include "ui/session/TrainingWork.h"

#include <QElapsedTimer>
#include <QTimer>

#include <map>
#include <set>

namespace ovation::ui {

/// What the detecting thread hands over: a detection without segments, or why there is none.
struct DetectionEvent {
    Detection detection;
    std::optional<Error> error;
};

struct AddedAudio; // what the adding worker found
struct FoundRecording;

/// Session's state and inner steps. Everything lives on the window's thread unless it says otherwise; the functions are
/// spread over the Session*.cpp files by subject.
struct SessionImpl {
    explicit SessionImpl(Session* owner);
    ~SessionImpl();

    Session* session;

    // -- project (SessionProject.cpp)
    ProjectData data;
    QString path; ///< of the file that is open, unsaved ones too
    bool unsaved = true;
    bool readOnly = false;
    int opening = 0; ///< number of the request in progress, 0: none
    int lastRequest = 0;
    int generation = 0;  ///< counts projects: results of another one's jobs are dropped
    int64_t commits = 0; ///< changes handed to the store so far
    std::vector<std::function<void()>> whenOpen;
    StoreWorker::Slot slot = std::make_shared<StoreSlot>();

    struct Opened;
    void request(const QString& path, bool create, bool findUnsaved);
    static void read(Opened& opened, bool create, bool findUnsaved, const StoreWorker::Slot& current);
    void adopt(std::shared_ptr<Opened> opened);
    bool mayLeave(const std::shared_ptr<Opened>& opened); ///< else adopt() follows, or the project stays
    void stay(const std::shared_ptr<Opened>& opened);     ///< with the project that is open
    bool nothingIn() const { return unsaved && data.speeches.empty(); }
    void leaveOutWaiting();
    void takeStored(ProjectData stored); ///< all as a file has it, but for what is new here (SessionSave.cpp)
    void takeStoredSettings(const ProjectData& stored);
    std::set<SpeechId> takeStoredDetections(std::map<SpeechId, Detection> stored); ///< those that have changed by that
    void leave(); ///< drops an unsaved project that nothing was put into
    std::vector<UnsavedProject> unsavedProjects;
    void lookForUnsaved(const QString& left); ///< `left`: the project that was open before, to be said of
    void afterOpening(std::function<void()> action);
    void commit(StoreSlot::Change change);
    void putSetting(const std::string& name, const std::string& json);
    bool refuseIfReadOnly();
    void raise(const Error& error) { Q_EMIT session->errorRaised(error); }

    // -- speeches (SessionAudio.cpp, SessionMoved.cpp)
    SpeechId current = 0;
    void lookForMoved(const QString& folder, bool atOpening);
    void putMoved(const std::vector<Speech>& found);
    /// What was going on when files were dropped: a search may take minutes, in which a person works on.
    struct AtDrop {
        SpeechId shown = 0;
        int64_t nextEditId = 0;
    };
    AtDrop atDrop() const { return {current, data.nextEditId}; }
    /// Nobody who labels meanwhile is taken away from it.
    bool undisturbed(const AtDrop& drop) const { return current == drop.shown && data.nextEditId == drop.nextEditId; }
    void addFound(AddedAudio found, const AtDrop& dropped);
    Edit labelsOf(const FoundRecording& recording, const Speech& speech, QStringList& doubts);
    Speech newSpeech(const std::string& path, const AudioInfo& info);

    // -- labels (SessionLabels.cpp)
    QString mergeKey; ///< of the newest edit; "" if nothing may be merged into it
    void push(Edit edit, const QString& key = {});
    void pushAll(std::vector<Speech> speeches, std::vector<Edit> edits); ///< new recordings with their labels
    void pushTogether(std::vector<Edit> edits); ///< one step of undo; of recordings that are there
    EditGroups editGroups;
    std::map<std::string, std::string> grouped(const std::vector<Edit>& edits); ///< settings that keep them together
    void walkTo(size_t done, bool stay); ///< undoes or redoes; `stay`: where the current recording is concerned, too
    void applied(const std::vector<Edit>& edits);                       ///< tells the world, once
    void travel(const Edit& edit, bool back, StoreSlot::Change change); ///< what undo and redo have in common
    void sayTravelled(const std::vector<Edit>& changes, bool back);
    Edit newEdit(SpeechId speech, const QString& text) const;

    // -- label files (SessionLabelFiles.cpp)
    struct ImportedFiles {
        int recordings = 0, labels = 0;
        QString lastRecording;
        QStringList doubts, failed; ///< sentences
    };
    /// The edit that adds what is new in `labels` beside `present`; the numbers of new segments are used up.
    Edit importInto(const Speech& speech, const LabelFile& labels, const std::string& source,
                    const std::vector<Segment>& present, QStringList& doubts);
    /// `otherwise`: whose a single file is that belongs to no recording by its name.
    void takeLabelFiles(const std::vector<std::pair<std::string, LabelFile>>& files, SpeechId otherwise,
                        ImportedFiles& taken);
    void sayFailed(const QStringList& sentences, const QString& one, const QString& many);
    // -- proposals (SessionProposals.cpp)
    bool proposing = false;
    double sensitivity = 0;
    std::map<SpeechId, ProbabilityCurve> noiseCurves;
    std::vector<Proposal> proposed;
    SpeechId proposedFor = 0;
    SpeechId noiseJobFor = 0;
    int noiseJob = 0;
    int noiseJobs = 0; ///< started so far
    void resetProposals();
    void storeProposing();
    void updateProposals();
    void startNoiseCurve(const Speech& speech);

    // -- peaks (SessionPeaks.cpp)
    std::map<SpeechId, std::shared_ptr<const WaveformPeaks>> peaks;
    std::set<SpeechId> peaksDone; ///< whole, failed or under way
    std::vector<SpeechId> peaksWanted;
    std::vector<SpeechId> peaksUsed; ///< those in `peaks` that are whole, the one looked at last at the end
    std::set<SpeechId> peaksSaid;    ///< what is odd about their samples has been said
    int peaksJob = 0;
    SpeechId peaksOf = 0; ///< what the job reads
    using PeaksEvent = std::pair<SpeechId, std::shared_ptr<const WaveformPeaks>>;
    std::shared_ptr<EventQueue<PeaksEvent>> peaksQueue = std::make_shared<EventQueue<PeaksEvent>>();
    void startPeaks();
    void takePeaks();
    void cancelledPeaks(SpeechId id);
    void keepPeaks(SpeechId id, std::shared_ptr<const WaveformPeaks> whole);
    void sayOfSamples(const QString& file, const WaveformPeaks& heard);

    // -- training (SessionTraining.cpp, SessionResuming.cpp)
    int trainingJob = 0;
    TrainingClock trainingClock;
    void timeBatch(const BatchMetrics& batch); ///< of the training in progress
    std::optional<TrainingRun> run;            ///< in progress or last
    Hyperparameters hyperparameters;
    std::shared_ptr<EventQueue<TrainingEvent>> trainingQueue = std::make_shared<EventQueue<TrainingEvent>>();
    std::vector<RunCheckpoint> checkpoints; ///< of unfinished runs, newest last; the one in progress too
    bool fineTuning = false;
    void keepFineTuning(bool on); ///< in the project, as the settings that belong to it
    void endFineTuning();         ///< with the settings as they were before it
    /// The settings, but for those that are as the tick of fine-tuning set them: these as they were before.
    Hyperparameters settingsBeforeFineTuning() const;
    void forgetBeforeFineTuning(); ///< the settings in force are chosen as a whole
    bool detectAgain = false;      ///< when the training in progress has ended
    bool detectLater = false;      ///< when the detection in progress has
    bool pausing = false;          ///< the run in progress ends because it is to be paused
    bool stopping = false;         ///< likewise, to be stopped
    int64_t pausedRun = 0;
    int estimateJob = 0;
    /// `name`: "" for one of its own. `from`: nullptr for fresh weights.
    void startNewRun(const Hyperparameters& values, const std::string& name,
                     std::shared_ptr<const ModelBundle> from = nullptr, bool corrections = false,
                     const std::vector<ModelSource>& taughtBy = {});
    void goOnWith(const RunCheckpoint& checkpoint, TrainingOptions::Extend extend);
    void startRun(const TrainingRun& started, TrainingTask task);
    void detectAsBefore(); ///< in every recording that has a detection
    /// What is to be said of it. `before`: as it was where it was gone on with.
    std::optional<Error> endRun(const TrainingRun& started, const std::optional<TrainingRun>& before,
                                Result<TrainingEnd> end);
    void storeCheckpoints();
    void dropCheckpoint(int64_t runId);   ///< once everything committed so far is on disk
    void finishCheckpoint(int64_t runId); ///< kept for when the run is taken further
    const RunCheckpoint* newestUnfinished() const;
    void limitCheckpoints();
    int64_t nextRunId() const;
    static constexpr const char* kNewestRemovedRun = "newest_removed_run"; ///< setting
    static int64_t newestRemovedRun(const ProjectData& project);           ///< 0: none
    void takeTraining();
    void putRun(const TrainingRun& changed);
    void putModel(int64_t runId, std::string bytes);
    /// Runs that a project which can only be read does not take, and their models as files: kept until it is saved
    /// elsewhere.
    std::set<int64_t> heldRuns;
    std::map<int64_t, std::shared_ptr<const std::string>> heldModels;
    void storeHeldRuns();
    bool onlyHere(int64_t runId) const; ///< held, or being trained
    /// Gives new numbers to those whose own ones were used in the file, too; their usual names go with them.
    void renumberHeldRuns(const ProjectData& stored);
    void editRun(int64_t id, const std::function<void(TrainingRun&)>& change);
    /// Without curves and history: cheap to copy. Recordings are on the side on which they were last trained on with
    /// such settings, but for corrected ones in a training with corrections, which learns from them.
    ProjectData dataForTraining(const Hyperparameters& values, bool corrections = false) const;

    // -- teachers (SessionTeachers.cpp)
    std::vector<ModelSource> teachers;
    void readTeachersSetting();
    std::vector<ModelSource> teachersFor(const Hyperparameters& values) const; ///< none for clip models
    std::string nameOf(const ModelSource& source) const;
    /// In the order given, runs' bytes from the store's thread: files are read on the job's, as they may be slow.
    /// NoData where one is not there any more, and errors of reading.
    std::shared_future<Result<std::vector<TeacherFile>>> fetchTeachers(const std::vector<ModelSource>& sources);
    void forgetTeacher(int64_t runId); ///< of a run that is removed

    // -- split (SessionSplit.cpp)
    std::map<SpeechId, SplitSide> sides;
    QTimer splitTimer;
    int splitRequest = 0; ///< the newest request wins
    SettledSplits settledSplits;
    void settleSplit(const Hyperparameters& values, const std::map<std::string, SplitSide>& byPath);
    std::map<SpeechId, SplitSide> sidesById(const std::map<std::string, SplitSide>& byPath) const;
    void watchSplit();
    void planSplit();

    // -- what a model is worth (SessionEvaluation.cpp)
    int evaluationJob = 0;
    std::shared_ptr<const ModelBundle> evaluated; ///< the model that the last evaluation is of
    int surfaceJob = 0;
    int clipJob = 0;
    int clipRequest = 0; ///< the newest request wins
    int augmentationJob = 0;
    int changesJob = 0;
    int changesRequest = 0; ///< the newest request wins
    Hyperparameters settingsOfModel() const;

    // -- queue (SessionTrainingQueue.cpp)
    std::vector<QueuedRun> queue;
    bool queueRunning = false;
    void storeQueue();
    void startNextQueued();
    std::optional<QueuedRun> fromQueue; ///< the run in progress, as it waited
    void queueAfter(int64_t runId, const std::optional<Error>& error, bool stoppedByPerson);
    void keepFailedRun(int64_t runId, const Error& error);

    // -- models (SessionModels.cpp)
    std::shared_ptr<const ModelBundle> model;
    ModelSource modelSource;
    int modelRequest = 0; ///< the newest request wins
    int backRequest = 0;  ///< the modelRequest of going back to the former model; 0: none
    void setModel(std::shared_ptr<const ModelBundle> bundle, const ModelSource& source);
    void renameModel(int64_t runId, const std::string& before, const std::string& name);
    void renameVerdicts(int64_t runId, const std::string& before, const std::string& name);
    bool standsIn(const ModelSource& source) const; ///< the starter, for a model that is not the one chosen
    static std::string decoderNameOf(const ModelBundle& bundle); ///< models of one name may have different ones
    std::string storedDecoderOf() const;                         ///< likewise, as the settings have it; "" for none
    void takeDecoderOf(const ModelBundle& bundle);
    void decodeWith(const DecoderOptions& options);
    void storeDecoder();
    /// As a person does: fine-tuning goes on from it, with its settings.
    void chooseModel(std::shared_ptr<const ModelBundle> bundle, const ModelSource& source);
    void takeStoredModel(std::shared_ptr<const ModelBundle> bundle, const ModelSource& source);
    void loadStarter(bool remember);
    void loadRunModel(int64_t runId, bool remember);
    void loadModelOfProject();

    // -- the model before corrections (SessionFormer.cpp)
    struct FormerModel {
        ModelSource source;
        QString name;
    };
    void keepFormer(int64_t runId, bool corrections); ///< of a run that begins: with corrections, the model in use
    std::optional<FormerModel> formerModel() const;
    bool hasRun(int64_t id) const;

    // -- detection (SessionDetection.cpp)
    int detectionJob = 0;
    DecoderOptions decoder;
    std::string decoderOf; ///< whose the decoder is, as decoderNameOf() says; options set by hand stay with the model
    std::shared_ptr<EventQueue<DetectionEvent>> detectionEvents = std::make_shared<EventQueue<DetectionEvent>>();
    DetectionQueue detectionQueue;
    bool pausingDetection = false;
    std::vector<SpeechId> running; ///< what the job does of the queue
    bool again = false;            ///< the job follows a training with corrections, or going back from one
    std::string searching;         ///< name of the model that it does so with, as it is now
    std::map<SpeechId, EarlierDetection> earlier;
    std::map<SpeechId, EarlierDetection> asPresent; ///< as it was when the model changed; kept with the project, too
    bool earlierToStore = false;                    ///< both have changed since they were stored
    void runQueue(std::vector<SpeechId> ids);       ///< each once, and there
    void endQueue(const Result<int>& done);
    void sayIfNothingFound(SpeechId speech);
    void sayWhatWasFound(qsizetype failed); ///< in what the job did
    void storeDetectionQueue();
    void leaveOutOfQueue(const std::set<SpeechId>& removed); ///< of the project
    void storeEarlier();                                     ///< soon
    void putEarlier();                                       ///< among the settings, where they have changed
    void readQueue(); ///< queue and earlier detections of the project that was opened
    void rememberDetections();
    void rememberWhereNothingIs();  ///< nothing was kept of when the model changed
    std::vector<SpeechId> toDecode; ///< waiting for the new decoder options
    std::set<SpeechId> toStore;     ///< detections that changed since they were stored
    std::set<SpeechId> newCurves;   ///< of these, those that were made since: the file lacks their curves
    std::set<std::string> settingsToStore;
    QTimer decodeTimer;
    QTimer storeTimer;
    QElapsedTimer storeWaits; ///< since the oldest change that is to be stored
    void storeSoon();
    void takeDetections();
    void decodeNow(Detection& detection);
    void decodeSome();
    /// Detections and settings: they change faster than is worth writing. Of a project that can only be read they wait
    /// until it is saved elsewhere.
    void storeChanged();
    bool syncVerdicts(SpeechId speech); ///< verdicts follow from the accepted and rejected segments

    // -- files that are written (SessionExport.cpp)
    std::set<QString> beingWritten;
    /// Holds the file as long as it is kept; null, and said so, where another one holds it.
    std::shared_ptr<const QString> holdFile(const QString& name);

    // -- review (SessionReview.cpp)
    /// What was said of a verdict: it stands as long as one of the verdict's labels is there, without any until the
    /// next verdict or edit.
    struct Remark {
        QString text;
        SpeechId speech = 0;
        std::vector<int64_t> labels;
    };
    std::vector<Remark> remarks;
    void remark(const QString& text, SpeechId speech = 0, std::vector<int64_t> labels = {});
    void withdrawRemarks(); ///< those that do not stand any more

    // Last, in this order: destroyed first, so that no worker outlives what it uses.
    StoreWorker store;
    JobRunner jobs;
};

int64_t nowMs();
std::string usualRunName(int64_t id); ///< of a run that was given none
/// What a label file's reader warned of, a sentence each, with the file's name.
void addDoubts(QStringList& doubts, const std::string& file, const std::vector<std::string>& warnings);
/// Says, after a space, how many labels' texts the format has no field for; "" for none.
QString remarkOnTexts(const std::vector<LabelFile>& files, const LabelFormat& format);
bool isUnsaved(const QString& path);             ///< one of those in the user's data folder
QString newUnsavedPath();                        ///< there is no such file yet, but the folder; any thread
QStringList unsavedPaths();                      ///< of all, the one changed last first; any thread
void removeProjectFile(const std::string& path); ///< with what lies beside it; any thread

} // namespace ovation::ui
