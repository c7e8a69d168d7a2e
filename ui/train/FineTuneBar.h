// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QCheckBox;

namespace ovation::ui {

class ModelChoice;
class Session;

/// Whether training begins with a model's weights instead of random ones, with which model's, and which models teach.
class FineTuneBar : public QWidget {
    Q_OBJECT
public:
    explicit FineTuneBar(Session* session, QWidget* parent = nullptr);

private:
    void update();

    Session* m_session;
    QCheckBox* m_on;
    ModelChoice* m_model;
};

} // namespace ovation::ui
