// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/review/SpeechReport.h"
#include "ui/session/Session.h"

#include <QWidget>

#include <functional>

class QLabel;
class QMenu;
class QPushButton;
class QTableView;

namespace ovation::ui {

/// The report of each speech, and what leaves the studio: the report as a page, PDF, on paper or as tables, and the
/// segments in any label format.
class ReportView : public QWidget {
    Q_OBJECT
public:
    explicit ReportView(QWidget* parent = nullptr);

    void setReports(std::vector<SpeechReport> reports);
    SpeechReportModel* model() const { return m_model; }

    /// Asks for a folder; replaced in tests.
    std::function<QString()> chooseFolder;

Q_SIGNALS:
    void speechActivated(ovation::SpeechId id);
    void exportRequested(const QString& folder, const QString& format);
    void saveReportRequested(ovation::ui::ReportForm form);
    void printRequested(const std::shared_ptr<QPrinter>& printer);

private:
    QMenu* saveMenu();
    void print();

    SpeechReportModel* m_model;
    QTableView* m_view;
    QLabel* m_total;
    QPushButton* m_export;
    QPushButton* m_save;
};

} // namespace ovation::ui
