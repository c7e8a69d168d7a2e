// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/export/ExportFormat.h"

#include <QObject>
#include <QStringList>

#include <functional>

class QFileDialog;
class QWidget;

namespace ovation::ui {

class ActionSet;
class ChartBoard;
class Session;
class Settings;
class SpeechList;
enum class ReportForm;

/// The commands that ask for a file or a folder first. Each remembers the folder it was last used in.
class FileCommands : public QObject {
    Q_OBJECT
public:
    FileCommands(Session* session, Settings* settings, QWidget* window);
    void connectTo(ActionSet& actions, SpeechList* speeches);
    void exportCharts(ChartBoard* charts, const QString& format); ///< "png", "svg" or "csv"
    void saveReport(ReportForm form);
    void saveReport(); ///< the person chooses the form, too

private:
    using Chosen = std::function<void(const QStringList& paths, const QString& filter)>;

    /// Opens the dialog and returns at once; `chosen` follows.
    void ask(QFileDialog* dialog, const char* folderSetting, Chosen chosen);
    QFileDialog* dialogToOpen(const QString& title, const QString& filter, bool several);
    QFileDialog* dialogToSave(const QString& title, const QStringList& filters, const QString& suffix,
                              const QString& name);
    QFileDialog* dialogForFolder(const QString& title);

    void addAudio();
    void addFolder();
    void removeSpeeches(const std::vector<int64_t>& ids);
    void openProject();
    void saveProjectAs();
    void importLabels();
    QFileDialog* dialogForLabels(const QStringList& filters, const QString& stem);
    void exportLabels();
    void exportLabelsToOneFile();
    void askForExportFolder(const QString& title,
                            std::function<void(const QString& folder, const QString& format)> chosen);
    void exportClips();
    void exportHistories();
    void openModel();
    void exportModel(const std::vector<ExportFormat>& formats); ///< the person chooses between them

    Session* m_session;
    Settings* m_settings;
    QWidget* m_window;
};

} // namespace ovation::ui
