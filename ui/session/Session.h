// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/audio/WaveformPeaks.h"
#include "core/dataset/DatasetCheck.h"
#include "core/dataset/SoundPrint.h"
#include "core/detection/Proposals.h"
#include "core/detection/SegmentDecoder.h"
#include "core/models/ModelBundle.h"
#include "core/project/ProjectData.h"
#include "ui/session/FileContent.h"
#include "ui/session/JobStatus.h"
#include "ui/session/ModelSource.h"
#include "ui/session/TrainingQueue.h"

#include <QDateTime>
#include <QObject>
#include <QString>
#include <QStringList>
#include <QUrl>

#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace ovation {
struct AugmentationExample;
struct ClipView;
struct LossSurface;
struct SurfaceOptions;
struct WindowEvaluation;
struct ClipExportOptions;
} // namespace ovation
class QPrinter;

namespace ovation::ui {

struct SessionImpl;

/// A run that was stopped or interrupted and can be gone on with exactly where it stood.
struct ResumableRun {
    int64_t id = 0;
    QString name;
    int64_t epochsDone = 0;
    int64_t epochs = 0; ///< wanted in all
};

/// What a detection of many recordings has left to do.
struct DetectionQueue {
    struct Failure {
        SpeechId speech = 0;
        QString sentence;

        bool operator==(const Failure&) const = default;
    };
    std::vector<SpeechId> pending;
    std::vector<Failure> failed;
    size_t total = 0; ///< when it began, but for those that failed before
    size_t done = 0;  ///< of these, searched
    QString model;    ///< that it began with, or was gone on with, by name; "" where that is not known
};

/// The detection of a recording with the model before.
struct EarlierDetection {
    QString model;
    std::vector<SampleRange> segments;
};

/// Frame F1 of an earlier detection and of the present one, against the labels of the fully labelled recordings that
/// both have searched.
struct ChangeScores {
    std::optional<double> before, now;
};

/// What undo() or redo() did.
struct Travelled {
    QString text;                     ///< "Undone: Mark applause (rain.flac, 0:12.480)"
    std::vector<SampleRange> changed; ///< in the current recording: labels that went, came or moved
};

/// How a report leaves the studio.
enum class ReportForm { Html, Pdf, RecordingsCsv, ApplausesCsv };

/// What an epoch costs on this machine: as measured in the newest run of the same kind on as much data, or from a
/// training step that was timed.
struct EpochEstimate {
    Hyperparameters hyperparameters; ///< that it was made for
    int64_t batches = 0;             ///< of an epoch
    double stepS = 0;                ///< 0 where epochs were measured
    double epochS = 0;               ///< with validation
    int64_t dataBytes = 0;           ///< memory that the data set takes
};

/// A project with recordings that was never saved under a name.
struct UnsavedProject {
    QString path; ///< in the user's data folder
    QDateTime changed;
    int64_t recordings = 0;
};

/// Goes on with what was asked for, and loses changes, or leaves everything as it is. To be called once.
using LossAnswer = std::function<void(bool lose)>;

/// What an export into a folder does about files that are there already by the names of its own.
enum class ExistingFiles { Replace, KeepBoth, Cancel };
using ExistingFilesAnswer = std::function<void(ExistingFiles)>; ///< to be called once

/// The open project and everything that is done to it. Lives on the window's thread and never blocks it: files, audio,
/// features, training and detection run on workers; results arrive as queued signals. No widgets.
///
/// What is edited changes in memory at once and is handed to the store's thread, which commits it within milliseconds.
class Session : public QObject {
    Q_OBJECT
public:
    explicit Session(QObject* parent = nullptr);
    ~Session() override; ///< cancels and joins every job; commits what is queued

