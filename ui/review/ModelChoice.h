// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QComboBox>

namespace ovation::ui {

class Session;

/// The model that detection uses: the one that comes with Ovation, one of the project's runs, or a file that was
/// opened.
class ModelChoice : public QComboBox {
    Q_OBJECT
public:
    explicit ModelChoice(Session* session, QWidget* parent = nullptr);

private:
    void reload();
    void showInUse();
    void choose(int index);

    Session* m_session;
};

} // namespace ovation::ui
