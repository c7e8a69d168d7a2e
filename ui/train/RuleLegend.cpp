// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/train/RuleLegend.h"

#include "ui/theme/Theme.h"
#include "ui/train/EvaluationPlot.h"

#include <QPainter>

namespace ovation::ui {

RuleLegend::RuleLegend(const EvaluationPlot* plot, QWidget* parent) : QWidget(parent), m_plot(plot) {
    setObjectName(QStringLiteral("rule_legend"));
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    update();
}

void RuleLegend::update() {
    setToolTip(m_plot->toolTip());
    setAccessibleName(m_plot->toolTip());
    setVisible(!m_plot->namedBaselines().empty());
    QWidget::update();
}

QSize RuleLegend::sizeHint() const {
    return {60 * kGrid, QFontMetrics(m_plot->numberFont()).height()};
}

QSize RuleLegend::minimumSizeHint() const {
    return {0, sizeHint().height()};
}

void RuleLegend::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setFont(m_plot->numberFont());
    const QFontMetrics metrics = painter.fontMetrics();
    const int base = (height() + metrics.ascent() - metrics.descent()) / 2;
    int x = 0;
    const auto say = [&](const QString& text) {
        const QString shown = metrics.elidedText(text, Qt::ElideRight, width() - x);
        painter.drawText(x, base, shown);
        x += metrics.horizontalAdvance(shown) + 2 * kGrid;
    };
    painter.setPen(Theme::of(palette()).faintText);
    say(tr("Simple rules on the same windows:"));
    for (const EvaluationPlot::Named& named : m_plot->namedBaselines()) {
        if (x + 3 * kGrid >= width()) return;
        painter.setPen(named.pen);
        painter.drawLine(QPointF(x, height() / 2.0), QPointF(x + 3 * kGrid, height() / 2.0));
        x += 3 * kGrid + kGrid / 2;
        painter.setPen(named.pen.color());
        say(named.name);
    }
}

} // namespace ovation::ui
