// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QAction;
class QLabel;
class QSlider;

namespace ovation::ui {

class Session;

/// Proposals without a model: on or off, how many, how sensitive, and the verdict on the chosen one.
class ProposalBar : public QWidget {
    Q_OBJECT
public:
    struct Actions {
        QAction *propose, *accept, *reject;
    };
    ProposalBar(Session* session, const Actions& actions, QWidget* parent = nullptr);

private:
    void update();

    Session* m_session;
    QSlider* m_slider;
    QLabel* m_count;
    QWidget* m_rest; ///< what makes sense while proposals are shown only
};

} // namespace ovation::ui
