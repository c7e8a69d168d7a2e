// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/main/ActionTable.h"

#include <QCoreApplication>
#include <QMenu>
#include <QShortcutEvent>

#include <algorithm>

namespace ovation::ui {

namespace {

// clang-format off
const ActionEntry kActions[] = {
    {"&File", "new", "&New Project", "Ctrl+N", "Start an empty project; the one before keeps everything"},
    {"&File", "open", "&Open Project…", "Ctrl+O", "Open a project file"},
    {"&File", "recent", "Open &Recent", "", "Projects that were open lately"},
    {"&File", "save", "&Save Project", "Ctrl+S", "Choose a file for a new project; afterwards every change is saved as it is made"},
    {"&File", "saveAs", "Save Project &As…", "Ctrl+Shift+S", "Put the project into a file of your choice; every change goes there at once"},
    {"&File", "", "", "", ""},
    {"&File", "addAudio", "Add A&udio…", "Ctrl+Shift+O", "Add recordings to the project"},
    {"&File", "addFolder", "Add &Folder…", "", "Add all recordings of a folder; class folders and label files are understood"},
    {"&File", "findMoved", "Find Missin&g Recordings…", "", "Look in a folder, by content, for the recordings that are not where they were"},
    {"&File", "removeSpeech", "Remo&ve Recording", "", "Take the chosen recordings out of the project; the files stay"},
    {"&File", "", "", "", ""},
    {"&File", "importLabels", "&Import Labels…", "Ctrl+I", "Read label files, each for the recording of its name, or one for the current recording"},
    {"&File>&Export Labels", "exportLabels", "&This Recording…", "Ctrl+E", "Write the current recording's labels to a file"},
    {"&File>&Export Labels", "exportAllLabels", "&All Recordings…", "", "Write a label file for every labelled recording into a folder"},
    {"&File>&Export Labels", "exportLabelsToOneFile", "All to &One File…", "", "Write the labels of all recordings to one table, RTTM, Raven or JSON file"},
    {"&File", "exportDetections", "Export &Detections…", "Ctrl+Shift+E", "Write a label file for every recording with detected applause"},
    {"&File", "saveReport", "Save Repor&t…", "Ctrl+R", "Write the report: figures, loudness and places of the applause, as a page, PDF or table"},
    {"&File", "exportClips", "Export &Clips…", "", "Write a sound file for every label, or a training set that other programs read"},
    {"&File", "exportHistories", "Export Training &Histories…", "", "Write every run's curves as CSV, JSON or TensorBoard event files"},
    {"&File", "", "", "", ""},
    {"&File", "openModel", "Open &Model…", "", "Use a model file (.safetensors) for detection"},
    {"&File>E&xport Model", "exportTorchScript", "&TorchScript…", "", "Write the model for PyTorch and LibTorch, features and standardiser included"},
    {"&File>E&xport Model", "exportOnnx", "&ONNX…", "", "Write the model for onnxruntime (Python, JavaScript, browsers), features and standardiser included"},
    {"&File>E&xport Model", "exportOnnxFeatures", "ONNX, &Features In…", "", "Write the network and its standardiser for programs that compute the features themselves"},
    {"&File>E&xport Model", "exportSafetensors", "&safetensors…", "", "Write Ovation's own model file, with a JSON description to rebuild the network from"},
    {"&File>E&xport Model", "exportCard", "Model &Card…", "", "Write what to know about the model as Markdown or HTML: data, split, scores, limits, how to call it"},
    {"&File", "", "", "", ""},
    {"&File", "quit", "&Quit", "Ctrl+Q", "Close the window; everything is saved already"},

    {"&Edit", "undo", "&Undo", "Ctrl+Z", "Take the last change back, without limit"},
    {"&Edit", "redo", "&Redo", "Ctrl+Shift+Z Ctrl+Y", "Make the change again that was taken back"},
    {"&Edit", "", "", "", ""},
    {"&Edit", "history", "&History", "Ctrl+H", "Every change as a list: a click goes back or forward to it"},
    {"&Edit", "", "", "", ""},
    {"&Edit", "selectAll", "Select &All Segments", "Ctrl+A", "Select every segment of this recording"},
    {"&Edit", "duplicate", "Du&plicate Segment", "D", "Copy the selected segments into the next gaps that hold them"},
    {"&Edit", "delete", "&Delete Segment", "Del Backspace", "Delete the selected segments"},
    {"&Edit", "", "", "", ""},
    {"&Edit", "filter", "&Find Recording", "Ctrl+F", "Filter the list of recordings by name"},

    {"&View", "workspaceLabel", "&Label", "Ctrl+1", "The workspace for labelling", true},
    {"&View", "workspaceTrain", "&Train", "Ctrl+2", "The workspace for training", true},
    {"&View", "workspaceReview", "&Review", "Ctrl+3", "The workspace for reviewing what was detected", true},
    {"&View", "", "", "", ""},
    {"&View", "focusTimeline", "Go to Ti&meline", "F6", "Put the keyboard into the timeline"},
    {"&View", "focusTable", "Go to La&bel Table", "Ctrl+L", "Put the keyboard into the label table: arrows choose, Enter plays, F2 edits"},
    {"&View", "nextSpeech", "Ne&xt Recording", "PgDown", "Show the next recording of the list"},
    {"&View", "previousSpeech", "Pre&vious Recording", "PgUp", "Show the recording before in the list"},
    {"&View", "", "", "", ""},
    {"&View", "zoomIn", "Zoom &In", "+ =", "Show less time in more detail"},
    {"&View", "zoomOut", "Zoom &Out", "-", "Show more time"},
    {"&View", "zoomAll", "Whole Recordin&g", "0", "Show the whole recording"},
    {"&View", "zoomSelection", "&Selection", "Z", "Show what is selected"},
    {"&View", "scrollLeft", "Scroll Le&ft", "Left", "Scroll towards the beginning"},
    {"&View", "scrollRight", "Scroll Rig&ht", "Right", "Scroll towards the end"},

    {"&Play", "playPause", "&Play or Pause", "Space", "Play from the cursor, or pause"},
    {"&Play", "playSelection", "Play &Selection", "Shift+Space", "Play what is selected"},
    {"&Play", "loop", "&Loop", "L", "Play the selection over and over", true},
    {"&Play", "slower", "Slo&wer", "<", "Play more slowly, down to half speed; the pitch stays"},
    {"&Play", "faster", "&Faster", ">", "Play faster, up to double speed; the pitch stays"},
    {"&Play", "usualSpeed", "&Usual Speed", ".", "Play as it was recorded"},
    {"&Play", "", "", "", ""},
    {"&Play", "next", "&Next Segment", "N", "Go to the next segment and play it"},
    {"&Play", "previous", "Pre&vious Segment", "P", "Go to the segment before and play it"},
    {"&Play", "back", "1 s Bac&k", "Ctrl+Left", "Move the cursor back by a second; works while playing"},
    {"&Play", "forward", "1 s F&orward", "Ctrl+Right", "Move the cursor on by a second; works while playing"},
    {"&Play", "backFar", "5 s Back", "Ctrl+Shift+Left", "Move the cursor back by five seconds; works while playing"},
    {"&Play", "forwardFar", "5 s Forward", "Ctrl+Shift+Right", "Move the cursor on by five seconds; works while playing"},
    {"&Play", "toStart", "To the &Beginning", "Home", "Put the cursor at the beginning of the recording"},
    {"&Play", "toEnd", "To the &End", "End", "Put the cursor at the end of the recording"},

    {"&Label", "markIn", "Mark &In", "I", "Remember where a segment begins; works while playing"},
    {"&Label", "markOut", "Mark &Out", "O", "End the segment here; works while playing"},
    {"&Label", "", "", "", ""},
    {"&Label", "classApplause", "&Applause", "1", "Class of the selected segments; of those marked next where none is selected", true},
    {"&Label", "classNotApplause", "&Not Applause", "2", "Class of the selected segments; of those marked next where none is selected", true},
    {"&Label", "classUnsure", "&Unsure", "3", "Class of the selected segments; of those marked next where none is selected; kept out of training", true},
    {"&Label", "", "", "", ""},
    {"&Label", "split", "Spli&t at Cursor", "T", "Cut the selected segment, or the one under the cursor, in two"},
    {"&Label", "merge", "&Merge", "M", "Make one of the selected segments; a single one is merged with the next"},
    {"&Label>Nu&dge", "startEarlier", "Begin 10 ms &Earlier", "[", "Move the selected segment's beginning 10 ms back; in Review, of the detected one, which accepts it"},
    {"&Label>Nu&dge", "startLater", "Begin 10 ms &Later", "]", "Move the selected segment's beginning 10 ms on"},
    {"&Label>Nu&dge", "endEarlier", "End 10 ms Ea&rlier", "{ Shift+[", "Move the selected segment's end 10 ms back"},
    {"&Label>Nu&dge", "endLater", "End 10 ms La&ter", "} Shift+]", "Move the selected segment's end 10 ms on"},
    {"&Label>Nu&dge", "", "", "", ""},
    {"&Label>Nu&dge", "startMuchEarlier", "Begin 100 ms Earlier", "Ctrl+[", "Move the selected segment's beginning 100 ms back"},
    {"&Label>Nu&dge", "startMuchLater", "Begin 100 ms Later", "Ctrl+]", "Move the selected segment's beginning 100 ms on"},
    {"&Label>Nu&dge", "endMuchEarlier", "End 100 ms Earlier", "Ctrl+{ Ctrl+Shift+[", "Move the selected segment's end 100 ms back"},
    {"&Label>Nu&dge", "endMuchLater", "End 100 ms Later", "Ctrl+} Ctrl+Shift+]", "Move the selected segment's end 100 ms on"},
    {"&Label>Nu&dge", "", "", "", ""},
    {"&Label>Nu&dge", "moveEarlier", "Move 10 ms Earlier", "Alt+Left", "Move the selected segments 10 ms back"},
    {"&Label>Nu&dge", "moveLater", "Move 10 ms Later", "Alt+Right", "Move the selected segments 10 ms on"},
    {"&Label>Nu&dge", "moveMuchEarlier", "Move 100 ms Earlier", "Alt+Shift+Left", "Move the selected segments 100 ms back"},
    {"&Label>Nu&dge", "moveMuchLater", "Move 100 ms Later", "Alt+Shift+Right", "Move the selected segments 100 ms on"},
    {"&Label", "snap", "&Snap Edges", "S", "Edges that are dragged stop at other edges and where the sound begins or ends; Alt turns it round", true},
    {"&Label", "", "", "", ""},
    {"&Label", "propose", "&Propose Applause", "Ctrl+P", "Propose noise-like stretches of this recording, without a model, to accept (A) or reject (R)", true},
    {"&Label", "nextProposal", "Ne&xt Proposal", "J", "Go to the next proposal and play it"},
    {"&Label", "previousProposal", "Pre&vious Proposal", "K", "Go to the proposal before and play it"},
    {"&Label", "", "", "", ""},
    {"&Label", "fullyLabelled", "&Fully Labelled", "F", "All applause of this recording is marked: the rest is not applause", true},

    {"&Train", "train", "&Train", "Ctrl+T", "Train a model with the settings of the Train workspace"},
    {"&Train", "pauseTraining", "&Pause", "", "Write down where the training stands and free the machine, to resume later"},
    {"&Train", "resumeTraining", "&Resume", "", "Go on with the run that was stopped or interrupted, exactly where it stood"},
    {"&Train", "stopTraining", "&Stop", "", "Stop training and keep the best epoch's model"},
    {"&Train", "queueTraining", "Add to &Queue", "Ctrl+Alt+T", "Let a run with the settings of the Train workspace wait for its turn"},
    {"&Train", "", "", "", ""},
    {"&Train", "check", "&Check the Data", "Ctrl+K", "Look for mistakes in the labels and their split"},

    {"&Review", "detect", "&Detect in All Recordings", "Ctrl+D", "Let the model look for applause in every recording"},
    {"&Review", "detectCurrent", "Detect in &This Recording", "Ctrl+Shift+D", "Let the model look for applause in the chosen recordings"},
    {"&Review", "pauseDetection", "&Pause Detecting", "", "Stop for now; what is left is remembered with the project"},
    {"&Review", "resumeDetection", "&Go On Detecting", "", "Go on with the recordings that are left"},
    {"&Review", "starterModel", "Use the &Starter Model", "", "Detect with the model that comes with Ovation"},
    {"&Review", "", "", "", ""},
    {"&Review", "trainAgain", "Train Again with &Corrections", "Ctrl+Shift+T", "Train the model on with what was accepted, rejected and labelled, then detect again"},
    {"&Review", "", "", "", ""},
    {"&Review", "accept", "&Accept Segment", "A", "The detected or proposed segment is applause: make it a label"},
    {"&Review", "reject", "&Reject Segment", "R", "The detected or proposed segment is not applause: an example for the next training"},

    {"&Help", "trainingGuide", "How &Training Works", "", "Twelve short lessons on what training does and how to read its curves"},
    {"&Help", "keys", "&Keys", "F1", "Every command and its keys"},
    {"&Help", "changeKeys", "&Change Keys…", "", "Give commands other keys"},
    {"&Help", "dismiss", "&Dismiss Message", "Esc", "Close the newest message"},
    {"&Help", "about", "&About Ovation", "", "Version and licence"},
};
// clang-format on

QString translated(const char* text) {
    return QCoreApplication::translate("Actions", text);
}

QList<QKeySequence> keysFrom(const QString& text) {
    QList<QKeySequence> keys;
    for (const QString& key : text.split(QLatin1Char(' '), Qt::SkipEmptyParts))
        keys << QKeySequence(key, QKeySequence::PortableText);
    return keys;
}

/// An action one press of which may be two of its keys: where } is Shift+], it is both. Qt calls that ambiguous and
/// does nothing, which is right only where the key is another command's, too.
class Command : public QAction {
public:
    using QAction::QAction;

protected:
    bool event(QEvent* event) override {
        if (event->type() != QEvent::Shortcut) return QAction::event(event);
        const auto* pressed = static_cast<QShortcutEvent*>(event);
        const auto others = parent()->findChildren<Command*>(Qt::FindDirectChildrenOnly);
        const bool shared = std::ranges::any_of(others, [&](const Command* other) {
            return other != this && other->isEnabled() && other->shortcuts().contains(pressed->key());
        });
        if (!pressed->isAmbiguous() || shortcuts().size() < 2 || shared) return QAction::event(event);
        trigger();
        return true;
    }
};

const ActionEntry* entryOf(const QString& id) {
    const auto found = std::ranges::find_if(
        kActions, [&](const ActionEntry& entry) { return *entry.id && id == QLatin1String(entry.id); });
    return found == std::end(kActions) ? nullptr : found;
}

} // namespace

std::span<const ActionEntry> actionTable() {
    return kActions;
}

QString plainText(const ActionEntry& entry) {
    QString text = translated(entry.text);
    // "This Recording…" alone says nothing.
    if (const QList<QByteArray> path = QByteArray(entry.menu).split('>'); path.size() > 1)
        text = QStringLiteral("%1: %2").arg(translated(path.last().constData()), text);
    return text.remove(QLatin1Char('&'));
}

QString menuText(const ActionEntry& entry) {
    const QByteArray top = QByteArray(entry.menu).split('>').first();
    return translated(top.constData()).remove(QLatin1Char('&'));
}

QString keysText(const QList<QKeySequence>& keys) {
    QStringList texts;
    for (const QKeySequence& key : keys)
        texts << key.toString(QKeySequence::NativeText);
    return texts.join(QStringLiteral(", "));
}

ActionSet::ActionSet(QWidget* window) : QObject(window), m_window(window) {
    for (const ActionEntry& entry : kActions) {
        if (!*entry.id) continue;
        auto* action = new Command(translated(entry.text), this);
        action->setObjectName(QLatin1String(entry.id));
        action->setStatusTip(translated(entry.tip));
        action->setCheckable(entry.checkable);
        window->addAction(action);
        m_actions.insert(QLatin1String(entry.id), action);
        showKeys(entry.id, usualKeys(entry));
    }
}

QAction* ActionSet::operator[](const char* id) const {
    QAction* action = m_actions.value(QLatin1String(id));
    Q_ASSERT(action);
    return action;
}

QMenu* ActionSet::menu(const char* name) const {
    return m_menus.value(QLatin1String(name));
}

QList<QKeySequence> ActionSet::usualKeys(const ActionEntry& entry) {
    return keysFrom(QString::fromLatin1(entry.shortcuts));
}

void ActionSet::showKeys(const char* id, const QList<QKeySequence>& keys) {
    QAction* action = (*this)[id];
    action->setShortcuts(keys);
    const QString plain = plainText(*entryOf(QLatin1String(id)));
    action->setToolTip(
        keys.isEmpty() ? plain : QStringLiteral("%1 (%2)").arg(plain, keys.first().toString(QKeySequence::NativeText)));
}

void ActionSet::setKeys(const char* id, const QList<QKeySequence>& keys) {
    if (keys == this->keys(id)) return;
    showKeys(id, keys);
    Q_EMIT keysChanged();
}

const ActionEntry* ActionSet::usedBy(const QKeySequence& key, const char* exceptId) const {
    for (const ActionEntry& entry : kActions)
        if (*entry.id && qstrcmp(entry.id, exceptId) != 0 && keys(entry.id).contains(key)) return &entry;
    return nullptr;
}

void ActionSet::resetKeys() {
    for (const ActionEntry& entry : kActions)
        if (*entry.id) showKeys(entry.id, usualKeys(entry));
    Q_EMIT keysChanged();
}

QStringList ActionSet::changedKeys() const {
    QStringList changed;
    for (const ActionEntry& entry : kActions) {
        if (!*entry.id || keys(entry.id) == usualKeys(entry)) continue;
        QStringList texts;
        for (const QKeySequence& key : keys(entry.id))
            texts << key.toString(QKeySequence::PortableText);
        changed << QLatin1String(entry.id) + QLatin1Char('=') + texts.join(QLatin1Char(' '));
    }
    return changed;
}

void ActionSet::restoreKeys(const QStringList& changed) {
    for (const QString& line : changed) {
        const auto equals = line.indexOf(QLatin1Char('='));
        if (const ActionEntry* entry = entryOf(line.left(equals)); entry && equals > 0)
            showKeys(entry->id, keysFrom(line.mid(equals + 1)));
    }
    Q_EMIT keysChanged();
}

void ActionSet::fill(QMenuBar* bar) {
    for (const ActionEntry& entry : kActions) {
        const QStringList path = QString::fromLatin1(entry.menu).split(QLatin1Char('>'));
        QMenu*& top = m_menus[path.first()];
        if (!top) top = bar->addMenu(translated(path.first().toLatin1()));
        QMenu*& menu = m_menus[QLatin1String(entry.menu)];
        if (!menu) menu = top->addMenu(translated(path.last().toLatin1()));
        if (*entry.id)
            menu->addAction((*this)[entry.id]);
        else
            menu->addSeparator();
    }
}

} // namespace ovation::ui
