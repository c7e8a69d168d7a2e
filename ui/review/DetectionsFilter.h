// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/project/ProjectData.h"
#include "ui/train/SortByKey.h"

#include <optional>

namespace ovation::ui {

/// Which detected segments are listed, and whether the uncertain ones come first.
class DetectionsFilter : public SortByKey {
    Q_OBJECT
public:
    using SortByKey::SortByKey;

    enum class Agreement { Any, Matching, FalseAlarm };
    void setVerdict(std::optional<Verdict> verdict); ///< only those; nothing: all
    void setAgreement(Agreement agreement);          ///< only those that the labels say so of
    void setSpeech(std::optional<SpeechId> speech);  ///< only its segments; nothing: of all
    void setUncertainFirst(bool on);                 ///< until a column is chosen to sort by
    bool uncertainFirst() const { return m_uncertainFirst; }
    void sort(int column, Qt::SortOrder order = Qt::AscendingOrder) override;

Q_SIGNALS:
    void uncertainFirstChanged(bool on);

protected:
    bool filterAcceptsRow(int row, const QModelIndex& parent) const override;
    bool lessThan(const QModelIndex& left, const QModelIndex& right) const override;

private:
    std::optional<Verdict> m_verdict;
    Agreement m_agreement = Agreement::Any;
    std::optional<SpeechId> m_speech;
    bool m_uncertainFirst = false;
};

} // namespace ovation::ui
