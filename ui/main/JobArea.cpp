// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/main/JobArea.h"

#include "ui/main/Icons.h"
#include "ui/session/Session.h"
#include "ui/session/TimeText.h"
#include "ui/theme/Theme.h"

#include <QHBoxLayout>
#include <QPainter>
#include <QProgressBar>
#include <QToolButton>

#include <algorithm>

namespace ovation::ui {

namespace {
constexpr int kBarWidth = 14 * kGrid;
constexpr int kLeastBarWidth = 4 * kGrid;
constexpr int kTextWidth = 96 * kGrid;
constexpr int kLeastTextWidth = 6 * kGrid;

/// What a job does: its title, and its stage where that says more.
QString workText(const JobStatus& status) {
    if (status.stage.isEmpty() || status.title.contains(status.stage, Qt::CaseInsensitive)) return status.title;
    if (status.stage.startsWith(status.title, Qt::CaseInsensitive)) return status.stage;
    return JobArea::tr("%1 · %2").arg(status.title, status.stage);
}

} // namespace

QString jobText(const JobStatus& status, const QFontMetrics& metrics, int width) {
    const QString work = workText(status);
    if (status.secondsLeft < 0) return metrics.elidedText(work, Qt::ElideRight, width);
    const QString left = JobArea::tr(", %1").arg(timeLeftText(status.secondsLeft));
    const int beside = width - metrics.horizontalAdvance(left);
    if (beside < kLeastTextWidth) return metrics.elidedText(work, Qt::ElideRight, width);
    return metrics.elidedText(work, Qt::ElideRight, beside) + left;
}

/// As wide as its text where there is room, cut where there is not.
class JobLine : public QWidget {
public:
    explicit JobLine(QWidget* parent) : QWidget(parent) { setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed); }
    void setStatus(const JobStatus& status) {
        const int before = sizeHint().width();
        m_status = status;
        const QString all = jobText(status, fontMetrics(), QWIDGETSIZE_MAX);
        setToolTip(all);
        setAccessibleName(all);
        if (sizeHint().width() != before) updateGeometry();
        update();
    }
    QSize sizeHint() const override {
        const int all = fontMetrics().horizontalAdvance(jobText(m_status, fontMetrics(), QWIDGETSIZE_MAX));
        return {std::clamp(all + 1, kLeastTextWidth, kTextWidth), fontMetrics().height()};
    }
    QSize minimumSizeHint() const override { return {kLeastTextWidth, fontMetrics().height()}; }

protected:
    void paintEvent(QPaintEvent*) override {
        QPainter painter(this);
        painter.setPen(palette().color(foregroundRole()));
        painter.drawText(rect(), Qt::AlignLeft | Qt::AlignVCenter, jobText(m_status, fontMetrics(), width()));
    }

private:
    JobStatus m_status;
};

struct JobArea::Row : QWidget {
    JobLine* text = nullptr;
    QProgressBar* bar = nullptr;
    QToolButton* cancel = nullptr;

    explicit Row(QWidget* parent) : QWidget(parent) {
        auto* layout = new QHBoxLayout(this);
        layout->setContentsMargins(0, 0, 0, 0);
        layout->setSpacing(kGrid);
        text = new JobLine(this);
        bar = new QProgressBar(this);
        bar->setMinimumWidth(kLeastBarWidth);
        bar->setMaximumWidth(kBarWidth);
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
    m_layout->addStretch(1);
    setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred); // however many jobs: the window stays as wide as it is
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
    row->text->setStatus(status);
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
