// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/label/LabelTableModel.h"

#include "ui/session/Provenance.h"
#include "ui/session/Session.h"
#include "ui/session/TimeText.h"

#include <algorithm>

namespace ovation::ui {

LabelTableModel::LabelTableModel(Session* session, QObject* parent) : QAbstractTableModel(parent), m_session(session) {
    connect(session, &Session::currentSpeechChanged, this, &LabelTableModel::update);
    connect(session, &Session::projectOpened, this, &LabelTableModel::update);
    connect(session, &Session::segmentsChanged, this, [this](SpeechId id) {
        if (id == m_session->currentSpeech()) update();
    });
    update();
}

void LabelTableModel::update() {
    const SpeechId speech = m_session->currentSpeech();
    const std::vector<Segment>& rows = m_session->segments(speech);
    const bool sameRows =
        speech == m_speech && std::equal(rows.begin(), rows.end(), m_rows.begin(), m_rows.end(),
                                         [](const Segment& a, const Segment& b) { return a.id == b.id; });
    if (sameRows) {
        // The selection and an open editor stay.
        m_rows = rows;
        if (!m_rows.empty()) Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, Columns - 1));
        return;
    }
    beginResetModel();
    m_speech = speech;
    m_rows = rows;
    endResetModel();
}

int LabelTableModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int LabelTableModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : Columns;
}

QVariant LabelTableModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal) return {};
    if (role == Qt::TextAlignmentRole)
        return static_cast<int>((section <= Length ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    if (role != Qt::DisplayRole) return {};
    const QString names[] = {tr("Begin"), tr("End"), tr("Length, s"), tr("Class"), tr("Text"), tr("From")};
    return names[section];
}

QVariant LabelTableModel::data(const QModelIndex& index, int role) const {
    const Speech* speech = m_session->project().speech(m_speech);
    if (!speech || !index.isValid() || index.row() >= rowCount()) return {};
    const Segment& segment = m_rows[static_cast<size_t>(index.row())];
    if (role == Qt::TextAlignmentRole)
        return static_cast<int>((index.column() <= Length ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    if (role == Qt::ToolTipRole && index.column() == From) return provenanceSentence(segment);
    if (role == SortRole) return sortValue(segment, static_cast<Column>(index.column()));
    if (role == ClassRole) return static_cast<int>(segment.labelClass);
    if (role == OriginRole) return static_cast<int>(segment.origin);
    if (role == Qt::EditRole && index.column() == Class) return static_cast<int>(segment.labelClass);
    if (role != Qt::DisplayRole && role != Qt::EditRole) return {};
    switch (index.column()) {
    case Start:
        return timeText(toSeconds(segment.range.begin, speech->sampleRate));
    case End:
        return timeText(toSeconds(segment.range.end, speech->sampleRate));
    case Length:
        return QString::number(toSeconds(segment.range.length(), speech->sampleRate), 'f', 3);
    case Class:
        return QString::fromLatin1(nameOf(segment.labelClass));
    case Text:
        return QString::fromStdString(segment.text);
    default:
        return provenanceText(segment);
    }
}

QVariant LabelTableModel::sortValue(const Segment& segment, Column column) {
    switch (column) {
    case Start:
        return static_cast<qlonglong>(segment.range.begin);
    case End:
        return static_cast<qlonglong>(segment.range.end);
    case Length:
        return static_cast<qlonglong>(segment.range.length());
    case Class:
        return static_cast<int>(segment.labelClass);
    case Text:
        return QString::fromStdString(segment.text);
    default:
        return provenanceText(segment);
    }
}

Qt::ItemFlags LabelTableModel::flags(const QModelIndex& index) const {
    const bool editable = index.column() != Length && index.column() != From && !m_session->readOnly();
    return QAbstractTableModel::flags(index) | (editable ? Qt::ItemIsEditable : Qt::NoItemFlags);
}

bool LabelTableModel::setData(const QModelIndex& index, const QVariant& value, int role) {
    if (role != Qt::EditRole || !index.isValid() || index.row() >= rowCount()) return false;
    return change(m_rows[static_cast<size_t>(index.row())], static_cast<Column>(index.column()), value);
}

bool LabelTableModel::change(Segment segment, Column column, const QVariant& value) {
    const Speech* speech = m_session->project().speech(m_speech);
    if (!speech) return false;
    if (column == Start || column == End) {
        const auto seconds = parseTime(value.toString());
        if (!seconds) {
            Q_EMIT refused(tr("\"%1\" is not a time. Write seconds (12.5) or minutes and seconds (0:12.500).")
                               .arg(value.toString()));
            return false;
        }
        if (*seconds > speech->durationS() + 0.0005) {
            Q_EMIT refused(
                tr("%1 lies after the recording's end, %2.").arg(timeText(*seconds), timeText(speech->durationS())));
            return false;
        }
        // What is shown is rounded to the millisecond: unchanged text must not move the edge.
        const SampleRange before = segment.range;
        int64_t& edge = column == Start ? segment.range.begin : segment.range.end;
        if (timeText(*seconds) == timeText(toSeconds(edge, speech->sampleRate))) return false;
        edge = std::min(toFrame(*seconds, speech->sampleRate), speech->frames);
        if (segment.range.empty()) {
            Q_EMIT refused(tr("A segment must begin before it ends."));
            return false;
        }
        for (const Segment& other : m_rows)
            if (other.id != segment.id && other.range.overlaps(segment.range) && !other.range.overlaps(before)) {
                Q_EMIT refused(
                    tr("It would lie on the segment from %1 to %2: segments of one recording do not overlap.")
                        .arg(timeText(toSeconds(other.range.begin, speech->sampleRate)),
                             timeText(toSeconds(other.range.end, speech->sampleRate))));
                return false;
            }
        m_session->changeSegment(m_speech, segment, column == Start ? tr("Change beginning") : tr("Change end"));
    } else if (column == Class) {
        if (segment.labelClass == static_cast<LabelClass>(value.toInt())) return false;
        segment.labelClass = static_cast<LabelClass>(value.toInt());
        segment.text.clear();
        m_session->changeSegment(m_speech, segment, tr("Change class"));
    } else if (column == Text) {
        segment.text = value.toString().trimmed().toStdString();
        m_session->changeSegment(m_speech, segment, tr("Change text"));
    }
    return true;
}

int64_t LabelTableModel::segmentAt(int row) const {
    return row >= 0 && row < rowCount() ? m_rows[static_cast<size_t>(row)].id : 0;
}

int LabelTableModel::rowOf(int64_t segment) const {
    const auto found =
        std::find_if(m_rows.begin(), m_rows.end(), [segment](const Segment& row) { return row.id == segment; });
    return found == m_rows.end() ? -1 : static_cast<int>(found - m_rows.begin());
}

} // namespace ovation::ui
