// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/training/Hyperparameters.h"

#include <QWidget>

#include <vector>

class QComboBox;
class QLabel;
class QPushButton;
class QScrollArea;

namespace ovation::ui {

class FieldRow;

/// Hyperparameters in groups, grown from hyperparameterFields(): presets, marks on what was changed, errors beside
/// their field, and a card that explains the field that is focused or pointed at. A function of values: knows no
/// session.
class HyperparameterForm : public QWidget {
    Q_OBJECT
public:
    explicit HyperparameterForm(const Hyperparameters& values, QWidget* parent = nullptr);

    void setValues(const Hyperparameters& values); ///< does not emit; clears errors of typing
    /// As edited; a field whose text is unusable keeps its last usable value, and stands in errors().
    const Hyperparameters& values() const { return m_values; }
    std::vector<FieldError> errors() const { return m_errors; }

    FieldRow* row(const QString& name) const; ///< nullptr if there is no such field
    QString cardText() const;
    QSize sizeHint() const override;

Q_SIGNALS:
    void edited(); ///< by the person; values() and errors() are up to date

private:
    void buildFields(QWidget* inside);
    void readAll();
    void refresh(); ///< marks, errors, enabled fields
    void applyPreset(int index);
    void explain(const FieldRow* row);

    Hyperparameters m_values;
    Hyperparameters m_reference; ///< what "changed" and reset compare with: the preset last chosen
    std::vector<FieldError> m_errors;
    std::vector<FieldRow*> m_rows;
    QComboBox* m_presets;
    QPushButton* m_resetAll;
    QScrollArea* m_scroll;
    QLabel* m_card;
    const FieldRow* m_explained = nullptr;
};

/// The changed fields in a few words: "learning rate 0.0005, batch size 8"; "defaults" for none.
QString settingsSummary(const Hyperparameters& values, const Hyperparameters& reference = {});

} // namespace ovation::ui
