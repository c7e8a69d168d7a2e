// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/labels/Label.h"

#include <QStringList>
#include <QWidget>

namespace ovation::ui {

/// A place to drop clip files on: each becomes a recording that is labelled as a whole. A click asks for files instead.
class DropBin : public QWidget {
    Q_OBJECT
public:
    DropBin(LabelClass labelClass, QWidget* parent = nullptr);
    LabelClass labelClass() const { return m_class; }

    QSize sizeHint() const override;

Q_SIGNALS:
    void dropped(const QStringList& paths, ovation::LabelClass labelClass);
    void clicked(ovation::LabelClass labelClass);

protected:
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dragLeaveEvent(QDragLeaveEvent* event) override;
    void dropEvent(QDropEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    const LabelClass m_class;
    bool m_over = false;
};

} // namespace ovation::ui
