// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/main/ActionTable.h"

#include <QCoreApplication>
#include <QMenu>

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
    {"&File", "findMoved", "Find &Missing Recordings…", "", "Look in a folder, by content, for the recordings that are not where they were"},
    {"&File", "removeSpeech", "Remove &Recording", "", "Take the chosen recordings out of the project; the files stay"},
    {"&File", "", "", "", ""},
    {"&File", "importLabels", "&Import Labels…", "Ctrl+I", "Read label files, each for the recording of its name, or one for the current recording"},
    {"&File>&Export Labels", "exportLabels", "&This Recording…", "Ctrl+E", "Write the current recording's labels to a file"},
    {"&File>&Export Labels", "exportAllLabels", "&All Recordings…", "", "Write a label file for every labelled recording into a folder"},
    {"&File>&Export Labels", "exportLabelsToOneFile", "All to &One File…", "", "Write the labels of all recordings to one table, RTTM, Raven or JSON file"},
    {"&File", "exportDetections", "Export &Detections…", "Ctrl+Shift+E", "Write a label file for every recording with detected applause"},
    {"&File", "", "", "", ""},
    {"&File", "openModel", "Open &Model…", "", "Use a model file (.safetensors) for detection"},
    {"&File>E&xport Model", "exportSafetensors", "&safetensors…", "", "Write the model for Ovation and for Python"},
    {"&File>E&xport Model", "exportTorchScript", "&TorchScript…", "", "Write the model for LibTorch and PyTorch, standardiser included"},
    {"&File", "", "", "", ""},
    {"&File", "quit", "&Quit", "Ctrl+Q", "Close the window; everything is saved already"},

    {"&Edit", "undo", "&Undo", "Ctrl+Z", "Take the last change back, without limit"},
    {"&Edit", "redo", "&Redo", "Ctrl+Shift+Z Ctrl+Y", "Make the change again that was taken back"},
    {"&Edit", "", "", "", ""},
    {"&Edit", "delete", "&Delete Segment", "Del Backspace", "Delete the selected segments"},
    {"&Edit", "filter", "&Find Recording", "Ctrl+F", "Filter the list of recordings by name"},

    {"&View", "workspaceLabel", "&Label", "Ctrl+1", "The workspace for labelling", true},
    {"&View", "workspaceTrain", "&Train", "Ctrl+2", "The workspace for training", true},
    {"&View", "workspaceReview", "&Review", "Ctrl+3", "The workspace for reviewing what was detected", true},
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
    {"&Play", "", "", "", ""},
    {"&Play", "next", "&Next Segment", "N", "Go to the next segment and play it"},
    {"&Play", "previous", "Pre&vious Segment", "P", "Go to the segment before and play it"},
    {"&Play", "toStart", "To the &Beginning", "Home", "Put the cursor at the beginning of the recording"},

    {"&Label", "markIn", "Mark &In", "I", "Remember where a segment begins; works while playing"},
    {"&Label", "markOut", "Mark &Out", "O", "End the segment here; works while playing"},
    {"&Label", "", "", "", ""},
    {"&Label", "classApplause", "&Applause", "1", "Class of the selected segments, and of those drawn next", true},
    {"&Label", "classNotApplause", "&Not Applause", "2", "Class of the selected segments, and of those drawn next", true},
    {"&Label", "classUnsure", "&Unsure", "3", "Class of the selected segments, and of those drawn next; kept out of training", true},
    {"&Label", "", "", "", ""},
    {"&Label", "startEarlier", "Begin &Earlier", "[", "Move the selected segment's beginning 50 ms back"},
    {"&Label", "startLater", "Begin &Later", "]", "Move the selected segment's beginning 50 ms on"},
    {"&Label", "endEarlier", "End Earlie&r", "{ Shift+[", "Move the selected segment's end 50 ms back"},
    {"&Label", "endLater", "End La&ter", "} Shift+]", "Move the selected segment's end 50 ms on"},
    {"&Label", "", "", "", ""},
    {"&Label", "fullyLabelled", "&Fully Labelled", "F", "All applause of this recording is marked: the rest is not applause", true},

    {"&Train", "train", "&Train", "Ctrl+T", "Train a model with the settings of the Train workspace"},
    {"&Train", "resumeTraining", "&Resume", "", "Go on with the run that was stopped or interrupted, exactly where it stood"},
    {"&Train", "stopTraining", "&Stop", "", "Stop training and keep the best epoch's model"},
    {"&Train", "check", "&Check the Data", "Ctrl+K", "Look for mistakes in the labels and their split"},

    {"&Review", "detect", "&Detect in All Recordings", "Ctrl+D", "Let the model look for applause in every recording"},
    {"&Review", "detectCurrent", "Detect in &This Recording", "Ctrl+Shift+D", "Let the model look for applause in the chosen recordings"},
    {"&Review", "", "", "", ""},
    {"&Review", "accept", "&Accept Segment", "A", "The detected segment is applause: make it a label"},
    {"&Review", "reject", "&Reject Segment", "R", "The detected segment is not applause: an example for the next training"},

    {"&Help", "keys", "&Keys", "F1", "Every command and its keys"},
    {"&Help", "dismiss", "&Dismiss Message", "Esc", "Close the newest message"},
    {"&Help", "about", "&About Ovation", "", "Version and licence"},
};
// clang-format on

QString translated(const char* text) {
    return QCoreApplication::translate("Actions", text);
}

} // namespace

std::span<const ActionEntry> actionTable() {
    return kActions;
}

ActionSet::ActionSet(QWidget* window) : QObject(window), m_window(window) {
    for (const ActionEntry& entry : kActions) {
        if (!*entry.id) continue;
        auto* action = new QAction(translated(entry.text), this);
        action->setObjectName(QLatin1String(entry.id));
        action->setStatusTip(translated(entry.tip));
        action->setCheckable(entry.checkable);
        QList<QKeySequence> keys;
        for (const QString& key : QString::fromLatin1(entry.shortcuts).split(QLatin1Char(' '), Qt::SkipEmptyParts))
            keys << QKeySequence(key, QKeySequence::PortableText);
        action->setShortcuts(keys);
        const QString plain = translated(entry.text).remove(QLatin1Char('&'));
        action->setToolTip(keys.isEmpty()
                               ? plain
                               : QStringLiteral("%1 (%2)").arg(plain, keys.first().toString(QKeySequence::NativeText)));
        window->addAction(action);
        m_actions.insert(QLatin1String(entry.id), action);
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
