// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/TimeRange.h"

#include <QByteArray>
#include <QMainWindow>

#include <array>

class QActionGroup;
class QSplitter;
class QStackedWidget;

namespace ovation::ui {

class ActionSet;
class FileCommands;
class LabelPanel;
class MessageBar;
class Player;
class ReviewPanel;
class Session;
class Settings;
class SpeechList;
class TimelineView;
class TrainPanel;
class TransportBar;
class ViewState;
struct Travelled;

enum class Workspace { Label, Train, Review };

/// Size of the very first window on a screen with `available` pixels, its frame not counted: 1280 x 800, or what fits.
QSize firstWindowSize(const QSize& available);

/// Width of the list of recordings in a window of `width` pixels, until a person has chosen one.
int firstListWidth(int width);

/// The studio's window: puts its parts together and connects them; what they do is in the parts.
class MainWindow : public QMainWindow {
    Q_OBJECT
public:
    /// `session`, `player` and `settings` outlive the window.
    MainWindow(Session* session, Player* player, Settings* settings);
    ~MainWindow() override;

    /// Projects, models, recordings, folders and label files, as dropped or given on the command line.
    void openPaths(const QStringList& paths);

    /// The project that was open when the window was last closed; nothing where that was an unsaved one.
    void openLastProject();

    Workspace workspace() const;
    void setWorkspace(Workspace workspace);

    ActionSet& actions() { return *m_actions; }
    MessageBar* messages() const { return m_messages; }
    SpeechList* speeches() const { return m_speeches; }
    TimelineView* timeline() const { return m_timeline; }

protected:
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;
    void closeEvent(QCloseEvent* event) override;

private:
    void buildWidgets();
    void connectSession();
    void connectCommands();
    void connectPlayback();
    void connectLabelling();
    void checkMarkingClass();
    void followCurrentSpeech();
    void showTravelled(const Travelled& travelled); ///< says it, and scrolls to it where none of it is in sight
    void updateActions();
    void updateTitle();
    void updateRecent();
    void restore();
    void playSpan(TimeSpan span);
    void step(int direction);
    QString keyText(const char* id) const; ///< the command's keys, or its name where it has none
    void judge(bool applause);             ///< what is chosen in Review, or the selected proposal
    void markOut();                        ///< says so where nothing comes of it
    void stepCursor(double seconds);
    void stepSpeech(int direction);

    Session* m_session;
    Player* m_player;
    Settings* m_settings;
    ActionSet* m_actions;
    FileCommands* m_files;
    MessageBar* m_messages = nullptr;
    SpeechList* m_speeches = nullptr;
    TimelineView* m_timeline = nullptr;
    ViewState* m_views = nullptr;
    LabelPanel* m_labels = nullptr;
    TrainPanel* m_train = nullptr;
    ReviewPanel* m_review = nullptr;
    QStackedWidget* m_panels = nullptr;
    TransportBar* m_transport = nullptr;
    QSplitter* m_listSplitter = nullptr;
    QSplitter* m_panelSplitter = nullptr;
    /// How high timeline and panel are in each workspace; empty where nobody has moved the border yet.
    std::array<QByteArray, 3> m_panelHeights;
};

} // namespace ovation::ui
