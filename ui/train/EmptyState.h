// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QLabel>
#include <QWidget>

namespace ovation::ui {

/// What stands where there is nothing yet: a short heading and what to do next.
class EmptyState : public QWidget {
    Q_OBJECT
public:
    EmptyState(const QString& heading, const QString& text, QWidget* parent = nullptr);
    void setTexts(const QString& heading, const QString& text);
    QString text() const;

private:
    QLabel* m_heading;
    QLabel* m_text;
};

} // namespace ovation::ui
