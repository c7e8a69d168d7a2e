// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/train/CheckPanel.h"

#include "ui/theme/Theme.h"
#include "ui/train/EmptyState.h"
#include "ui/train/ModelEstimate.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QStackedLayout>
#include <QStyle>
#include <QStyledItemDelegate>
#include <QTreeWidget>
#include <QVBoxLayout>

#include <algorithm>

namespace ovation::ui {

namespace {

QStyle::StandardPixmap iconOf(Severity severity) {
    switch (severity) {
    case Severity::Fatal:
        return QStyle::SP_MessageBoxCritical;
    case Severity::Warning:
        return QStyle::SP_MessageBoxWarning;
    case Severity::Info:
        break;
    }
    return QStyle::SP_MessageBoxInformation;
}

QString wordOf(Severity severity) {
    switch (severity) {
    case Severity::Fatal:
        return CheckPanel::tr("Prevents training");
    case Severity::Warning:
        return CheckPanel::tr("Warning");
    case Severity::Info:
        break;
    }
    return CheckPanel::tr("Note");
}

/// Rows as high as their wrapped sentence needs in the column's present width.
class WrappingDelegate : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override {
        const QSize plain = QStyledItemDelegate::sizeHint(option, index);
        const auto* tree = qobject_cast<const QTreeView*>(parent());
        if (!tree || index.column() == 0) return plain;
        const int width = tree->columnWidth(index.column()) - kGrid;
        const QRect needed = tree->fontMetrics().boundingRect(QRect(0, 0, std::max(width, 8 * kGrid), 1 << 20),
                                                              Qt::TextWordWrap, index.data().toString());
        return {plain.width(), std::max(plain.height(), needed.height() + kGrid / 2)};
    }
};

} // namespace

CheckPanel::CheckPanel(QWidget* parent)
    : QWidget(parent),
      m_check(new QPushButton(tr("Check Data"), this)),
      m_summary(new QLabel(this)),
      m_findings(new QTreeWidget(this)),
      m_stack(new QStackedLayout) {
    m_check->setObjectName(QStringLiteral("check"));
    connect(m_check, &QPushButton::clicked, this, &CheckPanel::checkRequested);
    m_summary->setWordWrap(true);
    m_summary->setObjectName(QStringLiteral("check_summary"));
    m_findings->setObjectName(QStringLiteral("findings"));
    m_findings->setAccessibleName(tr("Findings of the data check"));
    m_findings->setColumnCount(2);
    m_findings->setHeaderLabels({tr("Severity"), tr("Finding")});
    m_findings->header()->setSectionResizeMode(0, QHeaderView::ResizeToContents);
    m_findings->header()->setStretchLastSection(true);
    m_findings->setWordWrap(true);
    m_findings->setItemDelegate(new WrappingDelegate(m_findings));
    connect(m_findings->header(), &QHeaderView::sectionResized, m_findings, [this] { m_findings->doItemsLayout(); });
    m_findings->setAlternatingRowColors(true);
    m_findings->setRootIsDecorated(true);
    connect(m_findings, &QTreeWidget::itemActivated, this, [this](QTreeWidgetItem* item) {
        if (item->parent()) Q_EMIT evidenceActivated(item->text(1));
    });

    auto* top = new QHBoxLayout;
    top->setSpacing(2 * kGrid);
    top->addWidget(m_check);
    top->addWidget(m_summary, 1);
    m_stack->addWidget(new EmptyState(
        tr("Not checked yet"),
        tr("Check Data looks for what spoils a training: one class only, a recording on both sides of "
           "the split, copies of a sound on both sides, too few examples, classes that differ by source, rate "
           "or loudness, labels outside the recording."),
        this));
    m_stack->addWidget(m_findings);
    m_stack->addWidget(
        new EmptyState(tr("Nothing to object to"), tr("Labels, split and files look right. Press Train."), this));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(kGrid);
    layout->addLayout(top);
    layout->addLayout(m_stack, 1);
}