    // -- project ---------------------------------------------------------------------------------------------------
    /// A session always has a project: unsaved work lives in a project file in the user's data folder until it is
    /// saved. Another one takes its place only when its changes are on disk, or lossAsked() was answered.
    void newProject();
    void openProject(const QString& path);   ///< projectOpened() or errorRaised()
    void saveProjectAs(const QString& path); ///< copies the project there and goes on with the copy
    QString projectPath() const;             ///< "" for an unsaved one
    /// Those that no window has open, the one changed last first; looked for after each opening.
    const std::vector<UnsavedProject>& unsavedProjects() const;
    bool readOnly() const;
    const ProjectData& project() const;
    bool opening() const; ///< a project is being opened; project() is still the one before
    /// The last changes could not be written so far (full disk ...), and are tried again; or there are runs of a
    /// project that can only be read, which saveProjectAs() keeps.
    bool unwrittenChanges() const;
    int64_t changesMade() const;   ///< to this project since it was opened, settings included
    int64_t changesOnDisk() const; ///< of these; they get there in order
    /// What a window wants to find again with the project: JSON by name. Kept a moment after a change, no edit.
    QString setting(const char* name) const;
    void setSetting(const char* name, const QString& json);

    // -- speeches --------------------------------------------------------------------------------------------------
    /// Adds recordings: files, folders (recursively, class folders as in contracts), and label files; label files with
    /// the same stem are taken along. Asynchronous: speechesChanged(), messageRaised() with what was done, and
    /// problemsRaised() once with every file that failed.
    void addAudio(const QStringList& paths);
    void removeSpeech(SpeechId id);
    void removeSpeeches(const std::vector<SpeechId>& ids); ///< one change, told of once
    /// The files in the desktop's file manager, selected, or else folderToShow(); errorRaised() where none is there.
    void showInFolder(const std::vector<SpeechId>& ids);
    void findMovedAudio(const QString& folder); ///< looks there by content for the recordings that are missing
    SpeechId currentSpeech() const;             ///< 0: none
    void setCurrentSpeech(SpeechId id);
    void setFullyLabelled(SpeechId id, bool fullyLabelled); ///< undoable
    /// One change, told of once, and undone at once.
    void setFullyLabelled(const std::vector<SpeechId>& ids, bool fullyLabelled);
    /// Which side of the split recordings are held to. At once in the project; no edit of labels, so not undoable.
    void setRole(const std::vector<SpeechId>& ids, SplitRole role);
    /// Where the split puts a recording with the present labels and settings; None where it has no window or is kept
    /// for testing. Follows changes a moment later, with splitChanged().
    SplitSide splitSide(SpeechId id) const;
    /// Adds clip files as whole clips of one class (the Applause and Not applause bins).
    void addClips(const QStringList& paths, LabelClass labelClass);

    // -- labels ----------------------------------------------------------------------------------------------------
    const std::vector<Segment>& segments(SpeechId id) const;
    /// Every change is one Edit: undoable without limit, stored at once. `mergeKey`: consecutive edits with the same
    /// key that is not empty merge into one (the moves of one drag, repeated nudges).
    int64_t addSegment(SpeechId speech, SampleRange range, LabelClass labelClass, const QString& text = {});
    void changeSegment(SpeechId speech, const Segment& changed, const QString& text, const QString& mergeKey = {});
    void removeSegments(SpeechId speech, const std::vector<int64_t>& ids);
    /// Several at once as one Edit: those of `removed` go, `added` come (id 0: a new segment; a changed one keeps its
    /// id and stands in both). Returns the ids of `added`; nothing where one of them would be empty.
    std::vector<int64_t> replaceSegments(SpeechId speech, const std::vector<int64_t>& removed,
                                         std::vector<Segment> added, const QString& text, const QString& mergeKey = {});
    void importLabels(SpeechId speech, const QString& path);
    /// Each file's labels go to the recording of its name, or to those that it names; a single file that belongs to
    /// none goes to the current recording.
    void importLabels(const QStringList& paths);
    void exportLabels(SpeechId speech, const QString& path, const QString& format);
    /// A label file for every recording that has labels or is fully labelled, in `folder`, after existingFilesAsked()
    /// where it holds such files already; and all in one file, in a format that names recordings.
    void exportAllLabels(const QString& folder, const QString& format);
    void exportLabelsToOneFile(const QString& path, const QString& format);
    bool canUndo() const;
    bool canRedo() const;
    QString undoText() const; ///< "" if there is nothing
    QString redoText() const;
    /// Selects the speech that it changes: travelled(), and revisited() where a detected segment is concerned. Edits
    /// that were made at once are undone and redone at once; the speech stays selected then if it is one of those
    /// changed.
    void undo();
    void redo();
    void goToEdit(size_t done); ///< undoes or redoes until project().editsDone is that

