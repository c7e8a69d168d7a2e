// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/train/ResumeBar.h"

#include "ui/session/Session.h"
#include "ui/theme/Theme.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>

namespace ovation::ui {

ResumeBar::ResumeBar(QWidget* parent) : QWidget(parent), m_text(new QLabel(this)) {
    m_text->setObjectName(QStringLiteral("resume_text"));
    m_text->setTextFormat(Qt::PlainText);
    m_text->setWordWrap(true);
    auto* resume = new QPushButton(tr("Resume"), this);
    resume->setObjectName(QStringLiteral("resume"));
    resume->setToolTip(tr("Goes on exactly where the run stood, with its own settings"));
    auto* discard = new QPushButton(tr("Do Not Resume"), this);
    discard->setObjectName(QStringLiteral("discard_resume"));
    discard->setToolTip(
        tr("Takes this offer away, and what is kept on disk to go on from. The run stays in Runs with its curves and "
           "its best model; it can then not be extended any more."));
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(kGrid);
    layout->addWidget(resume);
    layout->addWidget(m_text, 1);
    layout->addWidget(discard);
    connect(resume, &QPushButton::clicked, this, &ResumeBar::resumeRequested);
    connect(discard, &QPushButton::clicked, this, &ResumeBar::discardRequested);
    hide();
}

void ResumeBar::setRun(const std::optional<ResumableRun>& run, bool paused) {
    if (run) {
        const QString text = run->epochsDone > 0 ? (paused ? tr("%1 is paused after epoch %2 of %3.")
                                                           : tr("%1 was stopped or interrupted after epoch %2 of %3."))
                                                       .arg(run->name)
                                                       .arg(run->epochsDone)
                                                       .arg(run->epochs)
                                                 : (paused ? tr("%1 is paused in its first epoch.")
                                                           : tr("%1 was stopped or interrupted in its first epoch."))
                                                       .arg(run->name);
        m_text->setText(text);
    }
    setVisible(run.has_value());
}

} // namespace ovation::ui
