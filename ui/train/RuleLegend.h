// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

namespace ovation::ui {

class EvaluationPlot;

/// One line under an evaluation's curves: which of the thin ones is which simple rule.
class RuleLegend : public QWidget {
    Q_OBJECT
public:
    /// `plot`: whose rules they are; it lives as long as this.
    explicit RuleLegend(const EvaluationPlot* plot, QWidget* parent = nullptr);

    void update(); ///< after another evaluation; hides it where there are no rules

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    const EvaluationPlot* m_plot;
};

} // namespace ovation::ui
