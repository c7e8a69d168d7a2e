// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/train/AugmentationPanel.h"

#include "core/dataset/ClipAugmentation.h"
#include "core/detection/ScoreWindows.h"
#include "core/models/ModelRegistry.h"
#include "ui/session/Session.h"
#include "ui/session/TimeText.h"
#include "ui/theme/Theme.h"
#include "ui/train/ClipPicture.h"

#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QPointer>
#include <QPushButton>
#include <QSoundEffect>
#include <QUrl>
#include <QVBoxLayout>

namespace ovation::ui {

AugmentationPanel::AugmentationPanel(Session* session, QWidget* parent)
    : QWidget(parent),
      m_session(session),
      m_another(new QPushButton(tr("Make an Example"), this)),
      m_hearBefore(new QPushButton(tr("Hear Before"), this)),
      m_hearAfter(new QPushButton(tr("Hear After"), this)),
      m_words(new QLabel(this)),
      m_picture(new ClipPicture(this)) {
    m_another->setObjectName(QStringLiteral("augmentation_example"));
    m_hearBefore->setObjectName(QStringLiteral("hear_before"));
    m_hearAfter->setObjectName(QStringLiteral("hear_after"));
    m_words->setObjectName(QStringLiteral("augmentation_words"));
    m_words->setWordWrap(true);
    m_words->setText(tr("Augmentation alters the training part, never validation. The settings are in the group "
                        "Augmentation at the left; hear here what they do."));
    m_picture->setView(nullptr, 0, tr("The altered clip's spectrogram comes here."));
    connect(m_another, &QPushButton::clicked, this, &AugmentationPanel::makeAnother);
    connect(m_hearBefore, &QPushButton::clicked, this, [this] { hear(false); });
    connect(m_hearAfter, &QPushButton::clicked, this, [this] { hear(true); });
    for (QPushButton* hearing : {m_hearBefore, m_hearAfter}) {
        hearing->setEnabled(false);
        hearing->setToolTip(tr("Make an example first"));
    }
    auto* row = new QHBoxLayout;
    row->setSpacing(kGrid);
    row->addWidget(m_another);
    row->addWidget(m_hearBefore);
    row->addWidget(m_hearAfter);
    row->addStretch(1);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(kGrid);
    layout->addLayout(row);
    layout->addWidget(m_words);
    layout->addWidget(m_picture, 1);
    connect(session, &Session::augmentationMade, this, &AugmentationPanel::take);
}

void AugmentationPanel::makeAnother() {
    m_another->setEnabled(false);
    m_session->makeAugmentation(m_next++);
}

QString AugmentationPanel::words() const {
    return m_words->text();
}

void AugmentationPanel::take(const std::shared_ptr<const AugmentationExample>& example) {
    m_another->setEnabled(true);
    if (!example) return;
    m_example = example;
    m_another->setText(tr("Another Example"));
    m_hearBefore->setEnabled(!example->before.empty());
    m_hearBefore->setToolTip(
        example->before.empty() ? tr("This example is mixed of several recordings: there is no clip that it was before")
                                : tr("The clip as it was recorded"));
    m_hearAfter->setEnabled(true);
    m_hearAfter->setToolTip(tr("The example as the network learns from it"));
    QStringList done;
    for (const std::string& one : example->after.done)
        done << QString::fromStdString(one);
    const Hyperparameters settings = m_session->hyperparameters();
    QString text =
        example->before.empty()
            ? tr("Mixed from the training recordings: %1.").arg(done.join(QStringLiteral(", ")))
            : tr("%1 from %2, %3: %4.")
                  .arg(QFileInfo(QString::fromStdString(example->file)).fileName(), timeText(example->startS, 1),
                       example->applause ? tr("applause") : tr("not applause"), done.join(QStringLiteral(", ")));
    if (!isFrameModel(settings.model) && settings.augmentCopies == 0)
        text += tr(" Altered copies is 0, so training does not use any: set it to use them.");
    m_words->setText(text);
    auto view = std::make_shared<ClipView>();
    view->melPower = example->melPower;
    view->probability = -1;
    m_picture->setView(view, example->startS, tr("As the network gets it, hidden bands and frames included."));
}

void AugmentationPanel::hear(bool after) {
    if (!m_example) return;
    const QString file = m_folder.filePath(after ? QStringLiteral("after.wav") : QStringLiteral("before.wav"));
    m_session->saveFile(
        file, [example = m_example, after] { return wavOf(after ? example->after.samples : example->before); },
        [panel = QPointer(this), file, hearing = ++m_hearings] {
            if (panel && hearing == panel->m_hearings) panel->play(file);
        });
}

void AugmentationPanel::play(const QString& file) {
    delete m_sound; // an effect keeps what it has decoded, under the file's name
    m_sound = new QSoundEffect(this);
    m_sound->setSource(QUrl::fromLocalFile(file));
    m_sound->play();
}

} // namespace ovation::ui
