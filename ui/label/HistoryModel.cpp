// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/label/HistoryModel.h"

#include "ui/session/Session.h"

#include <QBrush>
#include <QDateTime>
#include <QFileInfo>
#include <QFont>
#include <QGuiApplication>
#include <QLocale>
#include <QPalette>

namespace ovation::ui {

HistoryModel::HistoryModel(Session* session, QObject* parent) : QAbstractTableModel(parent), m_session(session) {
    connect(session, &Session::undoChanged, this, &HistoryModel::update);
    update();
}

void HistoryModel::update() {
    const auto rows = static_cast<int>(m_session->project().edits.size()) + 1;
    if (rows > m_rows) {
        beginInsertRows({}, m_rows, rows - 1);
        m_rows = rows;
        endInsertRows();
    } else if (rows < m_rows) {
        beginRemoveRows({}, rows, m_rows - 1);
        m_rows = rows;
        endRemoveRows();
    }
    Q_EMIT dataChanged(index(0, 0), index(m_rows - 1, Columns - 1));
}

int HistoryModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : m_rows;
}

int HistoryModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : Columns;
}

int HistoryModel::currentRow() const {
    return static_cast<int>(m_session->project().editsDone);
}

QVariant HistoryModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole) return {};
    const QString names[] = {tr("What"), tr("Recording"), tr("When")};
    return names[section];
}

QVariant HistoryModel::data(const QModelIndex& index, int role) const {
    const ProjectData& project = m_session->project();
    const auto row = static_cast<size_t>(index.row());
    if (!index.isValid() || row > project.edits.size()) return {};
    if (role == Qt::FontRole && index.row() == currentRow()) {
        QFont font;
        font.setBold(true);
        return font;
    }
    if (role == Qt::ForegroundRole && index.row() > currentRow())
        return QBrush(QGuiApplication::palette().color(QPalette::PlaceholderText));
    if (role != Qt::DisplayRole && role != Qt::ToolTipRole) return {};
    if (row == 0) return index.column() == What ? tr("Beginning") : QString();
    const Edit& edit = project.edits[row - 1];
    const Speech* speech = project.speech(edit.speech);
    switch (index.column()) {
    case What:
        return QString::fromStdString(edit.text);
    case Recording:
        return speech ? QFileInfo(QString::fromStdString(speech->path)).fileName() : QString();
    default:
        return QLocale().toString(QDateTime::fromMSecsSinceEpoch(edit.timeMs), QStringLiteral("yyyy-MM-dd HH:mm:ss"));
    }
}

} // namespace ovation::ui