    // -- proposals without a model ----------------------------------------------------------------------------------
    /// While on, noise-like stretches of the current recording that are not labelled yet are proposed; kept in the
    /// project. The recording is looked through once, on a worker; the slider then acts at once.
    void setProposing(bool on);
    bool proposing() const;
    bool searchingProposals() const;                 ///< the current recording is being looked through
    void setProposalSensitivity(double sensitivity); ///< 0 to 1: the more, the more is proposed
    double proposalSensitivity() const;
    const std::vector<Proposal>& proposals(SpeechId id) const; ///< of the current recording; none of others
    /// Makes it a label of applause, or of not applause. Returns the label's id, 0 if nothing was done.
    int64_t judgeProposal(SpeechId speech, const Proposal& proposal, bool applause);

    // -- display data ----------------------------------------------------------------------------------------------
    /// Peaks of a speech as far as they are known; nullptr before the first part has come (starts the computation).
    std::shared_ptr<const WaveformPeaks> peaks(SpeechId id);

    // -- training --------------------------------------------------------------------------------------------------
    Hyperparameters hyperparameters() const; ///< kept in the project
    void setHyperparameters(const Hyperparameters& hyperparameters);
    /// The settings that come next are chosen as a whole (a preset, a run's): those from before fine-tuning are past.
    void forgetBeforeFineTuning();
    void startCheck();    ///< checkFinished()
    void startTraining(); ///< trainingStarted(), trainingBatch(), trainingEpoch(), then exactly one trainingEnded()
    void stopTraining();  ///< keeps the best; the queue waits
    /// Writes a checkpoint and frees the machine, to go on with resumeTraining(); the queue waits. trainingEnded().
    void pauseTraining();
    bool paused() const; ///< resumableRun() was paused in this session, not stopped or interrupted
    /// Training begins with the weights of model(), as far as they fit. Ticking it takes over that model's settings;
    /// unticking brings back those from before, but for what was changed since. All is kept in the project.
    void setFineTuning(bool on);
    bool fineTuning() const;
    /// Models from whose answers the frame models learn that are trained or queued from now on, beside the labels; each
    /// once. Kept in the project. Those of runs that are removed are no longer among them.
    const std::vector<ModelSource>& teachers() const;
    void setTeachers(const std::vector<ModelSource>& teachers);
    /// Trains model() on with what was labelled in this project, beside other recordings against forgetting, and
    /// detects again in every recording that detection was run on. Signals as startTraining().
    void trainWithCorrections();
    size_t corrections() const; ///< labels that came of judging
    /// Name of the model that model() was trained on from with corrections; "" for none. Kept in the project.
    QString formerModel() const;
    /// Uses that again, and detects again as trainWithCorrections() does. modelChanged() or errorRaised().
    void goBackToFormerModel();
    /// The newest unfinished run; nothing while training, and where the project can only be read.
    std::optional<ResumableRun> resumableRun() const;
    void resumeTraining();      ///< goes on with resumableRun(), with its own settings; signals as startTraining()
    void discardResumableRun(); ///< its curves and its best model stay
    /// Whether a finished or stopped run's last state is still there: those of the newest runs are kept, at least
    /// two and at most 20, as far as they take less than 1 GiB together.
    bool canExtend(int64_t runId) const;
    bool holdsState(int64_t runId) const; ///< of a run: to resume it, or to extend it once nothing else is trained
    /// Trains a run `epochs` further, from its last state or from the weights of its best epoch. Signals as
    /// startTraining().
    enum class ExtendFrom { Last, Best };
    void extendTraining(int64_t runId, int64_t epochs, ExtendFrom from);
    bool training() const;
    const TrainingRun* currentRun() const; ///< the run in progress or the last one; nullptr before the first
    void removeRun(int64_t id);
    void setRunNotes(int64_t id, const QString& notes); ///< runsChanged()
    void renameRun(int64_t id, const QString& name);
    /// Runs that wait, kept in the project. Once started, one follows the other; what waits at the next opening is
    /// started by hand.
    const std::vector<QueuedRun>& queue() const;
    bool queueRunning() const;
    void enqueue(const std::vector<Hyperparameters>& runs, const QString& name = {}); ///< "": named when it starts
    void removeQueued(const std::vector<int64_t>& ids);
    void moveQueued(int64_t id, int by);
    void startQueue();
    void holdQueue(); ///< the run in progress goes on
    /// How long an epoch takes with hyperparameters(), a step of which is timed where no run tells: epochEstimated().
    /// Nothing while training or detecting; a new request replaces the one before.
    void estimateEpoch();

