// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/project/ProjectData.h"

#include <QWidget>

class QLabel;
class QLineEdit;
class QListView;
class QSortFilterProxyModel;

namespace ovation::ui {

class Session;
class SpeechListModel;

/// The project's recordings, with duration and state of labelling; a click on the state's mark turns "fully labelled"
/// on or off. What is typed into the filter hides recordings and opens none; Enter there opens the first that is left.
class SpeechList : public QWidget {
    Q_OBJECT
public:
    explicit SpeechList(Session* session, QWidget* parent = nullptr);

    std::vector<SpeechId> selected() const;
    void focusFilter();
    QListView* view() const { return m_view; }

Q_SIGNALS:
    void addRequested();
    void addFolderRequested();
    void removeRequested(const std::vector<ovation::SpeechId>& speeches);
    void detectRequested(const std::vector<ovation::SpeechId>& speeches);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void showCurrent(); ///< selects the session's recording, or nothing where the filter hides it
    void updateEmpty();
    void openListed(bool first); ///< the first of the list, or else only where none of it is shown
    void openMenu(const QPoint& where);

    Session* m_session;
    SpeechListModel* m_model = nullptr;
    QSortFilterProxyModel* m_shown = nullptr;
    QListView* m_view = nullptr;
    QLineEdit* m_filter = nullptr;
    QLabel* m_title = nullptr;
    QLabel* m_empty = nullptr;
    bool m_choosing = false;
    bool m_hiding = false; ///< rows are going from the list: what becomes current is nobody's choice
};

} // namespace ovation::ui
