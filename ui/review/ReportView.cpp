// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/review/ReportView.h"

#include "core/labels/LabelFormats.h"
#include "ui/theme/Theme.h"
#include "ui/train/NumberDelegate.h"
#include "ui/train/SortByKey.h"

#include <QFileDialog>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QMenu>
#include <QPrintDialog>
#include <QPrinter>
#include <QPushButton>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>

namespace ovation::ui {

ReportView::ReportView(QWidget* parent)
    : QWidget(parent),
      m_model(new SpeechReportModel(this)),
      m_view(new QTableView(this)),
      m_total(new QLabel(this)),
      m_export(new QPushButton(this)),
      m_save(new QPushButton(this)) {
    auto* sorted = new SortByKey(this);
    sorted->setSourceModel(m_model);
    m_view->setObjectName(QStringLiteral("report"));
    m_view->setModel(sorted);
    m_view->setSortingEnabled(true);
    m_view->sortByColumn(-1, Qt::AscendingOrder);
    m_view->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_view->setSelectionMode(QAbstractItemView::SingleSelection);
    m_view->setAlternatingRowColors(true);
    m_view->setShowGrid(false);
    m_view->setWordWrap(false);
    m_view->setTabKeyNavigation(false);
    m_view->setAccessibleName(tr("Report of all recordings"));
    m_view->setItemDelegate(new NumberDelegate(m_view));
    m_view->verticalHeader()->hide();
    m_view->verticalHeader()->setDefaultSectionSize(3 * kGrid);
    m_view->horizontalHeader()->setHighlightSections(false);
    m_view->horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    // Figures are never cut; names take what these leave.
    m_view->horizontalHeader()->setSectionResizeMode(SpeechReportModel::Recording, QHeaderView::Stretch);
    m_view->horizontalHeader()->setMinimumSectionSize(5 * kGrid);
    m_view->setTextElideMode(Qt::ElideMiddle);

    auto* menu = new QMenu(this);
    for (const LabelFormat& format : labelFormats()) {
        const QString id = QString::fromUtf8(format.id);
        menu->addAction(QString::fromUtf8(format.name), this, [this, id] {
            const QString folder = chooseFolder();
            if (!folder.isEmpty()) Q_EMIT exportRequested(folder, id);
        });
    }
    m_export->setObjectName(QStringLiteral("export"));
    m_export->setText(tr("Export Segments"));
    m_export->setToolTip(tr("Write one label file for each recording into a folder"));
    m_export->setMenu(menu);
    m_save->setObjectName(QStringLiteral("save_report"));
    m_save->setText(tr("Save Report"));
    m_save->setToolTip(tr("Figures, loudness and places of the applause: as a page, PDF, on paper, or as tables"));
    m_save->setMenu(saveMenu());
    m_total->setObjectName(QStringLiteral("report_total"));
    m_total->setWordWrap(true);
    chooseFolder = [this] { return QFileDialog::getExistingDirectory(this, tr("Folder for the Label Files")); };
    connect(m_view, &QTableView::activated, this, [this, sorted](const QModelIndex& index) {
        const int row = sorted->mapToSource(index).row();
        if (row >= 0) Q_EMIT speechActivated(m_model->reports()[static_cast<size_t>(row)].speech);
    });

    auto* buttons = new QHBoxLayout;
    buttons->setSpacing(kGrid);
    buttons->addStretch(1);
    buttons->addWidget(m_save);
    buttons->addWidget(m_export);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, kGrid / 2, 0, 0);
    layout->setSpacing(kGrid);
    layout->addWidget(m_view, 1);
    layout->addWidget(m_total);
    layout->addLayout(buttons);
    setReports({});
}

void ReportView::setReports(std::vector<SpeechReport> reports) {
    m_export->setEnabled(std::ranges::any_of(reports, &SpeechReport::detected));
    m_save->setEnabled(!reports.empty());
    m_total->setText(totalText(reports));
    m_model->setReports(std::move(reports));
}

QMenu* ReportView::saveMenu() {
    auto* menu = new QMenu(this);
    const auto add = [&](const char* name, const QString& text, ReportForm form) {
        QAction* action = menu->addAction(text, this, [this, form] { Q_EMIT saveReportRequested(form); });
        action->setObjectName(QLatin1String(name));
    };
    add("report_html", tr("Page (HTML) …"), ReportForm::Html);
    add("report_pdf", tr("PDF …"), ReportForm::Pdf);
    add("report_csv", tr("Table of Recordings (CSV) …"), ReportForm::RecordingsCsv);
    add("report_applauses", tr("Table of Every Applause (CSV) …"), ReportForm::ApplausesCsv);
    menu->addSeparator();
    menu->addAction(tr("Print …"), this, &ReportView::print);
    return menu;
}

void ReportView::print() {
    const auto printer = std::make_shared<QPrinter>(QPrinter::HighResolution);
    auto* dialog = new QPrintDialog(printer.get(), this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::accepted, this, [this, printer] { Q_EMIT printRequested(printer); });
    dialog->open();
}

} // namespace ovation::ui
