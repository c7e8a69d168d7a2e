// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/FolderExport.h"

#include "tests/ui/Studio.h"

#include <QDir>

#include <filesystem>

namespace ovation::ui::test {
namespace {

using Names = std::vector<std::string>;

TEST(FolderExportTest, TellsWhichNamesAreThereLinksToNothingToo) {
    const Folder folder;
    folder.write(QStringLiteral("a.csv"), "x");
    std::filesystem::create_symlink("/nowhere/at/all", folder.path(QStringLiteral("c.csv")).toStdString());
    EXPECT_EQ(namesThere(folder.path().toStdString(), {"a.csv", "b.csv", "c.csv"}), (Names{"a.csv", "c.csv"}));
    EXPECT_EQ(namesThere(folder.path(QStringLiteral("missing")).toStdString(), {"a.csv"}), Names{});
}

TEST(FolderExportTest, NumbersNamesPastWhatIsThereAndPastEachOther) {
    const Folder folder;
    for (const char* name : {"a.selections.txt", "a-3.selections.txt", "b.c.selections.txt"})
        folder.write(QLatin1String(name), "x");
    EXPECT_EQ(namesBeside(folder.path().toStdString(),
                          {"a.selections.txt", "a-2.selections.txt", "b.c.selections.txt", "d.selections.txt"},
                          ".selections.txt"),
              (Names{"a-4.selections.txt", "a-2.selections.txt", "b.c-2.selections.txt", "d.selections.txt"}));
    ASSERT_TRUE(QDir(folder.path()).mkpath(QStringLiteral("Run 1")));
    EXPECT_EQ(namesBeside(folder.path().toStdString(), {"Run 1"}, ""), Names{"Run 1-2"}) << "a folder";
}

} // namespace
} // namespace ovation::ui::test
