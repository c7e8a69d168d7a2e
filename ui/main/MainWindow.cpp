// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/main/MainWindow.h"

#include "ui/label/DropBin.h"
#include "ui/label/LabelPanel.h"
#include "ui/main/ActionTable.h"
#include "ui/main/ControlKeys.h"
#include "ui/main/Dropped.h"
#include "ui/main/ErrorText.h"
#include "ui/main/FileCommands.h"
#include "ui/main/JobArea.h"
#include "ui/main/MessageBar.h"
#include "ui/main/Questions.h"
#include "ui/main/SpeechList.h"
#include "ui/main/TransportBar.h"
#include "ui/main/ViewState.h"
#include "ui/main/WorkspaceSwitch.h"
#include "ui/review/DetectionsTable.h"
#include "ui/review/ReviewPanel.h"
#include "ui/session/Player.h"
#include "ui/session/Session.h"
#include "ui/session/Settings.h"
#include "ui/theme/Theme.h"
#include "ui/timeline/TimelineView.h"
#include "ui/train/TrainPanel.h"

#include <QCloseEvent>
#include <QDir>
#include <QDropEvent>
#include <QFileInfo>
#include <QListView>
#include <QMenu>
#include <QMessageBox>
#include <QMimeData>
#include <QScreen>
#include <QSplitter>
#include <QStackedWidget>
#include <QStatusBar>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>

namespace ovation::ui {

namespace {
constexpr std::array<const char*, 3> kPanelHeights{"window/panel_splitter", "window/panel_splitter_train",
                                                   "window/panel_splitter_review"}; ///< settings, by workspace
constexpr int kTravelledMs = 10000;
constexpr int kLeastListWidth = 19 * kGrid;
} // namespace

QSize firstWindowSize(const QSize& available) {
    constexpr QSize kFrame{2 * kGrid, 5 * kGrid}; // borders and title; how large they are is known once it is shown
    return QSize(1280, 800).boundedTo(available - kFrame);
}

int firstListWidth(int width) {
    return std::clamp(width * 3 / 16, 23 * kGrid, 30 * kGrid);
}

MainWindow::MainWindow(Session* session, Player* player, Settings* settings)
    : m_session(session),
      m_player(player),
      m_settings(settings),
      m_actions(new ActionSet(this)),
      m_files(new FileCommands(session, settings, this)) {
    setAcceptDrops(true);
    setObjectName(QStringLiteral("MainWindow"));
    m_actions->fill(menuBar());
    buildWidgets();
    connectSession();
    connectCommands();
    connectPlayback();
    connectLabelling();
    m_views = new ViewState(m_session, m_timeline); // hears of a recording after the player, which goes to its start
    restore();
    followCurrentSpeech();
    updateActions();
    updateTitle();
    updateRecent();
}

MainWindow::~MainWindow() = default;

void MainWindow::buildWidgets() {
    m_speeches = new SpeechList(m_session);
    m_timeline = new TimelineView(m_session, m_player);
    m_train = new TrainPanel(m_session, m_settings);
    m_review = new ReviewPanel(m_session, m_player, m_timeline);
    m_panels = new QStackedWidget;
    m_labels = new LabelPanel(m_session, m_timeline,
                              {(*m_actions)["propose"], (*m_actions)["accept"], (*m_actions)["reject"]});
    m_panels->addWidget(m_labels);
    m_panels->addWidget(m_train);
    m_panels->addWidget(m_review);

    m_panelSplitter = new QSplitter(Qt::Vertical);
    m_panelSplitter->addWidget(m_timeline);
    m_panelSplitter->addWidget(m_panels);
    m_panelSplitter->setChildrenCollapsible(false);
    connect(m_panelSplitter, &QSplitter::splitterMoved, this,
            [this] { m_panelHeights[static_cast<size_t>(workspace())] = m_panelSplitter->saveState(); });
    m_listSplitter = new QSplitter(Qt::Horizontal);
    m_listSplitter->addWidget(m_speeches);
    m_listSplitter->addWidget(m_panelSplitter);
    m_listSplitter->setStretchFactor(1, 1);
    m_listSplitter->setCollapsible(1, false);
    m_speeches->setMinimumWidth(kLeastListWidth);

    m_messages = new MessageBar;
    m_transport = new TransportBar(
        m_player, {(*m_actions)["previous"], (*m_actions)["playPause"], (*m_actions)["next"], (*m_actions)["loop"]});
    auto* bottom = new QHBoxLayout;
    bottom->setContentsMargins(0, 0, kGrid, 0);
    bottom->addWidget(m_transport);
    bottom->addWidget(new JobArea(m_session), 1);

    auto* centre = new QWidget;
    auto* layout = new QVBoxLayout(centre);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_messages);
    layout->addWidget(m_listSplitter, 1);
    layout->addLayout(bottom);
    setCentralWidget(centre);
    statusBar()->setSizeGripEnabled(false);

