// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/review/ReviewPanel.h"

#include "core/detection/RecordingDetection.h"
#include "core/project/ProjectStore.h"
#include "core/report/ApplauseReport.h"
#include "ui/review/DecoderControls.h"
#include "ui/review/DetectionsTable.h"
#include "ui/review/ReportView.h"
#include "ui/session/Session.h"
#include "ui/session/TimeText.h"

#include <QAction>
#include <QCheckBox>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QFile>
#include <QLabel>
#include <QPrinter>
#include <QPushButton>
#include <QSignalSpy>
#include <QSlider>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>
#include <gtest/gtest.h>

namespace ovation::ui {
namespace {

constexpr int kRate = 16000;

/// A project file with one speech of 30 s and a curve with three hills: strong at 4 to 8 s, weak at 12 to 14 s, strong
/// at 20 to 26 s.
void writeProject(const QString& path) {
    auto store = ProjectStore::create(path.toStdString());
    ASSERT_TRUE(store);
    Speech speech;
    speech.id = 1;
    speech.path = OVATION_EXAMPLE "/speeches/kennedy-en.flac";
    speech.frames = 30 * kRate;
    speech.sampleRate = kRate;
    speech.channels = 1;
    ASSERT_TRUE((*store)->putSpeech(speech));
    Detection detection;
    detection.speech = 1;
    detection.model = "model";
    detection.curve.stepS = 0.5;
    detection.curve.durationS = 30;
    for (int i = 0; i <= 60; ++i) {
        const double t = i * 0.5;
        detection.curve.values.push_back(t >= 4 && t <= 8     ? 0.95F
                                         : t >= 12 && t <= 14 ? 0.6F
                                         : t >= 20 && t <= 26 ? 0.9F
                                                              : 0.02F);
    }
    detection.segments = toDetectedSegments(decode(detection.curve, {}), kRate, speech.frames);
    ASSERT_EQ(detection.segments.size(), 3U);
    ASSERT_TRUE((*store)->putDetection(detection));
}

class ReviewPanelTest : public testing::Test {
protected:
    void SetUp() override {
        ASSERT_TRUE(folder.isValid());
        const QString path = folder.filePath(QStringLiteral("p.ovation"));
        ASSERT_NO_FATAL_FAILURE(writeProject(path));
        QSignalSpy opened(&session, &Session::projectOpened);
        session.openProject(path);
        ASSERT_TRUE(opened.wait(20'000));
        panel.resize(1040, 376);
        panel.show();
        ASSERT_TRUE(QTest::qWaitFor([&] { return rows() == 3; }));
    }
    int rows() { return panel.table()->view()->model()->rowCount(); }
    void key(Qt::Key pressed) { QTest::keyClick(panel.table()->view(), pressed); }
    QString cell(int row, int column) { return panel.table()->view()->model()->index(row, column).data().toString(); }
    void clickRow(int row) {
        QTableView* view = panel.table()->view();
        QTest::mouseClick(view->viewport(), Qt::LeftButton, {},
                          view->visualRect(view->model()->index(row, 1)).center());
    }

    QTemporaryDir folder;
    Session session;
    ReviewPanel panel{&session, nullptr, nullptr};
};

TEST_F(ReviewPanelTest, PrintingSaysWhatBecameOfIt) {
    QSignalSpy messages(&session, &Session::messageRaised);
    QSignalSpy errors(&session, &Session::errorRaised);
    const auto printTo = [&](const QString& file) {
        auto printer = std::make_shared<QPrinter>();
        printer->setOutputFormat(QPrinter::PdfFormat);
        printer->setOutputFileName(file);
        session.printReport(printer);
    };
    printTo(folder.filePath(QStringLiteral("gone/paper.pdf")));
    ASSERT_TRUE(QTest::qWaitFor([&] { return errors.count() > 0; }, 20'000));
    EXPECT_NE(describe(errors[0][0].value<Error>()).find("gone\" was not found: the folder to write to"),
              std::string::npos)
        << "looked at before the loudness is measured";
    EXPECT_EQ(messages.count(), 0) << "nothing was sent";

    const QString paper = folder.filePath(QStringLiteral("paper.pdf"));
    printTo(paper);
    ASSERT_TRUE(QTest::qWaitFor([&] { return messages.count() > 0; }, 20'000));
    EXPECT_TRUE(messages[0][0].toString().contains(QStringLiteral("paper.pdf")));
    QFile file(paper);
    ASSERT_TRUE(file.open(QIODevice::ReadOnly));
    EXPECT_TRUE(file.read(4) == "%PDF");
    EXPECT_EQ(errors.count(), 1);
}

TEST_F(ReviewPanelTest, ClickPlaysTheSegment) {
    QSignalSpy played(panel.table(), &DetectionsTable::playRequested);
    clickRow(1);
    ASSERT_EQ(played.count(), 1);
    EXPECT_EQ(panel.table()->current()->index, 1U);
    EXPECT_EQ(session.currentSpeech(), 1);
    key(Qt::Key_Return);
    EXPECT_EQ(played.count(), 2);
}

TEST_F(ReviewPanelTest, NextAndPreviousGoThroughTheListAndPlayButNotBeyondItsEnds) {
    QSignalSpy played(panel.table(), &DetectionsTable::playRequested);
    key(Qt::Key_N);
    EXPECT_EQ(panel.table()->current()->index, 0U);
    key(Qt::Key_N);
    key(Qt::Key_N);
    EXPECT_EQ(panel.table()->current()->index, 2U);
    key(Qt::Key_N);
    EXPECT_EQ(panel.table()->current()->index, 2U);
    key(Qt::Key_P);
    EXPECT_EQ(panel.table()->current()->index, 1U);
    EXPECT_EQ(played.count(), 4);
}

TEST_F(ReviewPanelTest, KeysAcceptAndRejectAndBecomeLabels) {
    clickRow(0);
    key(Qt::Key_A);
    EXPECT_EQ(session.detection(1)->segments[0].verdict, Verdict::Accepted);
    ASSERT_EQ(session.segments(1).size(), 1U);
    EXPECT_EQ(session.segments(1)[0].labelClass, LabelClass::Applause);
    key(Qt::Key_R); // of the next one
    EXPECT_EQ(session.detection(1)->segments[1].verdict, Verdict::Rejected);
    ASSERT_EQ(session.segments(1).size(), 2U);
    EXPECT_EQ(session.segments(1)[1].labelClass, LabelClass::NotApplause);
    EXPECT_EQ(cell(0, DetectionsModel::Verdict), QStringLiteral("accepted"));
    EXPECT_EQ(cell(1, DetectionsModel::Verdict), QStringLiteral("rejected"));
    EXPECT_EQ(panel.report()->model()->reports()[0].count, 2) << "rejected segments do not count";
}

TEST_F(ReviewPanelTest, VerdictFilterGoesOnWithTheNextSegment) {
    auto* filter = panel.findChild<QComboBox*>(QStringLiteral("verdict_filter"));
    filter->setFocus();
    QTest::keyClick(filter, Qt::Key_Down); // open ones only
    EXPECT_EQ(rows(), 3);
    clickRow(0);
    key(Qt::Key_A);
    EXPECT_EQ(rows(), 2);
    ASSERT_TRUE(panel.table()->current());
    EXPECT_EQ(panel.table()->current()->index, 1U);
}

TEST_F(ReviewPanelTest, ThresholdSliderDecodesAtOnce) {
    auto* slider = panel.findChild<QSlider*>(QStringLiteral("threshold_slider"));
    slider->setFocus();
    for (int i = 0; i < 5; ++i)
        QTest::keyClick(slider, Qt::Key_PageUp);
    EXPECT_NEAR(session.decoder().threshold, 0.75, 1e-9);
    EXPECT_NEAR(panel.findChild<QDoubleSpinBox*>(QStringLiteral("threshold"))->value(), 0.75, 1e-9);
    EXPECT_TRUE(QTest::qWaitFor([&] { return rows() == 2; }));
}

TEST_F(ReviewPanelTest, TheThresholdIsShownAsItIsUsed) {
    ASSERT_TRUE(QTest::qWaitFor([&] { return session.model() != nullptr; }, 20'000)); // settings stay from here on
    auto* box = panel.findChild<QDoubleSpinBox*>(QStringLiteral("threshold"));
    const auto text = [&](double threshold, int decimals) { return box->locale().toString(threshold, 'f', decimals); };
    const int width = box->sizeHint().width();
    const auto use = [&](double threshold) {
        DecoderOptions options = session.decoder();
        options.threshold = threshold;
        session.setDecoder(options);
        return QTest::qWaitFor([&] { return panel.decoder()->options() == options; });
    };
    ASSERT_TRUE(use(0.5));
    EXPECT_EQ(box->text(), text(0.5, 2));
    ASSERT_TRUE(use(0.0723));
    EXPECT_EQ(box->text(), text(0.0723, 4));
    EXPECT_EQ(box->sizeHint().width(), width);
    EXPECT_EQ(session.decoder().threshold, 0.0723) << "showing it changes nothing";
    box->selectAll();
    QTest::keyClicks(box, text(0.07, 2));
    QTest::keyClick(box, Qt::Key_Return);
    EXPECT_EQ(session.decoder().threshold, 0.07);
    EXPECT_EQ(box->text(), text(0.07, 2));
    ASSERT_TRUE(use(0.005)); // further down than one sets it here
    EXPECT_EQ(box->text(), text(0.005, 3));
}

TEST_F(ReviewPanelTest, MinimumLengthAndMergeGapActAtOnce) {
    panel.findChild<QDoubleSpinBox*>(QStringLiteral("minimum_length"))->setValue(3);
    EXPECT_DOUBLE_EQ(session.decoder().minimumDurationS, 3);
    EXPECT_TRUE(QTest::qWaitFor([&] { return rows() == 2; }));
    panel.findChild<QDoubleSpinBox*>(QStringLiteral("merge_gap"))->setValue(20);
    EXPECT_TRUE(QTest::qWaitFor([&] { return rows() == 1; }));
}

TEST_F(ReviewPanelTest, WhatTheModelAsksOfASegmentCanBeTakenUpAndLeftOut) {
    ASSERT_TRUE(QTest::qWaitFor([&] { return session.model() != nullptr; }, 20'000)); // the starter
    ASSERT_GT(session.model()->decoder.confirmation, 0);
    ASSERT_GT(session.model()->decoder.edgeConfidence, 0);
    auto* sure = panel.findChild<QCheckBox*>(QStringLiteral("only_sure"));
    ASSERT_TRUE(QTest::qWaitFor([&] { return sure->isEnabled(); }));
    EXPECT_FALSE(sure->isChecked()) << "these were detected without";
    DecoderOptions shifted = session.decoder();
    shifted.endShiftS = -0.1;
    session.setDecoder(shifted);
    const auto* controls = panel.findChild<DecoderControls*>();
    ASSERT_TRUE(QTest::qWaitFor([&] { return controls->options() == shifted; }));
    sure->click();
    EXPECT_EQ(session.decoder().endShiftS, -0.1) << "stays, as all that is not asked about";
    EXPECT_EQ(session.decoder().confirmation, session.model()->decoder.confirmation);
    EXPECT_EQ(session.decoder().evidence, session.model()->decoder.evidence);
    EXPECT_EQ(session.decoder().edgeConfidence, session.model()->decoder.edgeConfidence);
    EXPECT_TRUE(QTest::qWaitFor([&] { return rows() == 2; })) << "the weak one is gone";
    EXPECT_EQ(sure->text(), QStringLiteral("Only sure ones (1 hidden)"));
    sure->click();
    EXPECT_EQ(session.decoder().confirmation, 0);
    EXPECT_EQ(session.decoder().evidence, 0);
    EXPECT_EQ(session.decoder().edgeConfidence, 0) << "edges are where the threshold is passed";
    EXPECT_TRUE(QTest::qWaitFor([&] { return rows() == 3; }));
}

TEST_F(ReviewPanelTest, UncertainOnesComeFirstOnDemand) {
    QTest::mouseClick(panel.findChild<QPushButton*>(QStringLiteral("uncertain_first")), Qt::LeftButton);
    key(Qt::Key_N);
    EXPECT_EQ(panel.table()->current()->index, 1U) << "0.6 is closest to the threshold";
}

TEST_F(ReviewPanelTest, WhereUncertainOnesComeFirstNextPassesOverWhatIsJudged) {
    ASSERT_TRUE(QTest::qWaitFor([&] { return session.model() != nullptr; }, 20'000)); // settings stay from here on
    panel.findChild<QCheckBox*>(QStringLiteral("go_on"))->setChecked(false);
    QTest::mouseClick(panel.findChild<QPushButton*>(QStringLiteral("uncertain_first")), Qt::LeftButton);
    QSignalSpy hints(panel.table(), &DetectionsTable::hinted);
    const auto numberAt = [&](int row) {
        clickRow(row);
        return panel.table()->current()->index;
    };
    const size_t last = numberAt(2), middle = numberAt(1), first = numberAt(0);
    session.judge(1, middle, Verdict::Rejected);
    ASSERT_TRUE(QTest::qWaitFor([&] { return cell(1, DetectionsModel::Verdict) == QStringLiteral("rejected"); }));
    ASSERT_EQ(panel.table()->current()->index, first);
    key(Qt::Key_N);
    EXPECT_EQ(panel.table()->current()->index, last);
    EXPECT_EQ(hints.count(), 0);
    key(Qt::Key_P);
    EXPECT_EQ(panel.table()->current()->index, middle) << "what was judged can be heard again";
    key(Qt::Key_N);
    key(Qt::Key_A);
    ASSERT_EQ(session.detection(1)->segments[last].verdict, Verdict::Accepted);
    clickRow(0);
    key(Qt::Key_N);
    EXPECT_EQ(panel.table()->current()->index, first);
    ASSERT_EQ(hints.count(), 1);
    EXPECT_TRUE(hints[0][0].toString().contains(QStringLiteral("No open segment follows")));
    key(Qt::Key_A);
    key(Qt::Key_N);
    ASSERT_EQ(hints.count(), 2);
    EXPECT_TRUE(hints[1][0].toString().contains(QStringLiteral("No open segment is left")));

    auto* filter = panel.findChild<QComboBox*>(QStringLiteral("verdict_filter"));
    filter->setFocus();
    QTest::keyClick(filter, Qt::Key_Down);
    QTest::keyClick(filter, Qt::Key_Down); // accepted ones only
    ASSERT_EQ(rows(), 2);
    clickRow(0);
    key(Qt::Key_N);
    EXPECT_EQ(panel.table()->current()->index, last) << "these alone are asked for";
}

TEST_F(ReviewPanelTest, SelectedSegmentStaysSelectedWhenTheThresholdMovesItsEdges) {
    clickRow(2);
    auto* slider = panel.findChild<QSlider*>(QStringLiteral("threshold_slider"));
    for (int i = 0; i < 5; ++i)
        QTest::keyClick(slider, Qt::Key_PageUp);
    EXPECT_TRUE(QTest::qWaitFor([&] { return rows() == 2; }));
    ASSERT_TRUE(panel.table()->current());
    EXPECT_EQ(panel.table()->current()->index, 1U);
    EXPECT_NEAR(panel.table()->current()->span.end, 26, 1);
}

TEST_F(ReviewPanelTest, AfterAVerdictTheNextOpenOnePlaysByItself) {
    QSignalSpy played(panel.table(), &DetectionsTable::playRequested);
    clickRow(1);
    key(Qt::Key_A);
    EXPECT_EQ(panel.table()->current()->index, 2U);
    EXPECT_EQ(played.count(), 2);
    key(Qt::Key_R);
    EXPECT_EQ(panel.table()->current()->index, 0U) << "none is open behind it: from the beginning";
    EXPECT_EQ(played.count(), 3);
    key(Qt::Key_A);
    EXPECT_EQ(panel.table()->current()->index, 0U) << "nothing is left to judge";
    EXPECT_EQ(played.count(), 3);
}

TEST_F(ReviewPanelTest, WhatIsLabelledNotApplauseCountsAsRejected) {
    QSignalSpy messages(&session, &Session::messageRaised);
    const SampleRange found = session.detection(1)->segments[0].range;
    ASSERT_NE(session.addSegment(1, {found.begin - kRate, found.end + kRate}, LabelClass::NotApplause), 0);
    EXPECT_EQ(session.detection(1)->segments[0].verdict, Verdict::Rejected);
    clickRow(0);
    key(Qt::Key_R);
    EXPECT_EQ(cell(0, DetectionsModel::Verdict), QStringLiteral("against label"));
    EXPECT_EQ(messages.count(), 0) << "it is rejected already";
    EXPECT_EQ(session.segments(1).size(), 1U);
    EXPECT_EQ(panel.table()->current()->index, 1U);
    session.undo();
    EXPECT_EQ(session.detection(1)->segments[0].verdict, Verdict::Open);
}

TEST_F(ReviewPanelTest, RejectingWhatMatchesALabelSaysThatTheLabelIsReplaced) {
    QSignalSpy messages(&session, &Session::messageRaised);
    ASSERT_NE(session.addSegment(1, session.detection(1)->segments[0].range, LabelClass::Applause), 0);
    const Segment label = session.segments(1)[0];
    EXPECT_TRUE(QTest::qWaitFor([&] { return cell(0, DetectionsModel::Verdict) == QStringLiteral("matches label"); }));
    clickRow(0);
    key(Qt::Key_R);
    EXPECT_EQ(cell(0, DetectionsModel::Verdict), QStringLiteral("rejected"));
    ASSERT_EQ(messages.count(), 1);
    EXPECT_TRUE(messages[0][0].toString().contains(QStringLiteral("Undo")));
    session.undo();
    EXPECT_EQ(session.segments(1), std::vector<Segment>{label});
    session.judge(1, 1, Verdict::Accepted);
    session.judge(1, 1, Verdict::Rejected);
    EXPECT_EQ(messages.count(), 1) << "an own verdict is changed without a word";
}

TEST_F(ReviewPanelTest, ARefusedVerdictDoesNotMoveOn) {
    QSignalSpy messages(&session, &Session::messageRaised);
    QSignalSpy played(panel.table(), &DetectionsTable::playRequested);
    ASSERT_NE(session.addSegment(1, session.detection(1)->segments[0].range, LabelClass::Unsure), 0);
    clickRow(0);
    key(Qt::Key_R);
    EXPECT_EQ(messages.count(), 1);
    EXPECT_EQ(session.detection(1)->segments[0].verdict, Verdict::Open);
    EXPECT_EQ(panel.table()->current()->index, 0U);
    EXPECT_EQ(played.count(), 1);
}

TEST_F(ReviewPanelTest, StaysWhereGoingOnIsSwitchedOff) {
    panel.findChild<QCheckBox*>(QStringLiteral("go_on"))->setChecked(false);
    QSignalSpy played(panel.table(), &DetectionsTable::playRequested);
    clickRow(0);
    key(Qt::Key_A);
    EXPECT_EQ(panel.table()->current()->index, 0U);
    EXPECT_EQ(played.count(), 1);
}

TEST_F(ReviewPanelTest, NudgedEdgesAcceptTheSegmentAndAreOneStepBack) {
    clickRow(0);
    const SampleRange found = session.detection(1)->segments[0].range;
    ASSERT_TRUE(panel.nudgeCurrent(-0.1, 0));
    ASSERT_TRUE(panel.nudgeCurrent(-0.1, 0));
    ASSERT_TRUE(panel.nudgeCurrent(0, 0.5));
    ASSERT_EQ(session.segments(1).size(), 1U);
    const Segment label = session.segments(1)[0];
    EXPECT_EQ(label.range, (SampleRange{found.begin - kRate / 5, found.end + kRate / 2}));
    EXPECT_EQ(label.origin, Origin::Accepted);
    EXPECT_EQ(label.source, "model");
    EXPECT_EQ(session.detection(1)->segments[0].verdict, Verdict::Accepted);
    EXPECT_EQ(panel.table()->current()->range, label.range) << "the table shows what it counts as";
    EXPECT_NEAR(panel.report()->model()->reports()[0].totalS,
                toSeconds(label.range.length(), kRate) + toSeconds(session.detection(1)->segments[1].range.length() +
                                                                       session.detection(1)->segments[2].range.length(),
                                                                   kRate),
                1e-6);
    session.undo();
    EXPECT_TRUE(session.segments(1).empty());
    EXPECT_EQ(session.detection(1)->segments[0].verdict, Verdict::Open);
}

TEST_F(ReviewPanelTest, NudgedEdgesStopAtOtherLabels) {
    clickRow(0);
    const SampleRange found = session.detection(1)->segments[0].range;
    ASSERT_NE(session.addSegment(1, {found.end + 1600, found.end + 3200}, LabelClass::NotApplause), 0);
    ASSERT_TRUE(panel.nudgeCurrent(0, 0.3));
    ASSERT_EQ(session.segments(1).size(), 2U);
    EXPECT_EQ(session.segments(1)[0].range, (SampleRange{found.begin, found.end + 1600}));
}

TEST_F(ReviewPanelTest, AVerdictHitsNoOtherSegmentThanTheChosenOneWhereItIsDetectedAnew) {
    QSignalSpy messages(&session, &Session::messageRaised);
    const auto decodeAt = [&](double threshold) {
        DecoderOptions options = session.decoder();
        options.threshold = threshold;
        session.setDecoder(options); // the list follows as soon as events are handled
    };
    const auto expectNothingJudged = [&] {
        EXPECT_TRUE(session.segments(1).empty());
        for (const DetectedSegment& segment : session.detection(1)->segments)
            EXPECT_EQ(segment.verdict, Verdict::Open);
    };
    clickRow(1);
    decodeAt(0.75); // the weak one goes, and the third has its number
    ASSERT_EQ(session.detection(1)->segments.size(), 2U);
    ASSERT_EQ(rows(), 3) << "listed as before";
    panel.acceptCurrent();
    expectNothingJudged();
    EXPECT_EQ(messages.count(), 1);
    EXPECT_EQ(rows(), 2);
    EXPECT_FALSE(panel.hasCurrent()) << "nothing is detected there any more";

    decodeAt(0.5);
    ASSERT_TRUE(QTest::qWaitFor([&] { return rows() == 3; }));
    clickRow(2);
    decodeAt(0.75);
    panel.rejectCurrent();
    expectNothingJudged();
    ASSERT_TRUE(panel.hasCurrent());
    EXPECT_EQ(panel.table()->current()->index, 1U) << "what is there now, under another number";
    panel.acceptCurrent();
    EXPECT_EQ(session.detection(1)->segments[1].verdict, Verdict::Accepted);
    session.undo();

    decodeAt(0.5);
    ASSERT_TRUE(QTest::qWaitFor([&] { return rows() == 3; }));
    clickRow(1);
    decodeAt(0.75);
    EXPECT_TRUE(panel.nudgeCurrent(-0.1, 0));
    expectNothingJudged();
}

TEST_F(ReviewPanelTest, WhatLabelsSayOfTheSegmentsIsSummedUpAndFilteredBy) {
    const auto* count = panel.findChild<QLabel*>(QStringLiteral("detections_count"));
    EXPECT_EQ(count->text(), QStringLiteral("3 of 3 shown · 3 open")) << "nothing is labelled";
    ASSERT_NE(session.addSegment(1, {20 * kRate, 26 * kRate}, LabelClass::Applause), 0);
    ASSERT_NE(session.addSegment(1, {1 * kRate, 2 * kRate}, LabelClass::Applause), 0);
    session.setFullyLabelled(1, true);
    const QString sum = QStringLiteral("3 of 3 shown · 2 open · by the labels 1 right, 2 false, 1 missed");
    ASSERT_TRUE(QTest::qWaitFor([&] { return count->text() == sum; })) << count->text().toStdString();
    auto* filter = panel.findChild<QComboBox*>(QStringLiteral("verdict_filter"));
    const auto show = [&](int choice) {
        filter->setCurrentIndex(choice);
        Q_EMIT filter->activated(choice);
        return rows();
    };
    EXPECT_EQ(show(filter->findText(QStringLiteral("Match a label"))), 1);
    EXPECT_EQ(show(filter->findText(QStringLiteral("False alarms"))), 2);
    EXPECT_EQ(show(0), 3);
    const std::vector<DetectedSegment> segments = session.detection(1)->segments;
    const auto open = std::ranges::find(segments, Verdict::Open, &DetectedSegment::verdict);
    ASSERT_NE(open, segments.end());
    ASSERT_NE(session.addSegment(1, open->range, LabelClass::Unsure), 0);
    const QString unsure = QStringLiteral("3 of 3 shown · 2 open · by the labels 1 right, 1 false, 1 missed");
    EXPECT_TRUE(QTest::qWaitFor([&] { return count->text() == unsure; })) << count->text().toStdString();
    session.undo();
    session.setFullyLabelled(1, false);
    const QString partly = QStringLiteral("3 of 3 shown · 2 open · by the labels 1 right, 0 false, 0 missed");
    EXPECT_TRUE(QTest::qWaitFor([&] { return count->text() == partly; })) << count->text().toStdString();
}

TEST_F(ReviewPanelTest, ReportIsWrittenInEveryFormAndAFullDiskIsReported) {
    QSignalSpy written(&session, &Session::messageRaised);
    QSignalSpy failed(&session, &Session::errorRaised);
    QString path;
    QObject::connect(&panel, &ReviewPanel::saveReportRequested, &session,
                     [&](ReportForm form) { session.writeReport(path, form); });
    const auto save = [&](const char* action, const QString& name) {
        path = folder.filePath(name);
        const auto before = written.count() + failed.count();
        panel.findChild<QAction*>(QLatin1String(action))->trigger();
        EXPECT_TRUE(QTest::qWaitFor([&] { return written.count() + failed.count() > before; }, 20'000));
        QFile file(path);
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    };
    const QByteArray table = save("report_csv", QStringLiteral("report.csv"));
    EXPECT_TRUE(table.startsWith("recording,duration_s,segments")) << table.constData();
    EXPECT_TRUE(table.contains("\"kennedy-en\",30.000,3,")) << table.constData();
    EXPECT_TRUE(save("report_applauses", QStringLiteral("a.csv")).contains("\"kennedy-en\",3,"));
    EXPECT_TRUE(save("report_html", QStringLiteral("r.html")).contains("<svg"));
    const QByteArray pdf = save("report_pdf", QStringLiteral("r.pdf"));
    EXPECT_TRUE(pdf.startsWith("%PDF"));
    EXPECT_GT(pdf.size(), 5000);
    EXPECT_EQ(failed.count(), 0);
    save("report_csv", QStringLiteral("missing/report.csv"));
    ASSERT_EQ(failed.count(), 1);
    EXPECT_NE(describe(failed[0][0].value<Error>()).find("missing\" was not found: the folder to write to"),
              std::string::npos)
        << "looked at before the loudness is measured";
}

TEST(EmptyReviewPanel, SaysToAddRecordings) {
    Session session;
    ReviewPanel panel(&session, nullptr, nullptr);
    EXPECT_TRUE(panel.emptyText().contains(QStringLiteral("Drop sound files")));
    EXPECT_FALSE(panel.findChild<QPushButton*>(QStringLiteral("detect_all"))->isEnabled());
}

TEST_F(ReviewPanelTest, AReportSaysWhichRecordingCouldNotBeReadForItsLoudness) {
    const QString gone = folder.filePath(QStringLiteral("gone.ovation"));
    {
        auto store = ProjectStore::create(gone.toStdString());
        ASSERT_TRUE(store);
        Speech speech;
        speech.id = 1;
        speech.path = folder.filePath(QStringLiteral("gone.wav")).toStdString();
        speech.frames = 30 * kRate;
        speech.sampleRate = kRate;
        speech.channels = 1;
        speech.fullyLabelled = true;
        ASSERT_TRUE((*store)->putSpeech(speech));
    }
    QSignalSpy opened(&session, &Session::projectOpened);
    session.openProject(gone);
    ASSERT_TRUE(QTest::qWaitFor([&] { return opened.count() > 0; }, 20'000));
    QSignalSpy problems(&session, &Session::problemsRaised);
    const QString path = folder.filePath(QStringLiteral("gone.html"));
    session.writeReport(path, ReportForm::Html);
    QStringList sentences;
    ASSERT_TRUE(QTest::qWaitFor(
        [&] {
            for (const auto& problem : problems)
                if (problem[0].toString().contains(QStringLiteral("no loudness for 1 recording")))
                    sentences = problem[1].toStringList();
            return !sentences.isEmpty();
        },
        20'000));
    ASSERT_EQ(sentences.size(), 1);
    EXPECT_TRUE(sentences[0].contains(QStringLiteral("gone.wav"))) << sentences[0].toStdString();
    QFile file(path);
    ASSERT_TRUE(file.open(QIODevice::ReadOnly));
    const QByteArray page = file.readAll();
    EXPECT_TRUE(page.contains("its loudness could not be measured: ")) << page.constData();
}

TEST(SpeechReport, RejectedSegmentsDoNotCountAndRatesArePerMinute) {
    ProjectData project;
    Speech speech;
    speech.id = 7;
    speech.path = "/a/b.wav";
    speech.sampleRate = 100;
    speech.frames = 12'000;
    project.speeches = {speech};
    Detection& detection = project.detections[7];
    detection.segments = {{{0, 300}, 0.9, 0.9, Verdict::Open},
                          {{1000, 2000}, 0.9, 0.9, Verdict::Rejected},
                          {{3000, 3900}, 0.9, 0.9, Verdict::Accepted}};
    const auto reports = speechReports(project);
    ASSERT_EQ(reports.size(), 1U);
    EXPECT_EQ(reports[0].count, 2);
    EXPECT_DOUBLE_EQ(reports[0].totalS, 12);
    EXPECT_DOUBLE_EQ(reports[0].longestS, 9);
    EXPECT_DOUBLE_EQ(reports[0].share(), 0.1);
    EXPECT_DOUBLE_EQ(reports[0].perMinute(), 1);
}

TEST(SpeechReport, SaysWhatIsNotCountedWhereAllIsLabelled) {
    ProjectData project;
    Speech speech;
    speech.id = 7;
    speech.path = "/a/b.wav";
    speech.sampleRate = 100;
    speech.frames = 12'000;
    speech.fullyLabelled = true;
    project.speeches = {speech};
    project.detections[7].segments = {{{3000, 3900}, 0.9, 0.9, Verdict::Open}};
    const auto reports = speechReports(project);
    ASSERT_EQ(reports.size(), 1U);
    EXPECT_EQ(reports[0].count, 0);
    EXPECT_TRUE(totalText(reports).contains(QStringLiteral("not counted: 1 detected segment")))
        << totalText(reports).toStdString();
}

TEST(SpeechReport, IsOfTheRecordingsThatASavedReportHas) {
    ProjectData project;
    for (const SpeechId id : {1, 2, 3, 4}) {
        Speech speech;
        speech.id = id;
        speech.path = "/disc " + std::to_string(id) + "/track.wav";
        speech.sampleRate = 100;
        speech.frames = 12'000;
        speech.fullyLabelled = id == 3;
        project.speeches.push_back(speech);
    }
    project.detections[1].segments = {{{0, 300}, 0.9, 0.9, Verdict::Open}};
    Segment label;
    label.range = {0, 600};
    project.segments[2] = {label};
    const auto reports = speechReports(project); // nothing is known of the fourth
    const auto saved = reportsOf(project);
    ASSERT_EQ(reports.size(), 3U);
    ASSERT_EQ(saved.size(), 3U);
    for (size_t i = 0; i < 3; ++i) {
        EXPECT_EQ(reports[i].count, saved[i].count());
        EXPECT_DOUBLE_EQ(reports[i].totalS, saved[i].totalS());
        EXPECT_EQ(reports[i].detected, i == 0);
        EXPECT_EQ(reports[i].recording, QStringLiteral("disc %1/track").arg(i + 1));
    }
    EXPECT_TRUE(totalText(reports).startsWith(QStringLiteral("3 recordings: 2 applauses, 9.0 s")))
        << totalText(reports).toStdString();

    ReportView view;
    auto* segments = view.findChild<QPushButton*>(QStringLiteral("export"));
    auto* save = view.findChild<QPushButton*>(QStringLiteral("save_report"));
    view.setReports(reports);
    EXPECT_TRUE(segments->isEnabled());
    view.setReports({reports[1], reports[2]});
    EXPECT_FALSE(segments->isEnabled()) << "nothing was detected";
    EXPECT_TRUE(save->isEnabled());
}

TEST(TimeText, HasMillisecondsAndHoursWhereNeeded) {
    EXPECT_EQ(timeText(12.48), QStringLiteral("0:12.480"));
    EXPECT_EQ(timeText(3723.5), QStringLiteral("1:02:03.500"));
    EXPECT_EQ(timeText(59.9996), QStringLiteral("1:00.000"));
}

} // namespace
} // namespace ovation::ui
