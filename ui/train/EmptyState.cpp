// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/train/EmptyState.h"

#include "ui/theme/Theme.h"

#include <QVBoxLayout>

namespace ovation::ui {

EmptyState::EmptyState(const QString& heading, const QString& text, QWidget* parent)
    : QWidget(parent), m_heading(new QLabel(this)), m_text(new QLabel(this)) {
    QFont large = font();
    large.setPointSizeF(large.pointSizeF() * 1.25);
    large.setBold(true);
    m_heading->setFont(large);
    for (QLabel* label : {m_heading, m_text}) {
        label->setAlignment(Qt::AlignCenter);
        label->setWordWrap(true);
    }
    auto* layout = new QVBoxLayout(this);
    layout->setSpacing(kGrid);
    layout->addStretch(1);
    layout->addWidget(m_heading);
    layout->addWidget(m_text);
    layout->addStretch(1);
    setTexts(heading, text);
}

void EmptyState::setTexts(const QString& heading, const QString& text) {
    m_heading->setText(heading);
    m_text->setText(text);
}

QString EmptyState::text() const {
    return m_heading->text() + QLatin1Char(' ') + m_text->text();
}

} // namespace ovation::ui
