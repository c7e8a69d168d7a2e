// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/review/DetectionsFilter.h"

#include "ui/review/DetectionsModel.h"

namespace ovation::ui {

void DetectionsFilter::setVerdict(std::optional<Verdict> verdict) {
    m_verdict = verdict;
    invalidateFilter();
}

void DetectionsFilter::setAgreement(Agreement agreement) {
    if (m_agreement == agreement) return;
    m_agreement = agreement;
    invalidateFilter();
}

void DetectionsFilter::setSpeech(std::optional<SpeechId> speech) {
    if (m_speech == speech) return;
    m_speech = speech;
    invalidateFilter();
}

void DetectionsFilter::setUncertainFirst(bool on) {
    if (on == m_uncertainFirst) return;
    m_uncertainFirst = on;
    // Column 0 stands for all: lessThan() looks at the certainty only.
    QSortFilterProxyModel::sort(on ? 0 : -1, Qt::AscendingOrder);
    invalidate();
    Q_EMIT uncertainFirstChanged(on);
}

void DetectionsFilter::sort(int column, Qt::SortOrder order) {
    if (m_uncertainFirst) {
        m_uncertainFirst = false;
        Q_EMIT uncertainFirstChanged(false);
    }
    QSortFilterProxyModel::sort(column, order);
}

bool DetectionsFilter::filterAcceptsRow(int row, const QModelIndex&) const {
    const auto* model = static_cast<const DetectionsModel*>(sourceModel());
    const DetectionRow& its = model->row(row);
    if (m_agreement == Agreement::Matching && !its.matchesLabel()) return false;
    if (m_agreement == Agreement::FalseAlarm && !its.falseAlarm) return false;
    return (!m_verdict || its.segment.verdict == *m_verdict) && (!m_speech || its.speech == *m_speech);
}

bool DetectionsFilter::lessThan(const QModelIndex& left, const QModelIndex& right) const {
    if (m_uncertainFirst)
        return left.data(DetectionsModel::kCertaintyRole).toDouble() <
               right.data(DetectionsModel::kCertaintyRole).toDouble();
    return SortByKey::lessThan(left, right);
}

} // namespace ovation::ui
