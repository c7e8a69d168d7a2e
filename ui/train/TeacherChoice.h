// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/session/ModelSource.h"

#include <QToolButton>

namespace ovation::ui {

class Session;

/// Which models a compact network learns from beside the labels: a menu of those that answer for frames, which stays
/// open while they are ticked.
class TeacherChoice : public QToolButton {
    Q_OBJECT
public:
    explicit TeacherChoice(Session* session, QWidget* parent = nullptr);

private:
    void fill(); ///< the menu, as it is opened
    void showChoice();
    std::vector<ModelSource> candidates() const; ///< those that are chosen among them
    QString nameOf(const ModelSource& source) const;

    Session* m_session;
    QMenu* m_menu;
};

} // namespace ovation::ui
