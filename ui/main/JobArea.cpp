// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/main/JobArea.h"

#include "ui/main/Icons.h"
#include "ui/session/Session.h"
#include "ui/session/TimeText.h"
#include "ui/theme/Theme.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QProgressBar>
#include <QToolButton>

namespace ovation::ui {

namespace {
constexpr int kBarWidth = 14 * kGrid;
constexpr int kTextWidth = 34 * kGrid;
} // namespace

struct JobArea::Row : QWidget {
    QLabel* text = nullptr;
    QProgressBar* bar = nullptr;
    QToolButton* cancel = nullptr;

    explicit Row(QWidget* parent) : QWidget(parent) {
        auto* layout = new QHBoxLayout(this);
        layout->setContentsMargins(0, 0, 0, 0);
        layout->setSpacing(kGrid);
        text = new QLabel(this);
        bar = new QProgressBar(this);
        bar->setFixedWidth(kBarWidth);
        bar->setTextVisible(false);
        bar->setFixedHeight(kGrid);
        cancel = new QToolButton(this);
        cancel->setAutoRaise(true);
        cancel->setIcon(icon(Symbol::Close, palette()));
        layout->addWidget(text);
        layout->addWidget(bar);
        layout->addWidget(cancel);
    }
};

JobArea::JobArea(Session* session, QWidget* parent) : QWidget(parent), m_session(session) {
    m_layout = new QHBoxLayout(this);
    m_layout->setContentsMargins(0, 0, 0, 0);
    m_layout->setSpacing(kGrid * 2);
    connect(session, &Session::jobChanged, this, &JobArea::showJob);
    connect(session, &Session::jobEnded, this, &JobArea::remove);
}

void JobArea::showJob(const JobStatus& status) {
    Row*& row = m_rows[status.id];
    if (!row) {
        row = new Row(this);
        row->cancel->setToolTip(tr("Cancel: %1").arg(status.title));
        row->cancel->setAccessibleName(row->cancel->toolTip());
        connect(row->cancel, &QToolButton::clicked, this, [this, id = status.id, button = row->cancel] {
            button->setEnabled(false);
            m_session->cancelJob(id);
        });
        m_layout->addWidget(row);
    }
    QStringList parts{status.title};
    if (!status.stage.isEmpty()) parts << status.stage;
    if (status.secondsLeft >= 0) parts << timeLeftText(status.secondsLeft);
    const QString text = parts.join(QStringLiteral(", "));
    row->text->setText(row->text->fontMetrics().elidedText(text, Qt::ElideMiddle, kTextWidth));
    row->text->setToolTip(text);
    row->bar->setRange(0, status.fraction < 0 ? 0 : 1000);
    if (status.fraction >= 0) row->bar->setValue(qRound(status.fraction * 1000));
    row->bar->setAccessibleName(status.title);
}

void JobArea::remove(int id) {
    if (Row* row = m_rows.take(id)) {
        row->hide();
        row->deleteLater();
    }
}

} // namespace ovation::ui
