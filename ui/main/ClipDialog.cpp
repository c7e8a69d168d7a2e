// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/main/ClipDialog.h"

#include "ui/session/Settings.h"
#include "ui/theme/NumberField.h"

#include <QComboBox>
#include <QDialogButtonBox>
#include <QDir>
#include <QDoubleSpinBox>
#include <QFileDialog>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>

namespace ovation::ui {

ClipDialog::ClipDialog(Settings* settings, QWidget* parent)
    : QDialog(parent),
      m_settings(settings),
      m_layout(new QComboBox),
      m_padding(new NumberField(2, 2)),
      m_pattern(new QLineEdit),
      m_format(new QComboBox),
      m_folder(new QLineEdit),
      m_problem(new QLabel) {
    setWindowTitle(tr("Export Clips"));
    const ClipExportOptions defaults;
    m_layout->addItems(
        {tr("One clip for every label, with a table"), tr("Training set: class folders, MANIFEST.csv, metadata.csv")});
    m_layout->setObjectName(QStringLiteral("clipLayout"));
    m_layout->setToolTip(tr("A training set also holds clips of the unlabelled time of fully labelled recordings. "
                            "Ovation trains on its folder; metadata.csv is what Hugging Face's audiofolder reads."));
    m_padding->setRange(0, 60);
    m_padding->setSingleStep(0.5);
    m_padding->setSuffix(tr(" s"));
    m_padding->setObjectName(QStringLiteral("clipPadding"));
    m_padding->setToolTip(tr("How much of what comes before and after a label its clip holds"));
    m_pattern->setText(QString::fromStdString(defaults.pattern));
    m_pattern->setObjectName(QStringLiteral("clipPattern"));
    m_pattern->setToolTip(tr("{recording}, {number}, {class}, {text}, {start}, {end} and {padding} are filled in"));
    m_format->addItems({tr("FLAC"), tr("WAV")});
    m_format->setObjectName(QStringLiteral("clipFormat"));
    m_format->setToolTip(tr("At each recording's own rate and resolution, with its tags"));
    m_folder->setObjectName(QStringLiteral("clipFolder"));
    m_folder->setText(m_settings->value("folders/exports").toString());
    m_folder->setPlaceholderText(tr("Folder to write to"));
    m_problem->setWordWrap(true);
    m_problem->setObjectName(QStringLiteral("clipProblem"));

    auto* choose = new QPushButton(tr("&Choose…"));
    choose->setAutoDefault(false);
    connect(choose, &QPushButton::clicked, this, &ClipDialog::chooseFolder);
    auto* place = new QHBoxLayout;
    place->addWidget(m_folder);
    place->addWidget(choose);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Cancel);
    m_write = buttons->addButton(tr("&Write Clips"), QDialogButtonBox::AcceptRole);
    buttons->button(QDialogButtonBox::Cancel)->setAutoDefault(false); // Enter writes, wherever the keyboard is
    m_write->setObjectName(QStringLiteral("writeClips"));
    m_write->setDefault(true);
    connect(buttons, &QDialogButtonBox::accepted, this, [this] {
        m_settings->setValue("folders/exports", folder());
        accept();
    });
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);

    auto* form = new QFormLayout(this);
    form->addRow(tr("Wri&te"), m_layout);
    form->addRow(tr("&Padding"), m_padding);
    form->addRow(tr("&Names"), m_pattern);
    form->addRow(tr("&Format"), m_format);
    auto* folderLabel = new QLabel(tr("F&older")); // a row of several widgets has no buddy of its own
    folderLabel->setBuddy(m_folder);
    form->addRow(folderLabel, place);
    form->addRow(m_problem);
    form->addRow(buttons);
    setMinimumWidth(520);
    connect(m_pattern, &QLineEdit::textChanged, this, &ClipDialog::check);
    connect(m_folder, &QLineEdit::textChanged, this, &ClipDialog::check);
    check();
}

QString ClipDialog::folder() const {
    return QDir::fromNativeSeparators(m_folder->text().trimmed());
}

ClipExportOptions ClipDialog::options() const {
    ClipExportOptions options;
    options.trainingSet = m_layout->currentIndex() == 1;
    options.paddingS = m_padding->value();
    options.pattern = m_pattern->text().toStdString();
    options.format = m_format->currentIndex() == 1 ? ClipFormat::Wav : ClipFormat::Flac;
    return options;
}

void ClipDialog::check() {
    const std::string problem = problemOf(options());
    const QString text = QString::fromStdString(problem);
    m_problem->setText(text.isEmpty() ? text : text.left(1).toUpper() + text.mid(1) + QLatin1Char('.'));
    m_write->setEnabled(problem.empty() && !folder().isEmpty());
}

void ClipDialog::chooseFolder() {
    auto* dialog = new QFileDialog(this, tr("Export Clips: choose the folder"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::Directory);
    dialog->setOption(QFileDialog::ShowDirsOnly);
    if (!folder().isEmpty()) dialog->setDirectory(folder());
    connect(dialog, &QFileDialog::fileSelected, m_folder, &QLineEdit::setText);
    dialog->open();
}

} // namespace ovation::ui
