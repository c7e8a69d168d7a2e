// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStringList>
#include <QWidget>

class QVBoxLayout;

namespace ovation::ui {

/// What went well and what did not, in the window instead of in front of it. Problems stay until they are dismissed
/// (Esc dismisses the newest) or three newer ones have come; news goes by itself, and before any problem where there is
/// no room. The same sentence again is counted, not repeated.
class MessageBar : public QWidget {
    Q_OBJECT
public:
    explicit MessageBar(QWidget* parent = nullptr);

    void showProblem(const QString& text, const QStringList& details = {});
    void showNews(const QString& text);
    void withdrawNews(const QString& text); ///< where it is still in sight
    bool dismissNewest();                   ///< false if there was none

    /// Texts in sight, oldest first; details follow theirs.
    QStringList texts() const;

Q_SIGNALS:
    void shown(bool anything);

protected:
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;

private:
    void add(bool problem, const QString& text, const QStringList& details);
    void makeRoom(bool forProblem);

    QVBoxLayout* m_layout = nullptr;
};

} // namespace ovation::ui
