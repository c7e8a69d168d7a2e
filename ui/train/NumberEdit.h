// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QLineEdit>

#include <optional>

namespace ovation::ui {

/// A number that is typed freely ("1e-3", "0,5"), right-aligned. Up and Down step it (logarithmic: by a factor). Takes
/// any text, so that what is wrong can be said beside it instead of being undone silently.
class NumberEdit : public QLineEdit {
    Q_OBJECT
public:
    explicit NumberEdit(QWidget* parent = nullptr);

    void setStepping(double step, bool logarithmic, double minimum, double maximum);
    void setNumber(double value);         ///< does not emit; number() has it to the last digit until something is typed
    std::optional<double> number() const; ///< nullopt where the text is no finite number

    /// At most six significant digits, whole numbers in full: "0.0005", "1e-5", "42".
    static QString textOf(double value);
    static std::optional<double> read(const QString& text);

Q_SIGNALS:
    void edited(); ///< by the person: typed or stepped

protected:
    void keyPressEvent(QKeyEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;

private:
    void stepBy(int steps);
    void show(double value);

    std::optional<double> m_set; ///< what the text stands for, where it was not typed
    double m_step = 1, m_minimum = 0, m_maximum = 1;
    bool m_logarithmic = false;
};

} // namespace ovation::ui
