// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/main/FileCommands.h"

#include "core/labels/LabelFormats.h"
#include "ui/charts/ChartBoard.h"
#include "ui/main/ActionTable.h"
#include "ui/main/ClipDialog.h"
#include "ui/main/SpeechList.h"
#include "ui/session/Session.h"
#include "ui/session/Settings.h"
#include "ui/theme/SaveDialog.h"

#include <QDesktopServices>
#include <QFileDialog>
#include <QFileInfo>
#include <QGridLayout>
#include <QMessageBox>
#include <QPointer>
#include <QPushButton>

#include <algorithm>

namespace ovation::ui {

namespace {

QString audioFilter() {
    return QObject::tr(
        "Recordings (*.wav *.flac *.mp3 *.ogg *.oga *.opus *.aif *.aiff *.au *.caf *.w64 *.rf64);;All files (*)");
}

/// One line for each label format, and which format a line stands for.
QString filterOf(const LabelFormat& format) {
    return QStringLiteral("%1 (*.%2)").arg(QString::fromUtf8(format.name), QString::fromUtf8(format.extension));
}

QStringList formatFilters(bool severalRecordings = false) {
    QStringList filters;
    for (const LabelFormat& format : labelFormats())
        if (!severalRecordings || format.severalRecordings) filters << filterOf(format);
    return filters;
}

const LabelFormat& formatOf(const QString& filter) {
    for (const LabelFormat& format : labelFormats())
        if (filterOf(format) == filter) return format;
    return labelFormats().front();
}

/// The id of the format that the end of a file's name stands for, else of the filter's. Where ".txt" is no more than
/// the end of the filter's own, as of ".selections.txt", or where the format it stands for is not to be had, it is the
/// filter's.
QString labelFormatIdFor(const QString& path, const QString& filter, bool severalRecordings = false) {
    const LabelFormat& chosen = formatOf(filter);
    const LabelFormat* named = labelFormatByName(path.toStdString());
    const QString end = QLatin1Char('.') + QFileInfo(path).suffix();
    const bool follows = !named || QString::fromUtf8(chosen.extension).endsWith(end) ||
                         (severalRecordings && !named->severalRecordings && end == QLatin1String(".txt"));
    return QString::fromUtf8((follows ? chosen : *named).id);
}

QString labelFilter() {
    QStringList patterns;
    for (const LabelFormat& format : labelFormats())
        patterns << QStringLiteral("*.") + QString::fromUtf8(format.extension);
    patterns << QStringLiteral("*.tsv");
    patterns.removeDuplicates();
    return QObject::tr("Label files (%1);;All files (*)").arg(patterns.join(QLatin1Char(' ')));
}

/// What a report's file is called at first, and how such files are named in a dialog for this form only.
struct ReportFile {
    QString stem, suffix, filter;
};

ReportFile fileOf(ReportForm form) {
    switch (form) {
    case ReportForm::Html:
        return {QStringLiteral("applause-report"), QStringLiteral("html"), QObject::tr("Page (*.html)")};
    case ReportForm::Pdf:
        return {QStringLiteral("applause-report"), QStringLiteral("pdf"), QObject::tr("PDF (*.pdf)")};
    case ReportForm::RecordingsCsv:
        return {QStringLiteral("applause-report"), QStringLiteral("csv"), QObject::tr("CSV (*.csv)")};
    case ReportForm::ApplausesCsv:
        break;
    }
    return {QStringLiteral("applauses"), QStringLiteral("csv"), QObject::tr("CSV (*.csv)")};
}

constexpr ReportForm kReportForms[] = {ReportForm::Html, ReportForm::Pdf, ReportForm::RecordingsCsv,
                                       ReportForm::ApplausesCsv};

/// In the order of kReportForms.
QStringList reportFilters() {
    return {QObject::tr("Page (*.html)"), QObject::tr("PDF (*.pdf)"), QObject::tr("Table of recordings, CSV (*.csv)"),
            QObject::tr("Table of every applause, CSV (*.csv)")};
}

ReportForm formOf(const QString& filter) {
    return kReportForms[std::max<qsizetype>(0, reportFilters().indexOf(filter))];
}

/// With the end of the report's form, in place of another form's. What is then there already, nobody was asked about:
/// it is not replaced.
QString reportPathFor(const QString& path, ReportForm form) {
    const QString suffix = fileOf(form).suffix, typed = QFileInfo(path).suffix().toLower();
    if (typed == suffix || (typed == QLatin1String("htm") && form == ReportForm::Html)) return path;
    const bool ofAnother =
        QStringList{QStringLiteral("html"), QStringLiteral("htm"), QStringLiteral("pdf"), QStringLiteral("csv")}
            .contains(typed);
    const QString stem = ofAnother ? path.chopped(typed.size() + 1) : path;
    QString named = stem + QLatin1Char('.') + suffix;
    for (int number = 2; QFileInfo::exists(named); ++number)
        named = QStringLiteral("%1-%2.%3").arg(stem).arg(number).arg(suffix);
    return named;
}

} // namespace

FileCommands::FileCommands(Session* session, Settings* settings, QWidget* window)
    : QObject(window), m_session(session), m_settings(settings), m_window(window) {}

void FileCommands::connectTo(ActionSet& actions, SpeechList* speeches) {
    actions.on("new", this, [this] { m_session->newProject(); });
    actions.on("open", this, [this] { openProject(); });
    actions.on("save", this, [this] {
        if (const QString path = m_session->projectPath(); path.isEmpty() || m_session->readOnly())
            saveProjectAs();
        else
            Q_EMIT m_session->messageRaised(tr("Everything is in %1 already: every change is saved as it is made.")
                                                .arg(QFileInfo(path).fileName()));
    });
    actions.on("saveAs", this, [this] { saveProjectAs(); });
    actions.on("addAudio", this, [this] { addAudio(); });
    actions.on("addFolder", this, [this] { addFolder(); });
    actions.on("removeSpeech", this, [this, speeches] { removeSpeeches(speeches->selected()); });
    actions.on("importLabels", this, [this] { importLabels(); });
    actions.on("exportLabels", this, [this] { exportLabels(); });
    actions.on("exportAllLabels", this, [this] {
        askForExportFolder(
            tr("Export Labels: choose the folder and the format"),
            [this](const QString& folder, const QString& format) { m_session->exportAllLabels(folder, format); });
    });
    actions.on("exportLabelsToOneFile", this, [this] { exportLabelsToOneFile(); });
    actions.on("findMoved", this, [this] {
        ask(dialogForFolder(tr("Find Missing Recordings: choose where to look")), "folders/audio",
            [this](const QStringList& paths, const QString&) { m_session->findMovedAudio(paths.first()); });
    });
    actions.on("exportDetections", this, [this] {
        askForExportFolder(
            tr("Export Detections: choose the folder and the format"),
            [this](const QString& folder, const QString& format) { m_session->exportDetections(folder, format); });
    });
    actions.on("saveReport", this, [this] { saveReport(); });
    actions.on("exportClips", this, [this] { exportClips(); });
    actions.on("exportHistories", this, [this] { exportHistories(); });
    actions.on("openModel", this, [this] { openModel(); });
    actions.on("exportSafetensors", this, [this] { exportModel({ExportFormat::Safetensors}); });
    actions.on("exportTorchScript", this, [this] { exportModel({ExportFormat::TorchScript}); });
    actions.on("exportOnnx", this, [this] { exportModel({ExportFormat::Onnx}); });
    actions.on("exportOnnxFeatures", this, [this] { exportModel({ExportFormat::OnnxFeatures}); });
    actions.on("exportCard", this, [this] { exportModel({ExportFormat::CardMarkdown, ExportFormat::CardHtml}); });
    connect(speeches, &SpeechList::addRequested, this, &FileCommands::addAudio);
    connect(speeches, &SpeechList::addFolderRequested, this, &FileCommands::addFolder);
    connect(speeches, &SpeechList::removeRequested, this, &FileCommands::removeSpeeches);
    connect(m_session, &Session::folderToShow, this, [this](const QUrl& folder) {
        if (!QDesktopServices::openUrl(folder))
            Q_EMIT m_session->messageRaised(
                tr("No program is there that shows the folder %1.").arg(folder.toLocalFile()));
    });
}

void FileCommands::ask(QFileDialog* dialog, const char* folderSetting, Chosen chosen) {
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    if (const QString folder = m_settings->value(folderSetting).toString(); !folder.isEmpty())
        dialog->setDirectory(folder);
    connect(dialog, &QFileDialog::accepted, this, [this, dialog, folderSetting, chosen = std::move(chosen)] {
        const QStringList paths = dialog->selectedFiles();
        if (paths.isEmpty()) return;
        m_settings->setValue(folderSetting, dialog->directory().absolutePath());
        chosen(paths, dialog->selectedNameFilter());
    });
    dialog->open();
}

QFileDialog* FileCommands::dialogToOpen(const QString& title, const QString& filter, bool several) {
    auto* dialog = new QFileDialog(m_window, title, {}, filter);
    dialog->setFileMode(several ? QFileDialog::ExistingFiles : QFileDialog::ExistingFile);
    return dialog;
}

QFileDialog* FileCommands::dialogToSave(const QString& title, const QStringList& filters, const QString& suffix,
                                        const QString& name) {
    auto* dialog = new QFileDialog(m_window, title);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setNameFilters(filters);
    dialog->setDefaultSuffix(suffix);
    dialog->selectFile(name);
    return dialog;
}

QFileDialog* FileCommands::dialogForFolder(const QString& title) {
    auto* dialog = new QFileDialog(m_window, title);
    dialog->setFileMode(QFileDialog::Directory);
    dialog->setOption(QFileDialog::ShowDirsOnly);
    return dialog;
}

void FileCommands::addAudio() {
    ask(dialogToOpen(tr("Add Audio"), audioFilter(), true), "folders/audio",
        [this](const QStringList& paths, const QString&) { m_session->addAudio(paths); });
}

void FileCommands::addFolder() {
    ask(dialogForFolder(tr("Add Folder")), "folders/audio",
        [this](const QStringList& paths, const QString&) { m_session->addAudio(paths); });
}

void FileCommands::removeSpeeches(const std::vector<int64_t>& ids) {
    size_t labels = 0;
    for (const SpeechId id : ids)
        labels += m_session->segments(id).size();
    const auto remove = [this, ids] { m_session->removeSpeeches(ids); };
    if (labels == 0) {
        remove();
        return;
    }
    auto* box = new QMessageBox(
        QMessageBox::Warning, tr("Remove recordings"),
        (ids.size() == 1 ? tr("Remove this recording from the project?")
                         : tr("Remove %1 recordings from the project?").arg(ids.size())) +
            QLatin1Char('\n') +
            (labels == 1 ? tr("Its label is lost; this cannot be undone. The file itself stays.")
                         : tr("%1 labels are lost; this cannot be undone. The files themselves stay.").arg(labels)),
        QMessageBox::Cancel, m_window);
    QPushButton* yes = box->addButton(tr("Remove"), QMessageBox::DestructiveRole);
    box->setDefaultButton(QMessageBox::Cancel);
    box->setAttribute(Qt::WA_DeleteOnClose);
    connect(box, &QMessageBox::buttonClicked, this, [remove, yes](QAbstractButton* button) {
        if (button == yes) remove();
    });
    box->open();
}

void FileCommands::openProject() {
    ask(dialogToOpen(tr("Open Project"), tr("Ovation projects (*.ovation)"), false), "folders/projects",
        [this](const QStringList& paths, const QString&) { m_session->openProject(paths.first()); });
}

void FileCommands::saveProjectAs() {
    ask(dialogToSave(tr("Save Project As"), {tr("Ovation projects (*.ovation)")}, QStringLiteral("ovation"),
                     QStringLiteral("speeches.ovation")),
        "folders/projects",
        [this](const QStringList& paths, const QString&) { m_session->saveProjectAs(paths.first()); });
}

void FileCommands::importLabels() {
    ask(dialogToOpen(tr("Import Labels"), labelFilter(), true), "folders/audio",
        [this](const QStringList& paths, const QString&) { m_session->importLabels(paths); });
}

QFileDialog* FileCommands::dialogForLabels(const QStringList& filters, const QString& stem) {
    const QString first = QString::fromUtf8(formatOf(filters.first()).extension);
    QFileDialog* dialog = dialogToSave(tr("Export Labels"), filters, first, stem + QLatin1Char('.') + first);
    followKind(dialog, [stem](const QString& filter) {
        return stem + QLatin1Char('.') + QString::fromUtf8(formatOf(filter).extension);
    });
    return dialog;
}

void FileCommands::exportLabels() {
    const Speech* speech = m_session->project().speech(m_session->currentSpeech());
    if (!speech) return;
    const QString stem = QFileInfo(QString::fromStdString(speech->path)).completeBaseName();
    ask(dialogForLabels(formatFilters(), stem), "folders/exports",
        [this, id = speech->id](const QStringList& paths, const QString& filter) {
            m_session->exportLabels(id, paths.first(), labelFormatIdFor(paths.first(), filter));
        });
}

void FileCommands::exportLabelsToOneFile() {
    const QString project = QFileInfo(m_session->projectPath()).completeBaseName();
    ask(dialogForLabels(formatFilters(true), project.isEmpty() ? QStringLiteral("labels") : project), "folders/exports",
        [this](const QStringList& paths, const QString& filter) {
            m_session->exportLabelsToOneFile(paths.first(), labelFormatIdFor(paths.first(), filter, true));
        });
}

void FileCommands::askForExportFolder(const QString& title,
                                      std::function<void(const QString& folder, const QString& format)> chosen) {
    QFileDialog* dialog = dialogForFolder(title);
    // The list of formats stands in place of the list of file types.
    dialog->setOption(QFileDialog::DontUseNativeDialog);
    dialog->setNameFilters(formatFilters());
    ask(dialog, "folders/exports", [chosen = std::move(chosen)](const QStringList& paths, const QString& filter) {
        chosen(paths.first(), QString::fromUtf8(formatOf(filter).id));
    });
}

void FileCommands::exportClips() {
    auto* dialog = new ClipDialog(m_settings, m_window);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::accepted, this,
            [this, dialog] { m_session->exportClips(dialog->folder(), dialog->options()); });
    dialog->open();
}

