// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/LabellingScript.h"

#include "ui/main/ActionTable.h"

#include <QAccessible>
#include <QComboBox>
#include <QTableView>
#include <QTreeView>

namespace ovation::ui::test {
namespace {

/// The whole window, with the dialog of keys.
class ScreenReaderTest : public ::testing::Test {
protected:
    void SetUp() override { studio.window.actions()["changeKeys"]->trigger(); }

    const Folder folder;
    OpenStudio studio{folder.path(QStringLiteral("settings.ini"))};
};

TEST_F(ScreenReaderTest, TablesHaveNamesAndTabLeavesThem) {
    QList<QAbstractItemView*> views;
    for (QTableView* table : studio.window.findChildren<QTableView*>())
        views << table;
    for (QTreeView* tree : studio.window.findChildren<QTreeView*>())
        views << tree;
    EXPECT_GE(views.size(), 10);
    for (const QAbstractItemView* view : views) {
        const std::string which = view->objectName().toStdString() + " in " + view->parent()->metaObject()->className();
        EXPECT_FALSE(view->accessibleName().isEmpty()) << which;
        EXPECT_FALSE(view->tabKeyNavigation()) << which << ": the next control cannot be reached";
    }
}

TEST_F(ScreenReaderTest, ChoicesSayWhatTheyChooseBesideWhatIsChosen) {
    const QList<QComboBox*> choices = studio.window.findChildren<QComboBox*>();
    EXPECT_GE(choices.size(), 8);
    for (QComboBox* choice : choices) {
        // Their name is what is chosen, whatever name they are given.
        QAccessibleInterface* told = QAccessible::queryAccessibleInterface(choice);
        ASSERT_TRUE(told);
        EXPECT_TRUE(!told->text(QAccessible::Description).isEmpty() || !told->relations(QAccessible::Label).isEmpty())
            << choice->objectName().toStdString() << " in " << choice->parent()->metaObject()->className();
    }
}

} // namespace
} // namespace ovation::ui::test