    // -- what a model is worth -------------------------------------------------------------------------------------
    /// Asks model() about the validation windows of its own training's split: evaluationFinished(), or errorRaised().
    void startEvaluation();
    bool evaluating() const;
    /// A clip as the model hears it that was evaluated last (else model()), with its attention: clipSeen().
    void lookAtClip(const QString& path, double startS, double endS);
    /// The loss around model()'s weights: surfaceFinished(), or errorRaised().
    void startSurface(const SurfaceOptions& options);
    bool computingSurface() const;
    /// An example of what augmentation does to the training part: augmentationMade(), or errorRaised().
    void makeAugmentation(uint64_t number);

    // -- models and detection --------------------------------------------------------------------------------------
    /// The model that detection uses: the newest run's, or one that was chosen, or the one that comes with Ovation.
    /// nullptr while it is being read, and if there is none.
    std::shared_ptr<const ModelBundle> model() const;
    ModelSource modelSource() const;
    void useStarterModel();              ///< the one that comes with Ovation
    void openModel(const QString& path); ///< modelChanged() or errorRaised()
    void useRunModel(int64_t runId);
    void useModel(const ModelSource& source); ///< whichever of the three it is
    void
    startDetection(const std::vector<SpeechId>& speeches); ///< detectionChanged() per speech, then detectionEnded()
    bool detecting() const;
    /// Recordings at hand without a detection by a model of the name of the one in use; all where there is no model.
    std::vector<SpeechId> undetected() const;
    /// What is still to be done of a detection of several recordings that was paused, or interrupted by the end of the
    /// program. Kept in the project.
    const DetectionQueue& detectionQueue() const;
    /// The name of the model that has searched the first of the queue, where another one is in use; "" otherwise.
    QString queueModelBefore() const;
    void pauseDetection();   ///< detectionEnded(); the recording under way begins again
    void resumeDetection();  ///< goes on with the queue
    void discardDetection(); ///< forgets the queue
    void retryFailed();      ///< detects again where it failed
    const EarlierDetection* earlierDetection(SpeechId id) const; ///< of another model; nullptr for none
    /// changesScored(); a new request replaces the one before.
    void scoreChanges();
    const Detection* detection(SpeechId id) const;
    DecoderOptions decoder() const;
    /// As they came with the model that decoder() belongs to: what made the detections, where another one is in use.
    DecoderOptions usualDecoder() const;
    void setDecoder(const DecoderOptions& options); ///< decodes again at once: detectionChanged() for each
    /// Accepted: becomes a label of applause, rejected: one of not applause, where other labels leave room. Detected
    /// segments on which labelled applause lies count as accepted, those on what is labelled not applause as rejected;
    /// rejecting one of the former replaces that label, and says so.
    /// Labels of applause that an accepted segment overlaps, or is less than 10 ms away from, are one label with it,
    /// from the earliest start to the latest end. Its origin is that of the accepted segment, with the model and its
    /// score, since only with that segment has it this extent; it keeps the text of the longest label that has one.
    /// Another verdict on the segment brings the former labels back before it becomes labels itself.
    void judge(SpeechId speech, size_t segment, Verdict verdict);
    /// Moves the edges of what a detected segment counts as, by frames: it becomes a label of applause with these
    /// edges, joined with other labels as where it is accepted. Consecutive adjustments are one edit.
    void adjustDetected(SpeechId speech, size_t segment, int64_t beginBy, int64_t endBy);
    /// Measures loudness and writes the report of the project's recordings. messageRaised() or errorRaised().
    void writeReport(const QString& path, ReportForm form);
    void printReport(std::shared_ptr<QPrinter> printer); ///< likewise
    /// `format`: an id of exportFormats(). messageRaised() with the largest difference, or errorRaised().
    void exportModel(const QString& path, const QString& format);
    /// A sound file for every label, or a training set; messageRaised() or errorRaised(), existingFilesAsked() first
    /// where clips or tables of these names are in `folder`.
    void exportClips(const QString& folder, const ClipExportOptions& options);
    /// The history of every run into a folder; `format`: "csv", "json" or "tensorboard". existingFilesAsked() as below.
    void exportHistories(const QString& folder, const QString& format);
    void exportDetections(const QString& folder, const QString& format); ///< as exportAllLabels()
    /// Makes a file's content and writes it, whole or not at all: messageRaised(), or `written` in its place where that
    /// is given; errorRaised() where it fails. The one way for widgets to write a file.
    void saveFile(const QString& path, FileContent content, std::function<void()> written = {});

