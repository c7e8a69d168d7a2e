// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/StudioWindow.h"
#include "ui/main/SpeechDelegate.h"
#include "ui/main/SpeechList.h"
#include "ui/main/SpeechListModel.h"

#include <QListView>
#include <QSet>
#include <QSplitter>

namespace ovation::ui::test {
namespace {

/// A window as it first opens on a large screen.
class SpeechNamesTest : public ::testing::Test {
protected:
    void SetUp() override {
        ASSERT_TRUE(openNew(session));
        window.resize(1280, 800);
        window.show();
        ASSERT_TRUE(QTest::qWaitForWindowExposed(&window));
    }

    const Folder folder;
    Session session;
    Player player;
    Settings settings{folder.path(QStringLiteral("settings.ini"))};
    MainWindow window{&session, &player, &settings};
};

TEST_F(SpeechNamesTest, AreToldApartInTheListAsItFirstOpens) {
    QStringList files;
    for (int i = 0; i < 3; ++i)
        files << folder.copy(i == 0   ? "clips/other/rain.flac"
                             : i == 1 ? "clips/other/wind.flac"
                                      : "clips/other/jet.flac",
                             QStringLiteral("compilation-of-all-speeches-of-the-year-part-%1.flac").arg(i + 1));
    ASSERT_TRUE(add(session, files, 3));
    QListView* list = window.speeches()->view();
    const QFontMetrics metrics(list->font());
    QSet<QString> shown;
    for (int row = 0; row < 3; ++row) {
        const QModelIndex index = list->model()->index(row, 0);
        const auto parts = SpeechDelegate::rowParts(list->visualRect(index), metrics, index);
        const QString name = SpeechDelegate::shownName(index, metrics, parts.name.width());
        EXPECT_TRUE(name.startsWith(QStringLiteral("comp"))) << name.toStdString();
        EXPECT_TRUE(name.endsWith(QString::number(row + 1))) << name.toStdString();
        EXPECT_LT(parts.name.right(), parts.side.left());
        EXPECT_LT(parts.side.right(), parts.duration.left());
        EXPECT_GT(parts.name.width(), list->viewport()->width() / 2) << "most of a row is the name";
        shown << name;
    }
    EXPECT_EQ(shown.size(), 3);
}

TEST_F(SpeechNamesTest, HaveNoExtensionUnlessItTellsThemApart) {
    const QString one = folder.copy("clips/other/rain.flac", QStringLiteral("speech.2.flac"));
    const QString two = folder.copy("clips/other/wind.flac", QStringLiteral("other.flac"));
    ASSERT_TRUE(add(session, {one, two}, 2));
    const QAbstractItemModel* list = window.speeches()->view()->model();
    const auto names = [&] {
        QStringList found;
        for (int row = 0; row < list->rowCount(); ++row)
            found << list->index(row, 0).data(SpeechListModel::NameRole).toString();
        found.sort();
        return found;
    };
    EXPECT_EQ(names(), (QStringList{QStringLiteral("other"), QStringLiteral("speech.2")}));
    EXPECT_TRUE(list->index(0, 0).data(Qt::ToolTipRole).toString().contains(folder.path())) << "the whole path";
    const QString like = folder.copy("clips/other/jet.flac", QStringLiteral("other.wav"));
    ASSERT_TRUE(add(session, {like}, 3));
    EXPECT_EQ(names(),
              (QStringList{QStringLiteral("other.flac"), QStringLiteral("other.wav"), QStringLiteral("speech.2")}));
}

TEST_F(SpeechNamesTest, TheListOfTheFirstWindowCanBeMadeWider) {
    ASSERT_EQ(window.width(), 1280);
    auto* splitter = qobject_cast<QSplitter*>(window.speeches()->parentWidget());
    ASSERT_NE(splitter, nullptr);
    for (const auto workspace : {Workspace::Label, Workspace::Train, Workspace::Review}) {
        window.setWorkspace(workspace);
        QCoreApplication::processEvents();
        const QList<int> before = splitter->sizes();
        EXPECT_LE(window.minimumSizeHint().width(), 1280 - 80);
        splitter->setSizes({before[0] + 80, before[1] - 80});
        EXPECT_EQ(splitter->sizes().value(0), before[0] + 80);
        EXPECT_EQ(window.width(), 1280);
        splitter->setSizes(before);
    }
}

} // namespace
} // namespace ovation::ui::test
