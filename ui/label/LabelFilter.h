// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/labels/Segment.h"

#include <QSortFilterProxyModel>

#include <optional>

namespace ovation::ui {

/// Sorts the label table by any column, and shows the rows of one class, one origin, or with a text.
class LabelFilter : public QSortFilterProxyModel {
    Q_OBJECT
public:
    explicit LabelFilter(QObject* parent = nullptr);

    void setClass(std::optional<LabelClass> labelClass);
    void setOrigin(std::optional<Origin> origin);
    void setText(const QString& text); ///< in the label's text, class or origin
    bool active() const { return m_class || m_origin || !m_text.isEmpty(); }

protected:
    bool filterAcceptsRow(int row, const QModelIndex& parent) const override;

private:
    std::optional<LabelClass> m_class;
    std::optional<Origin> m_origin;
    QString m_text;
};

} // namespace ovation::ui
