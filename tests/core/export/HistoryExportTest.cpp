// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/export/HistoryExport.h"

#include "core/base/Files.h"
#include "core/export/TensorBoard.h"
#include "tests/support/TemporaryFolder.h"

#include <cstdio>
#include <filesystem>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

using namespace ovation;
using namespace ovation::test;
using testing::HasSubstr;

namespace {

TrainingRun runOfTwoEpochs() {
    TrainingRun run;
    run.name = "first";
    run.startedMs = 1700000000000;
    for (int i = 1; i <= 2; ++i) {
        EpochMetrics epoch;
        epoch.epoch = i;
        epoch.train.loss = 1.0 / i;
        epoch.train.accuracy = 0.5 + 0.125 * i;
        epoch.validation.loss = 0.75;
        epoch.validation.confusion = {5, 1, 2, 4};
        if (i == 2) epoch.validation.f1 = 0.25;
        epoch.learningRate = 0.001;
        epoch.gradientNorm = 2.5;
        epoch.seconds = 3;
        epoch.best = i == 2;
        run.epochs.push_back(epoch);
    }
    return run;
}

/// TensorBoard's own reader needs a package that Debian does not have; this one goes by the same documents: TFRecord
/// framing with masked CRC32C, and Event messages through Google's protobuf, from a description of their fields.
constexpr const char* kReader = R"(
import json, struct, sys
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
F = descriptor_pb2.FieldDescriptorProto
file = descriptor_pb2.FileDescriptorProto(name='event.proto', package='t', syntax='proto3')
def message(name, *fields):
    m = file.message_type.add(name=name)
    for label, number, kind, repeated, of in fields:
        f = m.field.add(name=label, number=number, type=kind, label=F.LABEL_REPEATED if repeated else F.LABEL_OPTIONAL)
        if of: f.type_name = '.t.' + of
message('PluginData', ('plugin_name', 1, F.TYPE_STRING, False, None))
message('Metadata', ('plugin_data', 1, F.TYPE_MESSAGE, False, 'PluginData'))
message('Value', ('tag', 1, F.TYPE_STRING, False, None), ('simple_value', 2, F.TYPE_FLOAT, False, None),
        ('metadata', 9, F.TYPE_MESSAGE, False, 'Metadata'))
message('Summary', ('value', 1, F.TYPE_MESSAGE, True, 'Value'))
message('Event', ('wall_time', 1, F.TYPE_DOUBLE, False, None), ('step', 2, F.TYPE_INT64, False, None),
        ('file_version', 3, F.TYPE_STRING, False, None), ('summary', 5, F.TYPE_MESSAGE, False, 'Summary'))
pool = descriptor_pool.DescriptorPool(); pool.Add(file)
found = pool.FindMessageTypeByName('t.Event')
try: Event = message_factory.GetMessageClass(found)
except AttributeError: Event = message_factory.MessageFactory(pool).GetPrototype(found)
def crc32c(data):
    crc = 0xffffffff
    for byte in data:
        crc ^= byte
        for _ in range(8): crc = (crc >> 1) ^ (0x82f63b78 if crc & 1 else 0)
    return crc ^ 0xffffffff
def masked(data):
    crc = crc32c(data)
    return (((crc >> 15) | (crc << 17)) + 0xa282ead8) & 0xffffffff
data = open(sys.argv[1], 'rb').read(); at = 0; events = []
while at < len(data):
    length, = struct.unpack('<Q', data[at:at+8])
    assert struct.unpack('<I', data[at+8:at+12])[0] == masked(data[at:at+8])
    body = data[at+12:at+12+length]
    assert len(body) == length and struct.unpack('<I', data[at+12+length:at+16+length])[0] == masked(body)
    event = Event(); event.ParseFromString(body)
    assert not event._unknown_fields if hasattr(event, '_unknown_fields') and not callable(event._unknown_fields) else True
    events.append({'step': event.step, 'time': event.wall_time, 'version': event.file_version,
                   'values': {v.tag: v.simple_value for v in event.summary.value},
                   'plugins': sorted({v.metadata.plugin_data.plugin_name for v in event.summary.value})})
    at += 16 + length
print(json.dumps(events))
)";

nlohmann::json readEvents(const TemporaryFolder& folder, const std::string& file) {
    EXPECT_TRUE(writeFileAtomically(folder.file("reader.py"), kReader));
    FILE* pipe = popen(("/usr/bin/python3 " + folder.file("reader.py") + " '" + file + "'").c_str(), "r");
    std::string text(1 << 16, '\0');
    text.resize(fread(text.data(), 1, text.size(), pipe));
    EXPECT_EQ(pclose(pipe), 0);
    return nlohmann::json::parse(text, nullptr, false);
}

} // namespace

TEST(HistoryExport, CsvHasALineAnEpochAndLeavesUndefinedEmpty) {
    const std::string text = historyCsv(runOfTwoEpochs());
    EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 3);
    EXPECT_THAT(text, HasSubstr("epoch,train_loss,train_accuracy"));
    EXPECT_THAT(text, HasSubstr("\n1,1,0.625,,,,,,0,0,0,0,0.75,,,,,,,5,1,2,4,0.001,2.5,3,0\n"));
    EXPECT_THAT(text, HasSubstr("\n2,0.5,0.75,,,,,,0,0,0,0,0.75,,,,0.25,,,5,1,2,4,0.001,2.5,3,1\n"));
}

