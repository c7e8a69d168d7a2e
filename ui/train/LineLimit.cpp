// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/train/LineLimit.h"

#include <QEvent>
#include <QFontMetrics>
#include <QHelpEvent>
#include <QLabel>
#include <QPainter>
#include <QTextLayout>
#include <QToolTip>

#include <algorithm>

namespace ovation::ui {

namespace {

class LineLimit : public QObject {
public:
    LineLimit(QLabel* label, int lines) : QObject(label), m_label(label), m_lines(lines) {
        label->installEventFilter(this);
        fit();
    }

    bool eventFilter(QObject* watched, QEvent* event) override {
        switch (event->type()) {
        case QEvent::FontChange:
        case QEvent::StyleChange:
            fit();
            break;
        case QEvent::Paint:
            paint();
            return true;
        case QEvent::ToolTip:
            if (!elided()) break;
            QToolTip::showText(static_cast<QHelpEvent*>(event)->globalPos(),
                               QStringLiteral("<p>%1</p>").arg(m_label->text().toHtmlEscaped()), m_label);
            return true;
        default:
            break;
        }
        return QObject::eventFilter(watched, event);
    }

private:
    void fit() { m_label->setFixedHeight(m_lines * QFontMetrics(m_label->font()).lineSpacing()); }
    QStringList shown() const { return firstLines(m_label->text(), m_label->font(), m_label->width(), m_lines); }
    bool elided() const {
        const QStringList lines = shown();
        return lines.size() == m_lines &&
               lines != firstLines(m_label->text(), m_label->font(), m_label->width(), m_lines + 1);
    }
    void paint() const {
        const QStringList lines = shown();
        QPainter painter(m_label);
        painter.setPen(m_label->palette().color(m_label->foregroundRole()));
        const QFontMetrics metrics(m_label->font());
        int top = (m_label->height() - static_cast<int>(lines.size()) * metrics.lineSpacing()) / 2;
        for (const QString& line : lines) {
            painter.drawText(0, top + metrics.ascent(), line);
            top += metrics.lineSpacing();
        }
    }

    QLabel* m_label;
    const int m_lines;
};

} // namespace

void limitLines(QLabel* label, int lines) {
    new LineLimit(label, lines); // goes with the label
}

QStringList firstLines(const QString& text, const QFont& font, int width, int lines) {
    const QString plain = text.simplified();
    const QFontMetrics metrics(font);
    QTextLayout layout(plain, font);
    QTextOption option;
    option.setWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
    layout.setTextOption(option);
    layout.beginLayout();
    QStringList shown;
    while (shown.size() < lines) {
        QTextLine line = layout.createLine();
        if (!line.isValid()) break;
        line.setLineWidth(std::max(1, width));
        const bool cut = shown.size() + 1 == lines && line.textStart() + line.textLength() < plain.size();
        shown << (cut ? metrics.elidedText(plain.mid(line.textStart()), Qt::ElideRight, width)
                      : plain.mid(line.textStart(), line.textLength()).trimmed());
    }
    layout.endLayout();
    return shown;
}

} // namespace ovation::ui
