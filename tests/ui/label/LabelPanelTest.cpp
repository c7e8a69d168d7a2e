// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/LabellingScript.h"

#include "ui/label/DropBin.h"
#include "ui/label/HistoryView.h"
#include "ui/label/LabelFilter.h"
#include "ui/label/LabelPanel.h"
#include "ui/label/LabelTableModel.h"
#include "ui/main/ActionTable.h"
#include "ui/timeline/TimelineView.h"

#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QScopeGuard>
#include <QTableView>

namespace ovation::ui::test {
namespace {

/// A window with one recording and four labels.
class LabelPanelTest : public ::testing::Test {
protected:
    void SetUp() override {
        ASSERT_TRUE(openNew(studio.session));
        ASSERT_TRUE(add(studio.session, {example("clips/other/rain.flac")}, 1));
        id = studio.session.currentSpeech();
        rate = studio.session.project().speech(id)->sampleRate;
        mark(0.5, 1.0, LabelClass::Applause, QStringLiteral("claps"));
        mark(1.2, 1.5, LabelClass::Unsure);
        mark(1.6, 2.4, LabelClass::NotApplause);
        mark(2.5, 2.6, LabelClass::Applause);
        panel = studio.window.findChild<LabelPanel*>();
        table = panel->table();
    }

    void mark(double from, double to, LabelClass labelClass, const QString& text = {}) {
        studio.session.addSegment(id, {toFrame(from, rate), toFrame(to, rate)}, labelClass, text);
    }
    const std::vector<Segment>& segments() const { return studio.session.segments(id); }
    QString cell(int row, LabelTableModel::Column column) const {
        return table->model()->index(row, column).data().toString();
    }
    void key(QWidget* widget, Qt::Key key, Qt::KeyboardModifiers modifiers = Qt::NoModifier) {
        QTest::keyClick(widget, key, modifiers);
    }

