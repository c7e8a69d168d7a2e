// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/main/SpeechListModel.h"

#include "ui/session/Session.h"
#include "ui/session/TimeText.h"

#include <QFileInfo>

#include <algorithm>

namespace ovation::ui {

SpeechListModel::SpeechListModel(Session* session, QObject* parent) : QAbstractListModel(parent), m_session(session) {
    connect(session, &Session::projectOpened, this, &SpeechListModel::update);
    connect(session, &Session::speechesChanged, this, &SpeechListModel::update);
    connect(session, &Session::segmentsChanged, this, [this](SpeechId id) {
        if (const QModelIndex row = indexOf(id); row.isValid()) Q_EMIT dataChanged(row, row);
    });
    connect(session, &Session::splitChanged, this, [this] {
        if (!m_ids.empty()) Q_EMIT dataChanged(index(0), index(rowCount() - 1));
    });
    update();
}

void SpeechListModel::update() {
    std::vector<SpeechId> ids;
    QHash<QString, QSet<QString>> files;
    for (const Speech& speech : m_session->project().speeches) {
        ids.push_back(speech.id);
        const QFileInfo file(QString::fromStdString(speech.path));
        files[file.completeBaseName()].insert(file.fileName());
    }
    m_ambiguous.clear();
    for (auto stem = files.cbegin(); stem != files.cend(); ++stem)
        if (stem->size() > 1) m_ambiguous.insert(stem.key());
    if (ids == m_ids) {
        if (!m_ids.empty()) Q_EMIT dataChanged(index(0), index(rowCount() - 1));
        return;
    }
    beginResetModel();
    m_ids = std::move(ids);
    m_rows.clear();
    for (size_t row = 0; row < m_ids.size(); ++row)
        m_rows.insert(m_ids[row], static_cast<int>(row));
    endResetModel();
}

int SpeechListModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_ids.size());
}

QModelIndex SpeechListModel::indexOf(SpeechId id) const {
    const auto row = m_rows.find(id);
    return row == m_rows.end() ? QModelIndex() : index(*row);
}

SpeechId SpeechListModel::idAt(const QModelIndex& index) const {
    return index.isValid() ? m_ids[static_cast<size_t>(index.row())] : 0;
}

LabelState SpeechListModel::state(const Speech& speech) const {
    if (speech.missing) return LabelState::Missing;
    const auto& segments = m_session->segments(speech.id);
    const bool whole = segments.size() == 1 && segments[0].range == SampleRange{0, speech.frames};
    if (speech.fullyLabelled || whole) return LabelState::Full;
    return segments.empty() ? LabelState::None : LabelState::Some;
}

QString SpeechListModel::shownName(const Speech& speech) const {
    const QFileInfo file(QString::fromStdString(speech.path));
    const QString stem = file.completeBaseName();
    return stem.isEmpty() || m_ambiguous.contains(stem) ? file.fileName() : stem;
}

QString SpeechListModel::side(const Speech& speech) const {
    if (speech.role == SplitRole::Test) return QStringLiteral("X");
    switch (m_session->splitSide(speech.id)) {
    case SplitSide::Training:
        return QStringLiteral("T");
    case SplitSide::Validation:
        return QStringLiteral("V");
    case SplitSide::Both:
        return QStringLiteral("TV");
    case SplitSide::None:
        break;
    }
    return {};
}

QString SpeechListModel::counts(const Speech& speech) const {
    const auto labels = m_session->segments(speech.id).size();
    QString text = labels == 0 ? tr("no labels") : labels == 1 ? tr("1 label") : tr("%1 labels").arg(labels);
    const Detection* detection = m_session->detection(speech.id);
    if (!detection) return text;
    const auto open = std::ranges::count(detection->segments, Verdict::Open, &DetectedSegment::verdict);
    text +=
        detection->segments.empty() ? tr(", nothing detected") : tr(", %1 detected").arg(detection->segments.size());
    return detection->segments.empty() ? text : text + tr(" (%1 open)").arg(open);
}

QVariant SpeechListModel::data(const QModelIndex& index, int role) const {
    const Speech* speech = m_session->project().speech(idAt(index));
    if (!speech) return {};
    const auto segments = m_session->segments(speech->id).size();
    switch (role) {
    case Qt::DisplayRole:
        return QFileInfo(QString::fromStdString(speech->path)).fileName();
    case NameRole:
        return shownName(*speech);
    case IdRole:
        return QVariant::fromValue<qint64>(speech->id);
    case DurationRole:
        return speech->durationS();
    case StateRole:
        return static_cast<int>(state(*speech));
    case SegmentsRole:
        return static_cast<int>(segments);
    case SideRole:
        return side(*speech);
    case LockedRole:
        return speech->role != SplitRole::Automatic;
    case Qt::ToolTipRole:
    case Qt::AccessibleDescriptionRole: {
        static const char* const texts[] = {
            QT_TR_NOOP("not labelled yet"), QT_TR_NOOP("partly labelled: the rest is unknown"),
            QT_TR_NOOP("fully labelled: the rest is not applause"), QT_TR_NOOP("the file was not found")};
        const QString at = side(*speech);
        const QString part = at == QLatin1String("T")    ? tr("for training")
                             : at == QLatin1String("V")  ? tr("for validation")
                             : at == QLatin1String("X")  ? tr("kept for testing: in neither part")
                             : at == QLatin1String("TV") ? tr("in both parts: the random split leaks")
                                                         : tr("in no part of the split: nothing is labelled in it");
        const QString held = speech->role == SplitRole::Automatic ? tr("%1").arg(part) : tr("%1, held there").arg(part);
        return tr("%1\n%2, %3 Hz, %4\n%5\n%6")
            .arg(QString::fromStdString(speech->path), timeText(speech->durationS()))
            .arg(speech->sampleRate)
            .arg(counts(*speech), tr(texts[static_cast<int>(state(*speech))]), held);
    }
    default:
        return {};
    }
}

} // namespace ovation::ui