    // Fields would take a dropped file for text; the bins alone have a use of their own for files.
    for (auto* child : centre->findChildren<QWidget*>())
        if (child->acceptDrops() && !qobject_cast<DropBin*>(child)) child->setAcceptDrops(false);

    auto* keys = new ControlKeys(this);
    keys->leave(m_labels->table(), {Qt::Key_Delete, Qt::Key_Backspace}); // its selection is the timeline's
    keys->leave(m_speeches->view(),
                {Qt::Key_Left, Qt::Key_Right, Qt::Key_PageUp, Qt::Key_PageDown, Qt::Key_Home, Qt::Key_End});
    keys->leave(m_review->table()->view(), {Qt::Key_Left, Qt::Key_Right, Qt::Key_Home, Qt::Key_End});

    auto* workspaces = new WorkspaceSwitch(
        {(*m_actions)["workspaceLabel"], (*m_actions)["workspaceTrain"], (*m_actions)["workspaceReview"]}, this);
    menuBar()->setCornerWidget(workspaces);
}

void MainWindow::connectSession() {
    const auto update = [this] { updateActions(); };
    connect(m_session, &Session::errorRaised, this, [this](const Error& error) {
        if (error.code == ErrorCode::FileNotFound) m_settings->removeRecentProject(QString::fromStdString(error.file));
        m_messages->showProblem(errorText(error));
    });
    connect(m_session, &Session::problemsRaised, m_messages, &MessageBar::showProblem);
    connect(m_session, &Session::messageRaised, m_messages, &MessageBar::showNews);
    connect(m_session, &Session::messageWithdrawn, m_messages, &MessageBar::withdrawNews);
    connect(m_player, &Player::errorRaised, this,
            [this](const Error& error) { m_messages->showProblem(errorText(error)); });
    connect(m_session, &Session::existingFilesAsked, this,
            [this](const QString& folder, const QStringList& names, const ExistingFilesAnswer& answer) {
                askAboutExistingFiles(this, folder, names, answer);
            });
    connect(m_session, &Session::lossAsked, this,
            [this](const LossAnswer& answer) { askAboutLoss(this, m_session->readOnly(), answer); });
    connect(m_session, &Session::currentSpeechChanged, this, &MainWindow::followCurrentSpeech);
    connect(m_session, &Session::projectPathChanged, this, [this] {
        m_settings->setValue("projects/last", m_session->projectPath());
        if (!m_session->projectPath().isEmpty()) m_settings->addRecentProject(m_session->projectPath());
        updateTitle();
        updateActions();
    });
    connect(m_settings, &Settings::recentProjectsChanged, this, &MainWindow::updateRecent);
    connect(m_session, &Session::unsavedProjectsChanged, this, &MainWindow::updateRecent);
    connect(m_session, &Session::undoChanged, this, update);
    connect(m_session, &Session::travelled, this, &MainWindow::showTravelled);
    connect(m_session, &Session::projectOpened, this, update);
    connect(m_session, &Session::speechesChanged, this, update);
    connect(m_session, &Session::modelChanged, this, update);
    connect(m_session, &Session::detectionChanged, this, update);
    connect(m_session, &Session::detectionEnded, this, update);
    connect(m_session, &Session::detectionQueueChanged, this, update);
    connect(m_session, &Session::proposalsChanged, this, update);
    connect(m_session, &Session::trainingStarted, this, update);
    connect(m_session, &Session::trainingEnded, this, update);
    connect(m_session, &Session::resumableRunChanged, this, update);
    connect(m_timeline, &TimelineView::selectionChanged, this, update);
}

