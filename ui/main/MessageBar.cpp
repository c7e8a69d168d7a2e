// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/main/MessageBar.h"

#include "ui/main/Icons.h"
#include "ui/theme/Theme.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QResizeEvent>
#include <QScrollArea>
#include <QTimer>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>
#include <vector>

namespace ovation::ui {

namespace {

constexpr int kNewsMs = 10000;
constexpr size_t kMostMessages = 3;
constexpr int kDetailsHeight = 12 * kGrid;

void hideBarIfEmpty(QWidget* bar);

/// Details under a message, as high as their text, up to a limit; lower, with a scroll bar, where the window is low.
class DetailsArea : public QScrollArea {
public:
    DetailsArea(const QString& text, QWidget* parent) : QScrollArea(parent), m_text(new QLabel(text, this)) {
        m_text->setTextFormat(Qt::PlainText);
        m_text->setWordWrap(true);
        m_text->setTextInteractionFlags(Qt::TextSelectableByMouse);
        m_text->setAlignment(Qt::AlignTop | Qt::AlignLeft);
        setFrameShape(QFrame::NoFrame);
        setWidgetResizable(true);
        setWidget(m_text);
        viewport()->setAutoFillBackground(false);
        m_text->setAutoFillBackground(false);
        setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
        setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Maximum);
    }

    QSize sizeHint() const override {
        const int width = viewport()->width();
        return {width, std::min(kDetailsHeight, m_text->heightForWidth(width))};
    }
    QSize minimumSizeHint() const override {
        return {0, std::min(sizeHint().height(), fontMetrics().lineSpacing() * 3 / 2)};
    }

protected:
    void resizeEvent(QResizeEvent* event) override {
        QScrollArea::resizeEvent(event);
        if (event->size().width() != event->oldSize().width()) updateGeometry();
    }

private:
    QLabel* m_text;
};

/// One message with its close button.
class MessageRow : public QFrame {
public:
    MessageRow(bool problem, const QString& text, const QStringList& details, QWidget* parent)
        : QFrame(parent), m_problem(problem), m_text(text), m_details(details) {
        auto* layout = new QVBoxLayout(this);
        layout->setContentsMargins(kGrid * 2, kGrid / 2, kGrid, kGrid / 2);
        layout->setSpacing(kGrid / 2);
        auto* row = new QHBoxLayout;
        row->setSpacing(kGrid);
        layout->addLayout(row);

        auto* picture = new QLabel(this);
        picture->setPixmap(icon(problem ? Symbol::Warning : Symbol::Information, palette()).pixmap(16, 16));
        row->addWidget(picture, 0, Qt::AlignTop);
        m_label = new QLabel(this);
        m_label->setTextFormat(Qt::PlainText); // file names may look like tags
        m_label->setWordWrap(true);
        m_label->setTextInteractionFlags(Qt::TextSelectableByMouse);
        setText(text);
        row->addWidget(m_label, 1);

        if (!details.isEmpty()) addDetails(row, layout);
        auto* close = new QToolButton(this);
        close->setAutoRaise(true);
        close->setIcon(icon(Symbol::Close, palette()));
        close->setToolTip(tr("Dismiss (Esc)"));
        close->setAccessibleName(tr("Dismiss"));
        connect(close, &QToolButton::clicked, this, [this] { dismiss(); });
        row->addWidget(close, 0, Qt::AlignTop);
        if (!problem) {
            m_timer.setSingleShot(true);
            m_timer.setInterval(kNewsMs);
            connect(&m_timer, &QTimer::timeout, this, [this] { dismiss(); });
            m_timer.start();
        }
    }

    bool is(bool problem, const QString& text, const QStringList& details) const {
        return !m_gone && m_problem == problem && m_text == text && m_details == details;
    }

    void again() {
        setText(tr("%1 (%2 times)").arg(m_text, QString::number(++m_times)));
        if (!m_problem) m_timer.start();
    }

    void foldDetails() {
        if (m_toggle) m_toggle->setChecked(false);
    }

    void dismiss() {
        m_gone = true;
        hide();
        deleteLater();
        hideBarIfEmpty(parentWidget());
    }

