// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDoubleSpinBox>

namespace ovation::ui {

/// A number with as many decimals as it has, from `least` to `most`, in a field of one width. Point and comma are both
/// the decimal point, whatever the language's is. Undo and redo are the window's, unless there is something typed that
/// has not become the value yet.
class NumberField : public QDoubleSpinBox {
public:
    NumberField(int least, int most, QWidget* parent = nullptr);

    QString textFromValue(double value) const override;
    QValidator::State validate(QString& text, int& position) const override;
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    bool event(QEvent* event) override;

private:
    QSize widened(QSize hint) const; ///< for all decimals, where the ends of the range have fewer
    bool isTyping() const;

    int m_least;
};

} // namespace ovation::ui
