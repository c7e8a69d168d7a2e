// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Files.h"
#include "core/export/ClipExport.h"
#include "core/labels/LabelFormats.h"
#include "core/models/ModelBundle.h"
#include "core/project/ProjectStore.h"
#include "tests/ui/StudioWindow.h"
#include "ui/main/ActionTable.h"
#include "ui/main/ClipDialog.h"
#include "ui/train/TrainPanel.h"

#include <QDir>
#include <QFileDialog>
#include <QLabel>
#include <QLineEdit>
#include <QMessageBox>
#include <QPushButton>

#include <tuple>

namespace ovation::ui::test {
namespace {

class ExportAndImport : public BadThingTest {
protected:
    void SetUp() override {
        BadThingTest::SetUp();
        starter = QStringLiteral(OVATION_SOURCE "/resources/models/starter.safetensors");
    }

    QByteArray bytesOf(const QString& path) const {
        QFile file(path);
        EXPECT_TRUE(file.open(QIODevice::ReadOnly));
        return file.readAll();
    }

    QMessageBox* box() { return window.findChild<QMessageBox*>(); }

    /// Waits for the question about files that are there, and presses one of its buttons.
    void answer(const char* text) {
        ASSERT_TRUE(waitFor([&] { return box() != nullptr; }));
        for (QAbstractButton* button : box()->buttons())
            if (QString(button->text()).remove(QLatin1Char('&')) == QLatin1String(text)) {
                button->click();
                ASSERT_TRUE(waitFor([&] { return !box(); }));
                return;
            }
        FAIL() << "no button " << text;
    }

    void openStarter() {
        ASSERT_TRUE(dropOn(&window, {starter}));
        ASSERT_TRUE(waitFor([&] { return session.model() != nullptr; }));
        clear();
    }

