// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/training/Hyperparameters.h"
#include "ui/train/OwnPresets.h"

#include <QWidget>

#include <vector>

class QComboBox;
class QGridLayout;
class QLabel;
class QLineEdit;
class QMenu;
class QPushButton;
class QScrollArea;
class QSplitter;

namespace ovation::ui {

class FieldRow;

/// Hyperparameters in groups, grown from hyperparameterFields(): presets, a search, marks on what was changed, errors
/// beside their field, and a card that explains the field that is focused or pointed at. A function of values: knows no
/// session.
class HyperparameterForm : public QWidget {
    Q_OBJECT
public:
    explicit HyperparameterForm(const Hyperparameters& values, QWidget* parent = nullptr);

    void setValues(const Hyperparameters& values); ///< does not emit; clears errors of typing
    void setTaught(bool taught);                   ///< whether there are teachers, whose share counts
    /// As edited; a field whose text is unusable keeps its last usable value, and stands in errors().
    const Hyperparameters& values() const { return m_values; }
    std::vector<FieldError> errors() const { return m_errors; }

    void setOwnPresets(std::vector<OwnPreset> presets); ///< does not emit
    const std::vector<OwnPreset>& ownPresets() const { return m_own; }

    FieldRow* row(const QString& name) const; ///< nullptr if there is no such field
    QString cardText() const;
    QSize sizeHint() const override;

protected:
    void changeEvent(QEvent* event) override;

Q_SIGNALS:
    void chosenAsWhole(); ///< a preset, or all defaults; edited() follows
    void edited();        ///< by the person; values() and errors() are up to date
    void ownPresetsChanged();
    void lessonRequested(const QString& section); ///< of the guide

private:
    void buildFields(QWidget* first, QWidget* inside);
    QGridLayout* fieldsGrid(QWidget* on) const; ///< wide enough for every label and unit
    void filter(const QString& text);
    void readAll();
    void refresh(); ///< marks, errors, enabled fields
    void applyPreset(int index);
    void fillPresets();
    void colourPresets();
    QString usualValue(const HyperparameterField& field) const;
    void fillPresetMenu();
    void savePreset();
    Hyperparameters nearestPreset(const Hyperparameters& values) const;
    const Hyperparameters* presetAt(int index) const;  ///< nullptr for none
    int presetOf(const Hyperparameters& values) const; ///< -1 for none
    QString presetName(int index) const;
    void showPreset(); ///< the one that the values are, or were before they were changed
    void explain(const FieldRow* row);
    void showCard();
    void drawLesson();

    bool m_taught = false;
    Hyperparameters m_values;
    Hyperparameters m_reference; ///< what "changed" and reset compare with: the preset last chosen
    std::vector<FieldError> m_errors;
    std::vector<FieldRow*> m_rows;
    std::vector<OwnPreset> m_own;
    QComboBox* m_presets;
    QMenu* m_presetMenu;
    QWidget* m_naming; ///< shown while a preset is given its name
    QLineEdit* m_name;
    QPushButton* m_resetAll;
    QLineEdit* m_find;
    std::vector<QLabel*> m_headings; ///< of the groups
    QLabel* m_nothing = nullptr;     ///< said where no field is found
    QScrollArea* m_scroll;
    QSplitter* m_parts;
    QLabel* m_card;
    QLabel* m_picture;
    QLabel* m_ends; ///< too little, too much
    const FieldRow* m_explained = nullptr;
};

/// The changed fields in a few words: "learning rate 0.0005, batch size 8"; "defaults" for none. Those of `first` are
/// told before the others, changed or not.
QString settingsSummary(const Hyperparameters& values, const Hyperparameters& reference = {},
                        const std::vector<const HyperparameterField*>& first = {});

} // namespace ovation::ui