    void cancelJob(int jobId);
    std::vector<JobStatus> jobs() const;

Q_SIGNALS:
    /// An export has written nothing yet: `names` are in the folder already. It goes on with the answer.
    void existingFilesAsked(const QString& folder, const QStringList& names,
                            const ovation::ui::ExistingFilesAnswer& answer);
    void projectOpened();
    /// Another project is ready to take the place of this one, whose last changes cannot be written. opening() until
    /// the answer.
    void lossAsked(const ovation::ui::LossAnswer& answer);
    void projectPathChanged(); ///< and with it, perhaps, readOnly()
    void unsavedProjectsChanged();
    void folderToShow(const QUrl& folder); ///< no file manager could be asked to show what is in it
    void speechesChanged();
    void currentSpeechChanged(ovation::SpeechId id);
    void segmentsChanged(ovation::SpeechId id);
    void undoChanged();
    void travelled(const ovation::ui::Travelled& travelled); ///< what undo() or redo() did
    void revisited(ovation::SpeechId id, size_t segment);    ///< what undo() or redo() changed, of a detection
    void proposalsChanged(ovation::SpeechId id);             ///< also where a search begins or ends
    void peaksChanged(ovation::SpeechId id);
    void hyperparametersChanged();
    void fineTuningChanged();
    void teachersChanged();
    void checkFinished(const ovation::CheckReport& report);
    void trainingStarted();
    void trainingBatch(
        const ovation::BatchMetrics& metrics); ///< every batch, in order; handed over in groups, 15 times a second
    void trainingEpoch(const ovation::EpochMetrics& metrics);
    /// Exactly one per startTraining(): finished (also early or stopped by the person) has no error.
    void trainingEnded(const std::optional<ovation::Error>& error);
    void runsChanged();
    void splitChanged();
    /// Null where it failed or was cancelled.
    void evaluationFinished(const std::shared_ptr<const ovation::WindowEvaluation>& evaluation);
    void clipSeen(const QString& path, double startS, const std::shared_ptr<const ovation::ClipView>& view);
    void augmentationMade(const std::shared_ptr<const ovation::AugmentationExample>& example); ///< null: failed
    void surfaceFinished(const std::shared_ptr<const ovation::LossSurface>& surface);          ///< likewise
    void resumableRunChanged();
    void queueChanged();
    void epochEstimated(const ovation::ui::EpochEstimate& estimate);
    void modelChanged();
    void detectionChanged(ovation::SpeechId id);
    void detectionEnded();
    /// And so has all that follows a training with corrections, or going back from one.
    void detectedAgain();
    void detectionQueueChanged();
    void changesScored(const ovation::ui::ChangeScores& scores);
    void jobChanged(const ovation::ui::JobStatus& status);
    void jobEnded(int jobId);
    void errorRaised(const ovation::Error& error); ///< shown in the message bar
    void problemsRaised(const QString& title,
                        const QStringList& sentences); ///< several at once: "3 files could not be added"
    void messageRaised(const QString& text);
    void messageWithdrawn(const QString& text); ///< it is not true any more

private:
    friend struct SessionImpl;
    std::unique_ptr<SessionImpl> m_impl;
};

} // namespace ovation::ui
