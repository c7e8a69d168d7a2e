// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/project/ProjectData.h"

#include <QAbstractTableModel>

namespace ovation::ui {

class Session;

/// The current speech's segments as rows of text; what is typed changes the same segments as the timeline does.
class LabelTableModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { Start, End, Length, Class, Text, From, Columns };
    enum Role { SortRole = Qt::UserRole, ClassRole, OriginRole }; ///< the latter two: ints of LabelClass, Origin

    explicit LabelTableModel(Session* session, QObject* parent = nullptr);

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    bool setData(const QModelIndex& index, const QVariant& value, int role) override; ///< Class: an int of LabelClass
    Qt::ItemFlags flags(const QModelIndex& index) const override;

    int64_t segmentAt(int row) const;
    int rowOf(int64_t segment) const; ///< -1 if there is none

Q_SIGNALS:
    void refused(const QString& sentence); ///< what was typed cannot be used

private:
    static QVariant sortValue(const Segment& segment, Column column);
    void update();
    bool change(Segment segment, Column column, const QVariant& value);

    Session* m_session;
    SpeechId m_speech = 0;
    std::vector<Segment> m_rows; ///< as shown; the session's are the truth
};

} // namespace ovation::ui