    bool gone() const { return m_gone; }
    bool isProblem() const { return m_problem; }
    QStringList texts() const { return QStringList{m_text} + m_details; }

protected:
    void paintEvent(QPaintEvent*) override {
        QPainter painter(this);
        const Theme theme = Theme::of(palette());
        QColor mark = m_problem ? theme.threshold : theme.accent;
        painter.fillRect(QRect(0, 0, kGrid / 2, height()), mark);
        mark.setAlphaF(0.10F);
        painter.fillRect(rect(), mark);
    }

private:
    void setText(const QString& text) {
        m_label->setText(text);
        m_label->setAccessibleName((m_problem ? tr("Problem: %1") : tr("Message: %1")).arg(text));
    }

    void addDetails(QHBoxLayout* row, QVBoxLayout* layout) {
        m_toggle = new QToolButton(this);
        m_toggle->setText(tr("Details"));
        m_toggle->setCheckable(true);
        m_toggle->setAutoRaise(true);
        row->addWidget(m_toggle, 0, Qt::AlignTop);

        auto* area = new DetailsArea(m_details.join(QLatin1Char('\n')), this);
        layout->addWidget(area);
        const bool few = m_details.size() <= 3;
        m_toggle->setChecked(few);
        area->setVisible(few);
        connect(m_toggle, &QToolButton::toggled, area, &QWidget::setVisible);
    }

    const bool m_problem;
    const QString m_text;
    const QStringList m_details;
    QLabel* m_label = nullptr;
    QToolButton* m_toggle = nullptr; ///< of the details
    QTimer m_timer;
    int m_times = 1;
    bool m_gone = false;
};

/// Rows in sight, oldest first.
std::vector<MessageRow*> rowsOf(const QWidget* bar) {
    std::vector<MessageRow*> rows;
    const QLayout* layout = bar->layout();
    for (int i = 0; i < layout->count(); ++i)
        if (auto* row = dynamic_cast<MessageRow*>(layout->itemAt(i)->widget()); row && !row->gone())
            rows.push_back(row);
    return rows;
}

void hideBarIfEmpty(QWidget* bar) {
    if (bar && rowsOf(bar).empty()) bar->hide();
}

} // namespace

MessageBar::MessageBar(QWidget* parent) : QWidget(parent) {
    m_layout = new QVBoxLayout(this);
    m_layout->setContentsMargins(0, 0, 0, 0);
    m_layout->setSpacing(1);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Maximum);
    hide();
}

void MessageBar::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    Q_EMIT shown(true);
}

void MessageBar::hideEvent(QHideEvent* event) {
    QWidget::hideEvent(event);
    Q_EMIT shown(false);
}

void MessageBar::showProblem(const QString& text, const QStringList& details) {
    add(true, text, details);
}

void MessageBar::showNews(const QString& text) {
    add(false, text, {});
}

void MessageBar::withdrawNews(const QString& text) {
    for (MessageRow* row : rowsOf(this))
        if (row->is(false, text, {})) row->dismiss();
}

void MessageBar::add(bool problem, const QString& text, const QStringList& details) {
    const std::vector<MessageRow*> rows = rowsOf(this);
    for (MessageRow* row : rows) {
        if (!row->is(problem, text, details)) continue;
        row->again();
        return;
    }
    makeRoom(problem);
    for (MessageRow* row : rows)
        row->foldDetails();
    m_layout->addWidget(new MessageRow(problem, text, details, this));
    show();
}

void MessageBar::makeRoom(bool forProblem) {
    std::vector<MessageRow*> rows = rowsOf(this);
    while (rows.size() >= kMostMessages) {
        auto oldest = std::ranges::find_if(rows, [](const MessageRow* row) { return !row->isProblem(); });
        if (oldest == rows.end() && !forProblem) return; // beside them for its moment
        if (oldest == rows.end()) oldest = rows.begin();
        (*oldest)->dismiss();
        rows.erase(oldest);
    }
}

bool MessageBar::dismissNewest() {
    const auto rows = rowsOf(this);
    if (rows.empty()) return false;
    rows.back()->dismiss();
    return true;
}

QStringList MessageBar::texts() const {
    QStringList result;
    for (const MessageRow* row : rowsOf(this))
        result += row->texts();
    return result;
}

} // namespace ovation::ui