TEST(HistoryExport, JsonReadsBack) {
    const TemporaryFolder folder;
    const TrainingRun run = runOfTwoEpochs();
    ASSERT_TRUE(writeHistory(run, HistoryFormat::Json, folder.file("h.json")));
    const auto again = trainingRunFromJson(*readFile(folder.file("h.json")));
    ASSERT_TRUE(again);
    EXPECT_EQ(toJson(*again), toJson(run));
}

// Known values of CRC-32C: RFC 3720, B.4, and the check value of "123456789".
TEST(TensorBoard, ChecksumsAreCastagnolis) {
    EXPECT_EQ(crc32c("123456789"), 0xe3069283U);
    EXPECT_EQ(crc32c(std::string(32, '\0')), 0x8a9136aaU);
    EXPECT_EQ(crc32c(std::string(32, '\xff')), 0x62a8ab43U);
}

TEST(TensorBoard, EventFilesHoldEveryDefinedScalar) {
    const TemporaryFolder folder;
    const auto file = writeHistory(runOfTwoEpochs(), HistoryFormat::TensorBoard, folder.file("logs/first"));
    ASSERT_TRUE(file) << describe(file.error());
    EXPECT_THAT(*file, HasSubstr("logs/first/events.out.tfevents.1700000000"));
    const auto events = readEvents(folder, *file);
    ASSERT_EQ(events.size(), 3U) << events;
    EXPECT_EQ(events[0]["version"], "brain.Event:2");
    EXPECT_EQ(events[1]["step"], 1);
    EXPECT_EQ(events[1]["time"], 1700000003.0);
    EXPECT_EQ(events[2]["values"], nlohmann::json({{"loss/train", 0.5},
                                                   {"accuracy/train", 0.75},
                                                   {"loss/validation", 0.75},
                                                   {"f1/validation", 0.25},
                                                   {"learning_rate", 0.0010000000474974513},
                                                   {"gradient_norm", 2.5}}));
    EXPECT_FALSE(events[1]["values"].contains("f1/validation"));
    EXPECT_EQ(events[2]["plugins"], nlohmann::json({"scalars"}));
}

TEST(TensorBoard, AnEarlierRunsEventsDoNotStayBesideThoseThatReplaceThem) {
    const TemporaryFolder folder;
    TrainingRun run = runOfTwoEpochs();
    ASSERT_TRUE(writeHistories({run}, HistoryFormat::TensorBoard, folder.file("logs")));
    const std::vector<std::string> others{"notes.txt", "events.out.tfevents.5.of-another-program",
                                          "events.out.tfevents.6.ovation/kept"};
    std::filesystem::create_directory(folder.file("logs/first/events.out.tfevents.6.ovation"));
    for (const std::string& other : others)
        ASSERT_TRUE(writeFileAtomically(folder.file("logs/first/" + other), "mine"));
    run.startedMs = 1700000100000;
    const auto files = writeHistories({run}, HistoryFormat::TensorBoard, folder.file("logs"));
    ASSERT_TRUE(files) << describe(files.error());
    EXPECT_THAT(*files, testing::ElementsAre(folder.file("logs/first/events.out.tfevents.1700000100.ovation")));
    EXPECT_TRUE(std::filesystem::exists(files->front()));
    EXPECT_FALSE(std::filesystem::exists(folder.file("logs/first/events.out.tfevents.1700000000.ovation")));
    for (const std::string& other : others)
        EXPECT_TRUE(std::filesystem::exists(folder.file("logs/first/" + other))) << other;
}

TEST(TensorBoard, AFolderThatSomebodyChoseForOneRunKeepsWhatIsInIt) {
    const TemporaryFolder folder;
    TrainingRun run = runOfTwoEpochs();
    const auto first = writeHistory(run, HistoryFormat::TensorBoard, folder.file("logs"));
    run.startedMs = 1700000100000;
    ASSERT_TRUE(writeHistory(run, HistoryFormat::TensorBoard, folder.file("logs")));
    ASSERT_TRUE(first) << describe(first.error());
    EXPECT_TRUE(std::filesystem::exists(*first));
}

TEST(HistoryExport, RunsOfOneNameDoNotOverwriteEachOther) {
    const TemporaryFolder folder;
    TrainingRun odd = runOfTwoEpochs();
    odd.name = "../a/b";
    const auto files =
        writeHistories({runOfTwoEpochs(), runOfTwoEpochs(), odd}, HistoryFormat::Csv, folder.file("out"));
    ASSERT_TRUE(files) << describe(files.error());
    EXPECT_THAT(*files, testing::ElementsAre(folder.file("out/first.csv"), folder.file("out/first-2.csv"),
                                             folder.file("out/run..-a-b.csv")));
    EXPECT_FALSE(writeHistories({}, HistoryFormat::Csv, folder.file("out")));
    EXPECT_FALSE(historyFormat("xml"));
}
