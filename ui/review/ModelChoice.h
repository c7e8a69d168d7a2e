// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/session/Session.h"

#include <QComboBox>

#include <vector>

namespace ovation::ui {

/// The model that detection uses: the one that comes with Ovation, one of the project's runs, or a file that was
/// opened.
class ModelChoice : public QComboBox {
    Q_OBJECT
public:
    explicit ModelChoice(Session* session, QWidget* parent = nullptr);

    void hidePopup() override;

private:
    void reload();                                ///< once the list is closed
    int indexOf(const ModelSource& source) const; ///< -1: it is none of the items
    void showInUse();
    void choose(int index);

    Session* m_session;
    std::vector<ModelSource> m_sources; ///< by item
    bool m_stale = false;               ///< the list was open when there was something new
};

} // namespace ovation::ui
