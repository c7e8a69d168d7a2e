// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/project/ProjectData.h"

#include <QAbstractListModel>
#include <QHash>
#include <QSet>

namespace ovation::ui {

class Session;

/// How far the labelling of a speech has come.
enum class LabelState { None, Some, Full, Missing };

/// The project's speeches in their order.
class SpeechListModel : public QAbstractListModel {
    Q_OBJECT
public:
    enum Role { IdRole = Qt::UserRole, DurationRole, StateRole, SegmentsRole, SideRole, LockedRole, NameRole };

    explicit SpeechListModel(Session* session, QObject* parent = nullptr);

    int rowCount(const QModelIndex& parent = {}) const override;
    /// DisplayRole: file name; NameRole: without its extension, unless that tells it from another of the list;
    /// SideRole: "T", "V", "X" (test) or "" (in no part of the split); LockedRole: the person has held it there.
    QVariant data(const QModelIndex& index, int role) const override;

    QModelIndex indexOf(SpeechId id) const;
    SpeechId idAt(const QModelIndex& index) const;

private:
    void update(); ///< takes over the session's list
    QString side(const Speech& speech) const;
    LabelState state(const Speech& speech) const;
    QString shownName(const Speech& speech) const;
    QString counts(const Speech& speech) const; ///< of its labels and of what is detected in it

    Session* m_session;
    std::vector<SpeechId> m_ids;
    QHash<SpeechId, int> m_rows;
    QSet<QString> m_ambiguous; ///< names without extension that files with different extensions share
};

} // namespace ovation::ui
