// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/training/Hyperparameters.h"

#include <QString>
#include <QWidget>

class QCheckBox;
class QComboBox;
class QGridLayout;
class QLabel;
class QToolButton;

namespace ovation::ui {

class NumberEdit;

/// The widgets of one hyperparameter in the form's grid: label, editor, unit, reset button, and the error below.
class FieldRow : public QObject {
    Q_OBJECT
public:
    /// Takes two rows of `grid`, from `row`.
    FieldRow(const HyperparameterField& field, QGridLayout* grid, int row, QWidget* parent);

    const HyperparameterField& field() const { return m_field; }
    void showValue(const Hyperparameters& values); ///< does not emit
    void showChanged(bool changed, const QString& defaultText);
    void showError(const QString& text); ///< "" for none
    void setUnused(const QString& why);  ///< a field that does nothing is disabled and says so; "": it does something
    void showOff(bool off);              ///< the value turns off what the field is about
    void setShown(bool shown);

    /// Puts what the editor says into `values`; the reason where it says nothing usable (then `values` stays as it
    /// was).
    std::optional<QString> read(Hyperparameters& values) const;

    QWidget* editor() const;
    QString errorText() const;
    bool eventFilter(QObject* watched, QEvent* event) override;

Q_SIGNALS:
    void edited();
    void resetRequested();
    void pointedAt(); ///< focused or hovered: its card is to be shown

private:
    void keepResetSpace(bool keep);

    HyperparameterField m_field;
    QLabel* m_label;
    QLabel* m_unit;
    QLabel* m_error;
    QToolButton* m_reset;
    NumberEdit* m_number = nullptr;
    QComboBox* m_choice = nullptr;
    QCheckBox* m_flag = nullptr;
    bool m_shown = true;
    bool m_changed = false;
};

/// A field's value as people read it: "0.001", "AdamW"-like choices as they are, "on" and "off".
QString valueText(const HyperparameterField& field, const Hyperparameters& values);

} // namespace ovation::ui