void MainWindow::showTravelled(const Travelled& travelled) {
    statusBar()->showMessage(travelled.text, kTravelledMs);
    const Speech* speech = m_session->project().speech(m_session->currentSpeech());
    if (!speech || speech->sampleRate <= 0 || travelled.changed.empty()) return;
    const TimeSpan visible = m_timeline->visible();
    const auto inSight = [&](const SampleRange& range) {
        return visible.overlaps(toSeconds(range, speech->sampleRate));
    };
    if (std::ranges::any_of(travelled.changed, inSight)) return;
    TimeSpan first = toSeconds(travelled.changed.front(), speech->sampleRate);
    first.end = std::min(first.end, first.start + 0.9 * visible.length()); // at the scale that is there
    m_timeline->reveal(first);
}

void MainWindow::followCurrentSpeech() {
    const Speech* speech = m_session->project().speech(m_session->currentSpeech());
    const bool there = speech && !speech->missing;
    m_player->setSource(there ? QString::fromStdString(speech->path) : QString(), speech ? speech->frames : 0,
                        speech ? speech->sampleRate : 0);
    m_transport->setLength(speech ? speech->frames : 0, speech ? speech->sampleRate : 0);
    updateActions();
}

Workspace MainWindow::workspace() const {
    return static_cast<Workspace>(m_panels->currentIndex());
}

void MainWindow::setWorkspace(Workspace workspace) {
    static const char* const ids[] = {"workspaceLabel", "workspaceTrain", "workspaceReview"};
    const QWidget* focused = focusWidget();
    const bool focusLeaves = focused && workspace != this->workspace() && m_panels->isAncestorOf(focused);
    m_panels->setCurrentIndex(static_cast<int>(workspace));
    if (focusLeaves) { // else it comes to the first control, whose value the next key would change
        QWidget* table = m_review->table()->view();
        (workspace == Workspace::Review && table->isVisible() ? table : m_timeline)->setFocus(Qt::OtherFocusReason);
    }
    // Training is watched in its panel; elsewhere the timeline is what one works in.
    const bool train = workspace == Workspace::Train;
    m_panelSplitter->setStretchFactor(0, train ? 0 : 1);
    m_panelSplitter->setStretchFactor(1, train ? 1 : 0);
    if (!m_panelSplitter->restoreState(m_panelHeights[static_cast<size_t>(workspace)]))
        m_panelSplitter->setSizes(train ? QList<int>{220, 500} : QList<int>{340, 380});
    (*m_actions)[ids[static_cast<int>(workspace)]]->setChecked(true);
    m_timeline->setDetectionsFirst(workspace == Workspace::Review);
    m_settings->setValue("window/workspace", static_cast<int>(workspace));
    updateActions();
}

void MainWindow::updateTitle() {
    const QString path = m_session->projectPath();
    const QString name = path.isEmpty() ? tr("Unsaved project") : QFileInfo(path).completeBaseName();
    setWindowTitle(m_session->readOnly() ? tr("%1 (read only) - Ovation").arg(name) : tr("%1 - Ovation").arg(name));
}

