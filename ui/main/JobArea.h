// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/session/JobStatus.h"

#include <QFontMetrics>
#include <QHash>
#include <QWidget>

class QHBoxLayout;

namespace ovation::ui {

class Session;

/// What a job does and how long it will take, in `width` pixels: the work is cut first, once, at its end.
QString jobText(const JobStatus& status, const QFontMetrics& metrics, int width);

/// Running jobs: what they do, how far they are, how long it will take, and a button that cancels.
class JobArea : public QWidget {
    Q_OBJECT
public:
    explicit JobArea(Session* session, QWidget* parent = nullptr);

private:
    struct Row;
    void showJob(const JobStatus& status);
    void remove(int id);

    Session* m_session;
    QHBoxLayout* m_layout = nullptr;
    QHash<int, Row*> m_rows;
};

} // namespace ovation::ui