void FileCommands::exportHistories() {
    const QStringList filters{tr("CSV, a line an epoch (*.csv)"), tr("JSON (*.json)"),
                              tr("TensorBoard event files (events.out.tfevents.*)")};
    QFileDialog* dialog = dialogForFolder(tr("Export Training Histories: choose the folder and the format"));
    dialog->setOption(QFileDialog::DontUseNativeDialog);
    dialog->setNameFilters(filters);
    ask(dialog, "folders/exports", [this, filters](const QStringList& paths, const QString& filter) {
        const QStringList formats{QStringLiteral("csv"), QStringLiteral("json"), QStringLiteral("tensorboard")};
        m_session->exportHistories(paths.first(), formats.value(std::max<qsizetype>(0, filters.indexOf(filter))));
    });
}

void FileCommands::openModel() {
    ask(dialogToOpen(tr("Open Model"), tr("Models (*.safetensors)"), false), "folders/exports",
        [this](const QStringList& paths, const QString&) { m_session->openModel(paths.first()); });
}

void FileCommands::exportModel(const std::vector<ExportFormat>& formats) {
    QStringList filters;
    for (const ExportFormat format : formats) {
        const ExportFormatInfo& info = infoOf(format);
        filters << QStringLiteral("%1 (*.%2)").arg(QString::fromUtf8(info.name), QString::fromUtf8(info.extension));
    }
    const QString name = m_session->model() ? QString::fromStdString(m_session->model()->name) : QString();
    const QString stem =
        name.isEmpty() ? QStringLiteral("applause") : QString(name).replace(QLatin1Char('/'), QLatin1Char('-'));
    const QString suffix = QString::fromUtf8(infoOf(formats.front()).extension);
    QFileDialog* dialog = dialogToSave(tr("Export Model"), filters, suffix, stem + QLatin1Char('.') + suffix);
    followKind(dialog, [stem, filters, formats](const QString& filter) {
        const auto chosen = static_cast<size_t>(std::max<qsizetype>(0, filters.indexOf(filter)));
        return stem + QLatin1Char('.') + QString::fromUtf8(infoOf(formats[chosen]).extension);
    });
    ask(dialog, "folders/exports", [this, filters, formats](const QStringList& paths, const QString& filter) {
        const auto chosen = static_cast<size_t>(std::max<qsizetype>(0, filters.indexOf(filter)));
        m_session->exportModel(paths.first(), QString::fromUtf8(infoOf(formats[chosen]).id));
    });
}

