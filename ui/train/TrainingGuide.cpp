// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/train/TrainingGuide.h"

#include "ui/theme/Theme.h"

#include <QCoreApplication>
#include <QDialog>
#include <QEvent>
#include <QTextBrowser>
#include <QVBoxLayout>

#include <algorithm>
#include <iterator>

namespace ovation::ui {

namespace {

constexpr QSize kGuidePicture{560, 132};

const GuideSection kSections[] = {
    {"features", QT_TRANSLATE_NOOP("TrainingGuide", "1. Listening"),
     QT_TRANSLATE_NOOP(
         "TrainingGuide",
         "A network does not hear; it is given numbers. The sound is cut into frames of some hundredths of a "
         "second, and each frame becomes a short list: how strong its low, middle and high frequencies are, on "
         "a scale like the ear's. Speech draws stripes and gaps; applause is a wide, even band of noise that "
         "comes up fast and dies away slowly.\n\n"
         "Every value is moved and scaled so that it is about 0 on average, with the averages of the training "
         "part alone. What the network is to be asked about later must not leak into what it learns from."),
     QT_TRANSLATE_NOOP("TrainingGuide", "Spectrogram in the Label workspace; Data settings."), GuidePicture::Features,
     "window_hop_s example_s steps_per_epoch mix_share applause_low_db applause_high_db noise_share crackle_share "
     "band_limit_share coding_share rumble_share reverberation_share mask_share augment_copies gain_db time_shift_s "
     "speech_under_share"},
    {"architecture", QT_TRANSLATE_NOOP("TrainingGuide", "2. Architecture"),
     QT_TRANSLATE_NOOP(
         "TrainingGuide",
         "The network is a long sum: numbers go in, are multiplied by weights, added, bent, and passed on, many "
         "times over. The recurrent network reads a clip forwards and backwards and remembers; attention then "
         "lets each moment look at every other one. The transformer is attention throughout. The compact network "
         "looks for small patterns in the spectrogram and answers for every moment.\n\n"
         "A bigger network can learn finer differences. It also needs more examples before it does more than "
         "learn them by heart."),
     QT_TRANSLATE_NOOP("TrainingGuide", "Model settings; the count of weights above the charts."),
     GuidePicture::Network, "model hidden_size layers heads feed_forward channels"},
    {"loss", QT_TRANSLATE_NOOP("TrainingGuide", "3. The loss"),
     QT_TRANSLATE_NOOP(
         "TrainingGuide",
         "Learning needs one number that says how wrong the network is. Here it is the cross-entropy: minus the "
         "logarithm of the probability that was given to the truth. Sure and right costs nothing, undecided costs "
         "0.69, and sure and wrong costs more and more.\n\n"
         "Where applause is rare, always saying no is cheap. Class weights make the rare class count for more."),
     QT_TRANSLATE_NOOP("TrainingGuide", "Loss chart; \"Weigh classes\"."), GuidePicture::LossCurve, "class_weights"},
    {"landscape", QT_TRANSLATE_NOOP("TrainingGuide", "4. The mountain climber"),
     QT_TRANSLATE_NOOP(
         "TrainingGuide",
         "Think of every setting of the weights as a place, and of the loss there as its height. Training is a "
         "walk down in thick fog: nothing is seen but the slope underfoot. There is no map, and there are millions "
         "of directions instead of two; yet going down step by step works remarkably well.\n\n"
         "The random seed says where the walk begins. Another seed comes down in another valley, so that one run "
         "alone proves little: repeat it with several seeds."),
     QT_TRANSLATE_NOOP("TrainingGuide", "Loss chart; repeating with seeds in the Queue."), GuidePicture::Landscape,
     "seed"},
    {"descent", QT_TRANSLATE_NOOP("TrainingGuide", "5. Gradient descent"),
     QT_TRANSLATE_NOOP(
         "TrainingGuide",
         "The gradient is the direction in which the loss rises most. Each step changes all weights a little the "
         "other way. How much is the learning rate, the setting that matters most.\n\n"
         "Steps too small arrive too late. Steps too large leap over the valley and may climb out of it: the loss "
         "jumps, or stops being a number at all."),
     QT_TRANSLATE_NOOP("TrainingGuide", "Learning rate and optimiser; loss chart."), GuidePicture::Descent,
     "learning_rate optimizer"},
    {"batches", QT_TRANSLATE_NOOP("TrainingGuide", "6. Mini-batches"),
     QT_TRANSLATE_NOOP(
         "TrainingGuide",
         "To know the slope exactly one would have to ask about every example before each step. A handful of them, "
         "drawn at random, gives a rough idea at a fraction of the time, and many rough steps get further than few "
         "exact ones. Once through all examples is an epoch.\n\n"
         "Each batch is a sample, so its loss jitters. The jitter is not a fault; it even helps to leave poor "
         "valleys."),
     QT_TRANSLATE_NOOP("TrainingGuide", "Batch size; the faint line of the charts. \"Smooth\" shows its course."),
     GuidePicture::Batches, "batch_size epochs"},
    {"backpropagation", QT_TRANSLATE_NOOP("TrainingGuide", "7. Backpropagation"),
     QT_TRANSLATE_NOOP(
         "TrainingGuide",
         "Which of millions of weights was to blame? The error is handed back from the answer through every layer, "
         "by the chain rule, and each weight receives its share, for about twice the work of answering.\n\n"
         "Handed through many frames, shares can grow out of all proportion. Clipping shortens a gradient that is "
         "too long, and keeps its direction."),
     QT_TRANSLATE_NOOP("TrainingGuide", "Gradient norm chart; gradient clipping."), GuidePicture::Clipping,
     "gradient_clip"},
    {"momentum", QT_TRANSLATE_NOOP("TrainingGuide", "8. Momentum"),
     QT_TRANSLATE_NOOP(
         "TrainingGuide",
         "In a long valley the slope points across it, and the walk zigzags from wall to wall. Momentum averages "
         "the last steps: what points to and fro cancels out, what points along adds up. Like a ball, it also "
         "rolls a little too far."),
     QT_TRANSLATE_NOOP("TrainingGuide", "Momentum (SGD), first beta (AdamW, Adam)."), GuidePicture::Momentum,
     "momentum beta1"},
    {"rates", QT_TRANSLATE_NOOP("TrainingGuide", "9. Learning rates that adapt"),
     QT_TRANSLATE_NOOP(
         "TrainingGuide",
         "Some weights always see steep slopes, others flat ones. AdamW and Adam divide each weight's step by the "
         "usual size of its own gradient, so that all move at a similar pace.\n\n"
         "And what is right for the way down is too much at the bottom. A schedule lowers the rate: when "
         "validation loss has stopped falling (plateau), along a cosine, or up and down once (one cycle)."),
     QT_TRANSLATE_NOOP("TrainingGuide", "Learning rate chart, with marks where it drops; Schedule settings."),
     GuidePicture::Rates, "beta2 schedule lr_factor lr_patience"},
    {"regularisation", QT_TRANSLATE_NOOP("TrainingGuide", "10. Regularisation"),
     QT_TRANSLATE_NOOP(
         "TrainingGuide",
         "A network with millions of weights can learn a few hundred clips by heart. Then training loss falls on "
         "while validation loss turns up: it knows the answers and has not understood the question.\n\n"
         "Dropout switches parts off at random, so that none can rely on another. Weight decay pulls weights "
         "towards zero. Augmentation never shows the same example twice. Early stopping ends the run, and the "
         "weights of the best epoch are kept."),
     QT_TRANSLATE_NOOP("TrainingGuide",
                       "The gap between solid and dashed lines; the marks of best epoch and early stop."),
     GuidePicture::Gap, "dropout weight_decay former_share teacher_share patience"},
    {"evaluation", QT_TRANSLATE_NOOP("TrainingGuide", "11. Evaluation"),
     QT_TRANSLATE_NOOP(
         "TrainingGuide",
         "Only recordings that the network has never heard can tell whether it has learnt. Cut from one recording, "
         "two windows share the room and the voice; so whole recordings are held out.\n\n"
         "Accuracy is the share of right answers, and flatters where one class is rare. Precision asks how many "
         "alarms were true, recall how much applause was found, F1 balances both. Every score comes from a sample "
         "of recordings: its interval says how far it might have been another. A perfect score in the first epoch "
         "is a reason to check the data, not to celebrate."),
     QT_TRANSLATE_NOOP("TrainingGuide", "Accuracy, F1, ROC-AUC and average precision charts; Runs; Data Check."),
     GuidePicture::Split, "train_split split split_seed folds fold"},
    {"hyperparameters", QT_TRANSLATE_NOOP("TrainingGuide", "12. Hyperparameters"),
     QT_TRANSLATE_NOOP(
         "TrainingGuide",
         "Weights are learnt; what is chosen before are the hyperparameters. Nobody knows the best ones "
         "beforehand. Change one thing at a time, or let a sweep try many: on a grid, or at random, which tries "
         "more values of what matters for the same number of runs.\n\n"
         "Compare runs on the same validation recordings, and by more than one seed. Whoever tries a hundred "
         "settings finds one that is lucky on this validation part: keep some recordings for a last test."),
     QT_TRANSLATE_NOOP("TrainingGuide", "Queue and sweep; comparison in Runs; presets."), GuidePicture::Sweep,
     "threads engine"},
};

QString guideText(const char* text) {
    return QCoreApplication::translate("TrainingGuide", text);
}

QString guideHtml() {
    QString html =
        QStringLiteral("<h2>%1</h2><p>%2</p>")
            .arg(guideText(QT_TRANSLATE_NOOP("TrainingGuide", "How training works")),
                 guideText(QT_TRANSLATE_NOOP("TrainingGuide",
                                             "Twelve short lessons, from sound to a score that can be trusted. Solid "
                                             "lines are training, dashed lines validation, here as in the charts.")));
    for (const GuideSection& section : kSections) {
        html += QStringLiteral("<h3><a name=\"%1\"></a>%2</h3>")
                    .arg(QLatin1String(section.id), guideText(section.title).toHtmlEscaped());
        for (const QString& paragraph : guideText(section.text).split(QStringLiteral("\n\n")))
            html += QStringLiteral("<p>%1</p>").arg(paragraph.toHtmlEscaped());
        html += QStringLiteral("<p><img src=\"guide:%1\" width=\"%2\" height=\"%3\"></p><p><i>%4</i></p>")
                    .arg(QLatin1String(section.id))
                    .arg(kGuidePicture.width())
                    .arg(kGuidePicture.height())
                    .arg(guideText(QT_TRANSLATE_NOOP("TrainingGuide", "Where it shows: %1"))
                             .arg(guideText(section.where))
                             .toHtmlEscaped());
    }
    return html;
}

/// The page; its pictures follow the palette.
class GuideBrowser : public QTextBrowser {
public:
    explicit GuideBrowser(QWidget* parent) : QTextBrowser(parent) {
        setFrameShape(QFrame::NoFrame);
        setOpenLinks(false);
        document()->setDocumentMargin(2 * kGrid);
        fill();
    }

protected:
    void changeEvent(QEvent* event) override {
        QTextBrowser::changeEvent(event);
        if (event->type() == QEvent::PaletteChange) fill();
    }

private:
    QPixmap pictureOf(const GuideSection& section) const {
        return guidePicture(section.picture, kGuidePicture, palette(), devicePixelRatioF());
    }