    const Folder folder;
    OpenStudio studio{folder.path(QStringLiteral("settings.ini"))};
    SpeechId id = 0;
    int rate = 0;
    LabelPanel* panel = nullptr;
    QTableView* table = nullptr;
};

TEST_F(LabelPanelTest, SortsByEveryColumnAndFiltersByClassTextAndOrigin) {
    ASSERT_EQ(table->model()->rowCount(), 4);
    table->sortByColumn(LabelTableModel::Length, Qt::DescendingOrder);
    EXPECT_EQ(cell(0, LabelTableModel::Class), QStringLiteral("not applause"));
    EXPECT_EQ(cell(3, LabelTableModel::Length), QStringLiteral("0.100"));
    table->sortByColumn(LabelTableModel::Start, Qt::AscendingOrder);
    EXPECT_EQ(cell(0, LabelTableModel::Text), QStringLiteral("claps"));

    panel->filter()->setClass(LabelClass::Applause);
    EXPECT_EQ(table->model()->rowCount(), 2);
    panel->filter()->setText(QStringLiteral("CLAP"));
    EXPECT_EQ(table->model()->rowCount(), 1);
    panel->filter()->setOrigin(Origin::Imported);
    EXPECT_EQ(table->model()->rowCount(), 0);
    panel->filter()->setOrigin({});
    panel->filter()->setText({});
    panel->filter()->setClass({});
    EXPECT_EQ(table->model()->rowCount(), 4);
}

TEST_F(LabelPanelTest, TheHintTellsHowManySegmentsTheFilterHides) {
    const auto* hint = panel->findChild<QLabel*>(QStringLiteral("label_hint"));
    ASSERT_TRUE(hint);
    panel->filter()->setClass(LabelClass::Applause);
    EXPECT_TRUE(hint->text().endsWith(QStringLiteral("The filter hides 2 of them."))) << hint->text().toStdString();
    ASSERT_TRUE(add(studio.session, {example("clips/other/fan.flac")}, 2));
    id = studio.session.project().speeches.back().id;
    studio.session.setCurrentSpeech(id);
    mark(0.5, 1.0, LabelClass::Unsure);
    EXPECT_TRUE(hint->text().startsWith(QStringLiteral("1 segment."))) << hint->text().toStdString();
    EXPECT_TRUE(hint->text().endsWith(QStringLiteral("The filter hides it."))) << hint->text().toStdString();
}

TEST_F(LabelPanelTest, TheSelectionIsTheTimelinesInBothDirectionsHoweverItIsSorted) {
    table->sortByColumn(LabelTableModel::Length, Qt::DescendingOrder);
    table->selectRow(0);
    EXPECT_EQ(studio.window.timeline()->selectedSegments(), (std::vector<int64_t>{segments()[2].id}));
    EXPECT_EQ(studio.window.timeline()->cursor(), segments()[2].range.begin);
    studio.window.timeline()->selectSegments({segments()[0].id, segments()[3].id});
    QSet<QString> begins;
    for (const QModelIndex& row : table->selectionModel()->selectedRows())
        begins << row.data().toString();
    EXPECT_EQ(begins, (QSet<QString>{QStringLiteral("0:00.500"), QStringLiteral("0:02.500")}));
}

TEST_F(LabelPanelTest, EnterPlaysTheChosenLabel) {
    QSignalSpy played(panel, &LabelPanel::playRequested);
    key(studio.window.timeline(), Qt::Key_L, Qt::ControlModifier);
    EXPECT_TRUE(table->hasFocus());
    key(table, Qt::Key_Down);
    key(table, Qt::Key_Return);
    ASSERT_EQ(played.count(), 1);
    const auto span = played[0][0].value<TimeSpan>();
    EXPECT_NEAR(span.start, 1.2, 1e-4);
    EXPECT_NEAR(span.end, 1.5, 1e-4);
}

TEST_F(LabelPanelTest, TypedTimesMayNotPutASegmentOnAnother) {
    QSignalSpy refusals(panel->model(), &LabelTableModel::refused);
    const QModelIndex end = table->model()->index(0, LabelTableModel::End);
    EXPECT_FALSE(table->model()->setData(end, QStringLiteral("1.3"), Qt::EditRole));
    ASSERT_EQ(refusals.count(), 1);
    EXPECT_TRUE(refusals[0][0].toString().contains(QStringLiteral("0:01.200 to 0:01.500")));
    EXPECT_EQ(segments()[0].range.end, toFrame(1.0, rate));
    EXPECT_TRUE(table->model()->setData(end, QStringLiteral("1.2"), Qt::EditRole)) << "they may touch";
    EXPECT_EQ(segments()[0].range.end, toFrame(1.2, rate));
}

TEST_F(LabelPanelTest, TheColumnFromNamesWhereALabelCameFrom) {
    studio.session.importLabels(id, folder.write(QStringLiteral("more.txt"), "3.0\t3.2\tapplause\n"));
    ASSERT_TRUE(waitFor([&] { return segments().size() == 5; }));
    EXPECT_EQ(cell(0, LabelTableModel::From), QStringLiteral("drawn"));
    EXPECT_EQ(cell(4, LabelTableModel::From), QStringLiteral("imported: more.txt"));
    const QVariant tip = table->model()->index(4, LabelTableModel::From).data(Qt::ToolTipRole);
    EXPECT_TRUE(tip.toString().contains(folder.path(QStringLiteral("more.txt"))));
}

TEST_F(LabelPanelTest, ABinLabelsAClipThatIsInTheProjectAlreadyButSparesOtherLabels) {
    const QString wind = example("clips/other/wind.flac");
    ASSERT_TRUE(add(studio.session, {wind}, 2));
    const SpeechId clip = studio.session.project().speeches[1].id;
    ASSERT_TRUE(studio.session.segments(clip).empty());
    for (const LabelClass labelClass : {LabelClass::Applause, LabelClass::NotApplause})
        for (DropBin* bin : studio.window.findChildren<DropBin*>()) {
            if (bin->labelClass() != labelClass) continue;
            ASSERT_TRUE(dropOn(bin, {wind, example("clips/other/rain.flac")}));
            ASSERT_EQ(studio.session.segments(clip).size(), 1U);
            const Segment& whole = studio.session.segments(clip)[0];
            EXPECT_EQ(whole.range, (SampleRange{0, studio.session.project().speech(clip)->frames}));
            EXPECT_EQ(whole.labelClass, labelClass);
        }
    EXPECT_EQ(segments().size(), 4U) << "labels of its own";
    studio.session.undo();
    EXPECT_EQ(studio.session.segments(clip)[0].labelClass, LabelClass::Applause);
}

TEST_F(LabelPanelTest, TheHistoryGoesBackAndForwardToAnyPoint) {
    studio.session.removeSegments(id, {segments()[0].id, segments()[1].id});
    studio.session.setFullyLabelled(id, true);
    key(studio.window.timeline(), Qt::Key_H, Qt::ControlModifier);
    auto* history = studio.window.findChild<HistoryView*>();
    ASSERT_TRUE(history->isVisible());
    ASSERT_EQ(history->model()->rowCount(), 7) << "the beginning and six edits";
    EXPECT_EQ(history->currentIndex().row(), 6);
    EXPECT_EQ(history->model()->index(5, 0).data().toString(), QStringLiteral("Delete 2 segments"));
    EXPECT_EQ(history->model()->index(5, 1).data().toString(), QStringLiteral("rain.flac"));
    const auto click = [&](int row) {
        history->scrollTo(history->model()->index(row, 0));
        const QPoint place = history->visualRect(history->model()->index(row, 0)).center();
        QTest::mouseClick(history->viewport(), Qt::LeftButton, Qt::NoModifier, place);
    };
    click(2);
    EXPECT_EQ(segments().size(), 2U);
    EXPECT_FALSE(studio.session.project().speech(id)->fullyLabelled);
    EXPECT_EQ(studio.session.project().editsDone, 2U);
    EXPECT_TRUE(studio.session.canRedo());
    click(6);
    EXPECT_EQ(segments().size(), 2U);
    EXPECT_TRUE(studio.session.project().speech(id)->fullyLabelled);
    click(0);
    EXPECT_TRUE(segments().empty());
    EXPECT_FALSE(studio.session.canUndo());
    click(4);
    EXPECT_EQ(segments().size(), 4U);
}

TEST(LabelPanelFontTest, LargeLettersHaveWideEnoughColumns) {
    const QFont before = QApplication::font();
    const auto restored = qScopeGuard([&before] { QApplication::setFont(before); });
    QFont large = before;
    large.setPointSize(24);
    QApplication::setFont(large);
    const Folder folder;
    OpenStudio studio(folder.path(QStringLiteral("settings.ini")));
    const QTableView* table = studio.window.findChild<LabelPanel*>()->table();
    const QFontMetrics metrics(large);
    EXPECT_GE(table->columnWidth(LabelTableModel::Start), metrics.horizontalAdvance(QStringLiteral("0:00:00.000")));
    EXPECT_GE(table->columnWidth(LabelTableModel::Class),
              metrics.horizontalAdvance(QStringLiteral("not applause")) + 18);
}

} // namespace
} // namespace ovation::ui::test