void MainWindow::updateRecent() {
    auto* menu = new QMenu(this);
    menu->setToolTipsVisible(true);
    const QStringList recent = m_settings->recentProjects();
    QHash<QString, int> sameName;
    for (const QString& path : recent)
        ++sameName[QFileInfo(path).fileName()];
    for (const QString& path : recent) {
        const QFileInfo file(path);
        QString text = file.fileName();
        if (sameName[text] > 1) text = tr("%1 in %2").arg(text, QDir::toNativeSeparators(file.path()));
        QAction* action = menu->addAction(text.replace(QLatin1Char('&'), QLatin1String("&&")));
        action->setToolTip(QDir::toNativeSeparators(path));
        connect(action, &QAction::triggered, m_session, [this, path] { m_session->openProject(path); });
    }
    for (const UnsavedProject& project : m_session->unsavedProjects()) {
        const QString changed = locale().toString(project.changed, QLocale::ShortFormat);
        QAction* action = menu->addAction(
            project.recordings == 1 ? tr("Unsaved project of %1: 1 recording").arg(changed)
                                    : tr("Unsaved project of %1: %2 recordings").arg(changed).arg(project.recordings));
        action->setToolTip(QDir::toNativeSeparators(project.path));
        connect(action, &QAction::triggered, m_session, [this, path = project.path] { m_session->openProject(path); });
    }
    if (!recent.isEmpty()) {
        menu->addSeparator();
        connect(menu->addAction(tr("&Clear This List")), &QAction::triggered, m_settings,
                [this] { m_settings->clearRecentProjects(); });
    }
    QAction* entry = (*m_actions)["recent"];
    if (QMenu* before = entry->menu()) before->deleteLater();
    entry->setMenu(menu);
    entry->setEnabled(!menu->isEmpty());
}

void MainWindow::restore() {
    if (!restoreGeometry(m_settings->value("window/geometry").toByteArray()))
        resize(firstWindowSize(screen()->availableGeometry().size()));
    const int list = firstListWidth(width());
    m_listSplitter->setSizes({list, width() - list});
    m_listSplitter->restoreState(m_settings->value("window/list_splitter").toByteArray());
    for (size_t i = 0; i < m_panelHeights.size(); ++i)
        m_panelHeights[i] = m_settings->value(kPanelHeights[i]).toByteArray();
    setWorkspace(static_cast<Workspace>(std::clamp(m_settings->value("window/workspace").toInt(), 0, 2)));
    m_timeline->setSpectrogramOptions(
        SpectrogramOptions::fromText(m_settings->value("timeline/spectrogram").toString()));
    connect(m_timeline, &TimelineView::spectrogramOptionsChanged, this, [this](const SpectrogramOptions& options) {
        m_settings->setValue("timeline/spectrogram", options.text());
    });
    m_transport->setVolume(m_settings->value("play/volume").toDouble());
    connect(m_transport, &TransportBar::volumeChanged, this,
            [this](double volume) { m_settings->setValue("play/volume", volume); });
}

void MainWindow::openLastProject() {
    if (const QString last = m_settings->value("projects/last").toString(); !last.isEmpty())
        m_session->openProject(last);
}

void MainWindow::openPaths(const QStringList& paths) {
    const Dropped dropped = sortDropped(paths);
    if (!dropped.projects.isEmpty()) m_session->openProject(dropped.projects.first());
    if (dropped.projects.size() > 1) m_messages->showNews(tr("One window shows one project: the first was opened."));
    if (!dropped.models.isEmpty()) m_session->openModel(dropped.models.last());
    if (!dropped.others.isEmpty()) m_session->addAudio(dropped.others);
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event) {
    if (!localPaths(event->mimeData()).isEmpty()) event->acceptProposedAction();
}

void MainWindow::dropEvent(QDropEvent* event) {
    const QStringList paths = localPaths(event->mimeData());
    if (paths.isEmpty()) return;
    event->setDropAction(Qt::CopyAction);
    event->accept();
    openPaths(paths);
}

void MainWindow::closeEvent(QCloseEvent* event) {
    m_settings->setValue("window/geometry", saveGeometry());
    m_settings->setValue("window/list_splitter", m_listSplitter->saveState());
    for (size_t i = 0; i < m_panelHeights.size(); ++i)
        m_settings->setValue(kPanelHeights[i], m_panelHeights[i]);
    if (m_session->unwrittenChanges()) {
        const auto answer =
            QMessageBox::warning(this, tr("Changes are not on disk"),
                                 lossText(m_session->readOnly(), tr("Closing the window now loses this.")),
                                 QMessageBox::Discard | QMessageBox::Cancel, QMessageBox::Cancel);
        if (answer == QMessageBox::Cancel) {
            event->ignore();
            return;
        }
    }
    m_views->keep();
    m_player->pause();
    QMainWindow::closeEvent(event);
}

} // namespace ovation::ui