    QString starter;
};

TEST_F(ExportAndImport, AModelFromElsewhereIsTakenByDrop) {
    const QString file = folder.path(QStringLiteral("from elsewhere.safetensors"));
    ASSERT_TRUE(QFile::copy(starter, file));
    ASSERT_TRUE(dropOn(&window, {file}));
    EXPECT_TRUE(says({QStringLiteral("from elsewhere")}));
    ASSERT_TRUE(session.model());
    EXPECT_EQ(session.model()->architecture.id, "crnn");
    expectUsableAndNothingLost();
}

TEST_F(ExportAndImport, ADamagedHostileOrNewerModelIsRefusedWithAReasonAndTheOldOneStays) {
    openStarter();
    const auto before = session.model();
    const QByteArray whole = bytesOf(starter);
    QByteArray newer = whole;
    const qsizetype at = newer.indexOf("\"ovation.format\":\"1\"");
    ASSERT_GT(at, 0);
    newer[at + 18] = '9';
    QByteArray hostile = whole;
    for (int i = 0; i < 8; ++i)
        hostile[i] = static_cast<char>(0x7f); // a header of 9 * 10^18 bytes
    QByteArray notFinite = whole;
    for (qsizetype i = notFinite.size() - 4000; i < notFinite.size(); ++i)
        notFinite[i] = static_cast<char>(0xff);
    const std::pair<const char*, std::pair<QByteArray, const char*>> cases[] = {
        {"cut", {whole.left(whole.size() / 2), "cut.safetensors"}},
        {"newer", {newer, "newer Ovation"}},
        {"hostile", {hostile, "hostile.safetensors"}},
        {"nan", {notFinite, "not numbers"}},
        {"pickle", {QByteArray("PK\x03\x04 archive/data.pkl"), "pickle.safetensors"}},
        {"empty", {QByteArray(), "empty.safetensors"}}};
    for (const auto& [name, wrong] : cases) {
        const QString file = folder.write(QString::fromLatin1(name) + QStringLiteral(".safetensors"), wrong.first);
        ASSERT_TRUE(dropOn(&window, {file}));
        EXPECT_TRUE(
            says({QString::fromLatin1(name) + QStringLiteral(".safetensors"), QString::fromLatin1(wrong.second)}));
        EXPECT_EQ(session.model(), before) << name;
        clear();
    }
    expectUsableAndNothingLost();
}

TEST_F(ExportAndImport, TheMenuExportsTheModelAndSaysTheLargestDifference) {
    openStarter();
    for (const char* action :
         {"exportTorchScript", "exportOnnx", "exportOnnxFeatures", "exportSafetensors", "exportCard"})
        EXPECT_TRUE(window.actions()[action]->isEnabled()) << action;
    const QString file = folder.path(QStringLiteral("out.onnx"));
    window.actions()["exportOnnx"]->trigger();
    auto* dialog = window.findChild<QFileDialog*>();
    ASSERT_TRUE(dialog);
    EXPECT_EQ(dialog->defaultSuffix(), QStringLiteral("onnx"));
    dialog->selectFile(file);
    static_cast<QDialog*>(dialog)->accept();
    EXPECT_TRUE(
        says({QStringLiteral("out.onnx"), QStringLiteral("largest difference"), QStringLiteral("1 recording:")}));
    EXPECT_GT(QFileInfo(file).size(), 500000);
    session.exportModel(folder.path(QStringLiteral("card.html")), QStringLiteral("card-html"));
    EXPECT_TRUE(says({QStringLiteral("card.html")}));
    EXPECT_TRUE(bytesOf(folder.path(QStringLiteral("card.html"))).contains("<h1>starter</h1>"));
}

TEST_F(ExportAndImport, ClipsAreWrittenFromTheDialog) {
    const QString out = folder.path(QStringLiteral("clips"));
    window.actions()["exportClips"]->trigger();
    auto* dialog = window.findChild<ClipDialog*>();
    ASSERT_TRUE(dialog);
    auto* pattern = dialog->findChild<QLineEdit*>(QStringLiteral("clipPattern"));
    auto* place = dialog->findChild<QLineEdit*>(QStringLiteral("clipFolder"));
    place->setText(out);
    auto* write = dialog->findChild<QPushButton*>(QStringLiteral("writeClips"));
    ASSERT_TRUE(write);
    EXPECT_TRUE(write->isDefault());
    pattern->setText(QStringLiteral("{speaker}"));
    EXPECT_FALSE(write->isEnabled());
    EXPECT_TRUE(
        dialog->findChild<QLabel*>(QStringLiteral("clipProblem"))->text().contains(QStringLiteral("{speaker}")));
    pattern->setText(QStringLiteral("{recording} {class}"));
    EXPECT_TRUE(write->isEnabled());
    write->click();
    EXPECT_TRUE(says({QStringLiteral("1 clip written"), QStringLiteral("1 of applause")}));
    EXPECT_TRUE(QFileInfo::exists(out + QStringLiteral("/good applause.flac")));
    EXPECT_TRUE(QFileInfo::exists(out + QStringLiteral("/clips.csv")));
}

TEST_F(ExportAndImport, ClipsAreNotWrittenOverOthersWithoutAnAnswer) {
    const QString out = folder.path(QStringLiteral("clips"));
    const QByteArray other = "of somebody";
    ASSERT_TRUE(QDir().mkpath(out));
    const QString there = folder.write(QStringLiteral("clips/good-001.flac"), other);
    session.exportClips(out, {});
    ASSERT_TRUE(waitFor([&] { return box() != nullptr; }));
    EXPECT_TRUE(box()->text().contains(QLatin1String("good-001.flac"))) << box()->text().toStdString();
    ASSERT_NO_FATAL_FAILURE(answer("Cancel"));
    EXPECT_TRUE(session.jobs().empty());
    EXPECT_FALSE(QFileInfo::exists(out + QStringLiteral("/clips.csv")));
    session.exportClips(out, {});
    ASSERT_NO_FATAL_FAILURE(answer("Keep Both"));
    EXPECT_TRUE(says({QStringLiteral("1 clip written")}));
    EXPECT_EQ(bytesOf(there), other);
    EXPECT_TRUE(QFileInfo::exists(out + QStringLiteral("/good-001-2.flac")));
    clear();
    session.exportClips(out, {});
    ASSERT_NO_FATAL_FAILURE(answer("Replace"));
    EXPECT_TRUE(says({QStringLiteral("1 clip written")}));
    EXPECT_NE(bytesOf(there), other);
}

TEST_F(ExportAndImport, ChartsAreWrittenFromTheDialog) {
    const QString file = folder.path(QStringLiteral("curves.csv"));
    Q_EMIT window.findChild<TrainPanel*>()->chartExportRequested(QStringLiteral("csv"));
    auto* dialog = window.findChild<QFileDialog*>();
    ASSERT_TRUE(dialog);
    dialog->selectFile(file);
    static_cast<QDialog*>(dialog)->accept();
    EXPECT_TRUE(says({QStringLiteral("curves.csv")}));
    EXPECT_TRUE(bytesOf(file).startsWith("run,kind,epoch,batch"));
}

TEST_F(ExportAndImport, TheSuffixOfALabelFilesNameChoosesItsFormatElseTheFilterDoes) {
    struct Case {
        const char *command, *filter, *name, *start;
    };
    const Case cases[] = {{"exportLabels", nullptr, "sp.TextGrid", "File type = \"ooTextFile\""},
                          {"exportLabels", nullptr, "sp2.json", "{"},
                          {"exportLabels", nullptr, "sp3.selections.txt", "Selection\t"},
                          {"exportLabels", nullptr, "sp4.tsv", "start_s\t"},
                          {"exportLabels", nullptr, "sp5.txt", "0.0"},
                          {"exportLabels", nullptr, "sp6.odd", "0.0"},
                          {"exportLabels", nullptr, "sp7", "0.0"},
                          {"exportLabels", "raven", "odd.txt", "Selection\t"}, // .selections.txt ends in it
                          {"exportLabelsToOneFile", nullptr, "all.json", "{"},
                          {"exportLabelsToOneFile", nullptr, "all.rttm", "SPEAKER "},
                          {"exportLabelsToOneFile", nullptr, "all.odd", "start_s,"},
                          {"exportLabelsToOneFile", "csv", "all.txt", "start_s,"}}; // a track holds one recording only
    for (const auto& [command, filter, name, start] : cases) {
        SCOPED_TRACE(name);
        window.actions()[command]->trigger();
        auto* dialog = window.findChild<QFileDialog*>();
        ASSERT_TRUE(dialog);
        if (filter) {
            const LabelFormat* format = labelFormat(filter);
            ASSERT_TRUE(format);
            dialog->selectNameFilter(
                QStringLiteral("%1 (*.%2)").arg(QLatin1String(format->name), QLatin1String(format->extension)));
        }
        QString file = folder.path(QLatin1String(name));
        dialog->selectFile(file);
        static_cast<QDialog*>(dialog)->accept();
        if (QFileInfo(file).suffix().isEmpty()) file += QLatin1String(".txt");
        EXPECT_TRUE(says({QFileInfo(file).fileName(), QStringLiteral("written to")}));
        EXPECT_TRUE(bytesOf(file).startsWith(start)) << bytesOf(file).left(40).toStdString();
        ASSERT_TRUE(waitFor([&] { return !window.findChild<QFileDialog*>(); }));
        clear();
    }
}

TEST_F(ExportAndImport, FilesThatAreInTheFolderAreReplacedOnlyWhereThatIsTheAnswer) {
    const QString out = folder.path(QStringLiteral("out"));
    ASSERT_TRUE(QDir().mkpath(out));
    const QByteArray words = "Good evening, and welcome.\n";
    const QString transcript = folder.write(QStringLiteral("out/good.txt"), words);
    const QString beside = out + QStringLiteral("/good-2.txt");
    session.exportAllLabels(out, QStringLiteral("audacity"));
    ASSERT_TRUE(waitFor([&] { return box() != nullptr; }));
    EXPECT_TRUE(box()->text().contains(QLatin1String("good.txt"))) << box()->text().toStdString();
    ASSERT_NO_FATAL_FAILURE(answer("Cancel"));
    EXPECT_TRUE(session.jobs().empty());
    EXPECT_EQ(bytesOf(transcript), words);
    EXPECT_FALSE(QFileInfo::exists(beside));

    session.exportAllLabels(out, QStringLiteral("audacity"));
    ASSERT_NO_FATAL_FAILURE(answer("Keep Both"));
    EXPECT_TRUE(says({QStringLiteral("1 file written to")}));
    EXPECT_EQ(bytesOf(transcript), words);
    const QByteArray labels = bytesOf(beside);
    EXPECT_TRUE(labels.contains("applause")) << labels.constData();

    clear();
    session.exportAllLabels(out, QStringLiteral("audacity"));
    ASSERT_NO_FATAL_FAILURE(answer("Replace"));
    EXPECT_TRUE(says({QStringLiteral("1 file written to")}));
    EXPECT_EQ(bytesOf(transcript), labels);
}

TEST_F(ExportAndImport, DetectionsAreNotWrittenOverLabelsWithoutAnAnswer) {
    openStarter();
    QSignalSpy ended(&session, &Session::detectionEnded);
    session.startDetection({goodId});
    ASSERT_TRUE(waitFor([&] { return ended.count() > 0; }));
    ASSERT_NE(session.detection(goodId), nullptr);
    clear();
    const QString out = folder.path(QStringLiteral("out"));
    session.exportAllLabels(out, QStringLiteral("csv"));
    EXPECT_TRUE(says({QStringLiteral("1 file written to")}));
    const QByteArray labels = bytesOf(out + QStringLiteral("/good.csv"));
    session.exportDetections(out, QStringLiteral("csv"));
    ASSERT_NO_FATAL_FAILURE(answer("Cancel"));
    EXPECT_EQ(bytesOf(out + QStringLiteral("/good.csv")), labels);
}

TEST_F(ExportAndImport, HistoriesAreNotWrittenOverOthersWithoutAnAnswer) {
    const QString file = folder.path(QStringLiteral("trained.ovation"));
    {
        auto store = ProjectStore::create(file.toStdString());
        ASSERT_TRUE(store);
        TrainingRun run;
        run.id = 1;
        run.name = "First";
        run.stopped = StopReason::Epochs;
        run.epochs.resize(1);
        run.epochs[0].epoch = 1;
        ASSERT_TRUE((*store)->putRun(run));
    }
    ASSERT_TRUE(open(session, file));
    const QString out = folder.path(QStringLiteral("out"));
    session.exportHistories(out, QStringLiteral("csv"));
    EXPECT_TRUE(says({QStringLiteral("The history of 1 run is written to")}));
    const QByteArray other = "of another project\n";
    const QString there = folder.write(QStringLiteral("out/First.csv"), other);
    session.exportHistories(out, QStringLiteral("csv"));
    clear();
    ASSERT_NO_FATAL_FAILURE(answer("Keep Both"));
    EXPECT_TRUE(says({QStringLiteral("The history of 1 run is written to")}));
    EXPECT_EQ(bytesOf(there), other);
    EXPECT_TRUE(bytesOf(out + QStringLiteral("/First-2.csv")).startsWith("epoch,"));
}

TEST_F(ExportAndImport, HistoriesNeedARun) {
    EXPECT_FALSE(window.actions()["exportHistories"]->isEnabled());
    session.exportHistories(folder.path(QStringLiteral("h")), QStringLiteral("csv"));
    EXPECT_TRUE(says({QStringLiteral("nothing has been trained yet")}));
}

} // namespace
} // namespace ovation::ui::test