    QVariant loadResource(int type, const QUrl& url) override {
        for (const GuideSection& section : kSections)
            if (url.toString() == QStringLiteral("guide:") + QLatin1String(section.id)) return pictureOf(section);
        return QTextBrowser::loadResource(type, url);
    }

    void fill() {
        for (const GuideSection& section : kSections)
            document()->addResource(QTextDocument::ImageResource,
                                    QUrl(QStringLiteral("guide:") + QLatin1String(section.id)), pictureOf(section));
        setHtml(guideHtml());
    }
};

} // namespace

std::span<const GuideSection> guideSections() {
    return kSections;
}

const GuideSection* guideSectionOf(std::string_view field) {
    const auto found = std::find_if(std::begin(kSections), std::end(kSections), [&](const GuideSection& section) {
        const QStringList fields = QString::fromLatin1(section.fields).split(QLatin1Char(' '));
        return fields.contains(QString::fromUtf8(field.data(), static_cast<qsizetype>(field.size())));
    });
    return found == std::end(kSections) ? nullptr : found;
}

void TrainingGuide::show(QWidget* window, const QString& section) {
    static const auto name = QStringLiteral("TrainingGuide");
    auto* dialog = window->findChild<QDialog*>(name);
    if (!dialog) {
        dialog = new QDialog(window);
        dialog->setObjectName(name);
        dialog->setAttribute(Qt::WA_DeleteOnClose);
        dialog->setWindowTitle(guideText(QT_TRANSLATE_NOOP("TrainingGuide", "How training works")));
        auto* layout = new QVBoxLayout(dialog);
        layout->setContentsMargins(0, 0, 0, 0);
        layout->addWidget(new GuideBrowser(dialog));
        dialog->resize(80 * kGrid, 88 * kGrid);
        dialog->show();
    }
    dialog->raise();
    dialog->activateWindow();
    if (!section.isEmpty()) dialog->findChild<QTextBrowser*>()->scrollToAnchor(section);
}

} // namespace ovation::ui
