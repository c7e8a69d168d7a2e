// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>

#include <initializer_list>
#include <map>
#include <vector>

class QAbstractItemView;
class QWidget;

namespace ovation::ui {

/// Lets the controls of the program have their own keys while one of them has the keyboard, whatever the window's
/// shortcuts do with them elsewhere: what moves in sliders, spin boxes, tabs and lists, Space where it ticks. What was
/// clicked with the mouse leaves Space to playback; buttons and boxes take it where the keyboard went to them.
class ControlKeys : public QObject {
    Q_OBJECT
public:
    explicit ControlKeys(QObject* parent);

    void leave(const QAbstractItemView* view, std::initializer_list<int> keys); ///< to the window, in this view

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void noteFocus(const QEvent& event);
    bool wants(const QWidget* control, int key) const;

    std::map<const QWidget*, std::vector<int>> m_left;
    bool m_going = false;      ///< the newest key was one that goes to another control
    bool m_byKeyboard = false; ///< whatever has the keyboard was gone to by such a key
};

} // namespace ovation::ui