void CheckPanel::setReport(const CheckReport& report) {
    m_report = report;
    m_outdated = false;
    const auto total = [](const ClassTotals& totals) {
        return totals.clips == 1 ? tr("%1 in one stretch").arg(durationText(totals.seconds))
                                 : tr("%1 in %2 stretches").arg(durationText(totals.seconds)).arg(totals.clips);
    };
    const auto windows = [](auto count) { return count == 1 ? tr("1 window") : tr("%1 windows").arg(count); };
    m_summary->setText(
        tr("Applause: %1 · not applause: %2 · training: %3, %4 with applause · validation: %5, %6 with applause%7")
            .arg(total(report.applause), total(report.other))
            .arg(windows(report.trainWindows))
            .arg(report.trainPositives)
            .arg(windows(report.validationWindows))
            .arg(report.validationPositives)
            .arg(report.split.leaky ? tr(" · the split is leaky") : QString()));
    m_findings->clear();
    for (const Finding& finding : report.findings)
        addFinding(finding);
    m_stack->setCurrentIndex(report.findings.empty() ? 2 : 1);
    if (m_changed) setOutdated(); // while it was being checked
}

void CheckPanel::addFinding(const Finding& finding) {
    auto* item = new QTreeWidgetItem(m_findings, {wordOf(finding.severity), QString::fromStdString(finding.text)});
    item->setIcon(0, style()->standardIcon(iconOf(finding.severity)));
    item->setToolTip(1, QString::fromStdString(wordsOf(finding)));
    item->setTextAlignment(0, Qt::AlignLeft | Qt::AlignTop);
    const auto addLine = [&](const QString& word, const std::string& text) {
        auto* line = new QTreeWidgetItem(item, {word, QString::fromStdString(text)});
        line->setToolTip(1, QString::fromStdString(text));
        line->setTextAlignment(0, Qt::AlignLeft | Qt::AlignTop);
        return line;
    };
    if (!finding.remedy.empty()) {
        QTreeWidgetItem* line = addLine(tr("What to do"), finding.remedy);
        QFont bold = font();
        bold.setBold(true);
        line->setFont(0, bold);
    }
    for (const std::string& evidence : finding.evidence)
        addLine({}, evidence);
    item->setExpanded(finding.severity != Severity::Info);
}

void CheckPanel::addRunFindings(const std::vector<Finding>& findings) {
    for (const Finding& finding : findings)
        addFinding(finding);
    if (!findings.empty()) m_stack->setCurrentIndex(1);
}

void CheckPanel::setOutdated() {
    if (!m_check->isEnabled()) m_changed = true;
    if (!m_report || m_outdated) return;
    m_outdated = true;
    m_summary->setText(tr("Labels or settings have changed since this check: check again."));
}

bool CheckPanel::running() const {
    return !m_check->isEnabled();
}

void CheckPanel::setRunning(bool running) {
    if (running == !m_check->isEnabled()) return;
    m_check->setEnabled(!running);
    if (running) {
        m_changed = false;
        m_before = m_summary->text();
        m_summary->setText(tr("Checking labels, split and files, and listening for copies …"));
    } else {
        m_summary->setText(m_before);
    }
}

void CheckPanel::clear() {
    m_report.reset();
    m_outdated = m_changed = false;
    m_before.clear();
    m_check->setEnabled(true);
    m_summary->clear();
    m_findings->clear();
    m_stack->setCurrentIndex(0);
}

int64_t CheckPanel::warnings() const {
    if (!m_report || m_outdated) return 0;
    return std::count_if(m_report->findings.begin(), m_report->findings.end(),
                         [](const Finding& finding) { return finding.severity == Severity::Warning; });
}

std::optional<QString> CheckPanel::fatalReason() const {
    if (!m_report || m_outdated) return std::nullopt;
    for (const Finding& finding : m_report->findings)
        if (finding.severity == Severity::Fatal) return QString::fromStdString(wordsOf(finding));
    return std::nullopt;
}

} // namespace ovation::ui
