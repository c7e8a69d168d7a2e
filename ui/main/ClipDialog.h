// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/export/ClipExport.h"

#include <QDialog>

class QCheckBox;
class QComboBox;
class QDoubleSpinBox;
class QLabel;
class QLineEdit;
class QPushButton;

namespace ovation::ui {

class Settings;

/// Asks how clips are to be written, and where to. It cannot be accepted with a pattern that means nothing.
class ClipDialog : public QDialog {
    Q_OBJECT
public:
    ClipDialog(Settings* settings, QWidget* parent);

    QString folder() const;
    ClipExportOptions options() const;

private:
    void check();
    void chooseFolder();

    Settings* m_settings;
    QComboBox* m_layout;
    QDoubleSpinBox* m_padding;
    QLineEdit* m_pattern;
    QComboBox* m_format;
    QLineEdit* m_folder;
    QLabel* m_problem;
    QPushButton* m_write;
};

} // namespace ovation::ui