void FileCommands::exportCharts(ChartBoard* charts, const QString& format) {
    const QString filter = format == QLatin1String("csv")   ? tr("Tables (*.csv)")
                           : format == QLatin1String("svg") ? tr("Drawings (*.svg)")
                                                            : tr("Pictures (*.png)");
    ask(dialogToSave(tr("Export Charts"), {filter}, format, QStringLiteral("training.") + format), "folders/exports",
        [this, charts = QPointer(charts), format](const QStringList& paths, const QString&) {
            if (charts) m_session->saveFile(paths.first(), charts->exported(format));
        });
}

void FileCommands::saveReport(ReportForm form) {
    const ReportFile file = fileOf(form);
    ask(dialogToSave(tr("Save Report"), {file.filter}, file.suffix, file.stem + QLatin1Char('.') + file.suffix),
        "folders/exports", [this, form](const QStringList& paths, const QString&) {
            m_session->writeReport(reportPathFor(paths.first(), form), form);
        });
}

void FileCommands::saveReport() {
    const ReportFile first = fileOf(kReportForms[0]);
    QFileDialog* dialog =
        dialogToSave(tr("Save Report"), reportFilters(), first.suffix, first.stem + QLatin1Char('.') + first.suffix);
    followKind(dialog, [](const QString& filter) {
        const ReportFile file = fileOf(formOf(filter));
        return file.stem + QLatin1Char('.') + file.suffix;
    });
    ask(dialog, "folders/exports", [this](const QStringList& paths, const QString& filter) {
        const ReportForm form = formOf(filter);
        m_session->writeReport(reportPathFor(paths.first(), form), form);
    });
}

} // namespace ovation::ui
