// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/training/Hyperparameters.h"

#include <QWidget>

#include <vector>

class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QSpinBox;
class QVBoxLayout;

namespace ovation::ui {

/// Which settings are to be varied, and how: a grid, or random draws. Says how many runs come of it, or what is wrong.
class SweepForm : public QWidget {
    Q_OBJECT
public:
    explicit SweepForm(QWidget* parent = nullptr);

    void setBase(const Hyperparameters& values);                        ///< what is not varied
    const std::vector<Hyperparameters>& runs() const { return m_runs; } ///< empty where something is wrong

Q_SIGNALS:
    void addRequested(const std::vector<ovation::Hyperparameters>& runs);

private:
    struct Axis {
        QWidget* row;
        QComboBox* field;
        QLineEdit* values;
    };
    void addAxis(const char* field, const QString& values);
    void update();

    Hyperparameters m_base;
    std::vector<Hyperparameters> m_runs;
    std::vector<Axis> m_axes;
    QVBoxLayout* m_rows;
    QComboBox* m_way;
    QSpinBox* m_count;
    QPushButton* m_another;
    QPushButton* m_add;
    QLabel* m_says;
};

} // namespace ovation::ui
