// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/report/ApplauseReport.h"
#include "core/models/ModelBundle.h"
#include "core/report/ReportText.h"
#include "tests/core/dataset/DataFolder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

using namespace ovation;
using ovation::test::DataFolder;
using testing::HasSubstr;
using testing::Not;

namespace {

/// 100 Hz, two minutes: accepted and adjusted, rejected, open.
ProjectData judgedProject() {
    ProjectData project;
    Speech speech;
    speech.id = 7;
    speech.path = "/a/b & <c>.wav";
    speech.sampleRate = 100;
    speech.frames = 12'000;
    project.speeches = {speech};
    project.detections[7].segments = {{{0, 300}, 0.9, 0.9, Verdict::Accepted},
                                      {{1000, 2000}, 0.9, 0.9, Verdict::Rejected},
                                      {{3000, 3900}, 0.8, 0.9, Verdict::Open}};
    Segment adjusted;
    adjusted.range = {0, 400};
    adjusted.origin = Origin::Accepted;
    project.segments[7] = {adjusted};
    return project;
}

} // namespace

TEST(ApplauseReport, CountsWhatIsNotRejectedWithTheEdgesThatItWasGiven) {
    const auto reports = reportsOf(judgedProject());
    ASSERT_EQ(reports.size(), 1U);
    EXPECT_EQ(reports[0].count(), 2);
    EXPECT_DOUBLE_EQ(reports[0].totalS(), 13);
    EXPECT_DOUBLE_EQ(reports[0].longestS(), 9);
    EXPECT_DOUBLE_EQ(*reports[0].share(), 13.0 / 120);
    EXPECT_DOUBLE_EQ(*reports[0].perMinute(), 1);
    EXPECT_DOUBLE_EQ(reports[0].applause[0].span.end, 4);
}

TEST(ApplauseReport, DetectedSegmentsThatBecameOneLabelAreCountedOnce) {
    ProjectData project = judgedProject();
    auto& segments = project.detections[7].segments;
    segments = {{{0, 300}, 0.9, 0.9, Verdict::Accepted}, {{350, 450}, 0.5, 0.9, Verdict::Accepted}};
    project.segments[7][0].range = {0, 500};
    const auto reports = reportsOf(project);
    ASSERT_EQ(reports[0].count(), 1);
    EXPECT_DOUBLE_EQ(reports[0].totalS(), 5);
    EXPECT_DOUBLE_EQ(reports[0].applause[0].score.value_or(-1), 0.8) << "their mean by length";
    EXPECT_EQ(settledRanges(segments, project.segments[7]), (std::vector<SampleRange>{{0, 300}, {350, 450}}));
    segments.pop_back();
    EXPECT_EQ(settledRanges(segments, project.segments[7]), (std::vector<SampleRange>{{0, 500}}));
}

TEST(ApplauseReport, AnAcceptedSegmentThatWasSplitCountsByItsParts) {
    ProjectData project = judgedProject();
    project.detections[7].segments = {{{0, 300}, 0.9, 0.9, Verdict::Accepted}};
    std::vector<Segment>& labels = project.segments[7];
    labels[0].range = {0, 100};
    labels.push_back(labels[0]);
    labels[1].range = {200, 300};
    for (const bool all : {false, true}) {
        project.speeches[0].fullyLabelled = all;
        const RecordingReport report = *reportOf(project, project.speeches[0]);
        ASSERT_EQ(report.count(), 2);
        EXPECT_EQ(report.applause[0].span, (TimeSpan{0, 1}));
        EXPECT_EQ(report.applause[1].span, (TimeSpan{2, 3}));
        EXPECT_EQ(report.applause[1].source, ApplauseSource::Accepted);
    }
    labels[1].labelClass = LabelClass::NotApplause; // changed since
    const RecordingReport report = *reportOf(project, project.speeches[0]);
    ASSERT_EQ(report.count(), 1);
    EXPECT_EQ(report.applause[0].span, (TimeSpan{0, 1}));
}

TEST(ApplauseReport, AnAcceptedLabelThatReachesIntoAnOpenSegmentIsOneApplauseWithIt) {
    ProjectData project = judgedProject();
    auto& segments = project.detections[7].segments;
    segments = {{{1000, 2000}, 0.9, 0.9, Verdict::Accepted}, {{2800, 4000}, 0.5, 0.9, Verdict::Open}};
    project.segments[7][0].range = {1000, 3000}; // its end was moved; less than half of the next
    const RecordingReport report = *reportOf(project, project.speeches[0]);
    ASSERT_EQ(report.count(), 1);
    EXPECT_EQ(report.applause[0].span, (TimeSpan{10, 40}));
    EXPECT_DOUBLE_EQ(report.totalS(), 30) << "no second is counted twice";
    EXPECT_NEAR(report.applause[0].score.value_or(-1), (10 * 0.9 + 12 * 0.5) / 22, 1e-9);

    segments = {{{1000, 2000}, 0.5, 0.9, Verdict::Open}, {{2200, 4000}, 0.9, 0.9, Verdict::Accepted}};
    project.segments[7][0].range = {1800, 4000};
    std::vector<CountedApplause> counted = countedApplause(segments, project.segments[7]);
    ASSERT_EQ(counted.size(), 1U) << "moved backward too";
    EXPECT_EQ(counted[0].range, (SampleRange{1000, 4000}));
    EXPECT_EQ(counted[0].detected, 0U);
    project.segments[7][0].range = {2000, 4000};
    counted = countedApplause(segments, project.segments[7]);
    EXPECT_EQ(counted.size(), 2U) << "they only touch";

    // What is labelled only is told from all of the whole.
    Segment label;
    label.range = {3900, 4500};
    project.segments[7] = {label};
    segments = {{{1000, 4000}, 0.9, 0.9, Verdict::Open}, {{1500, 1600}, 0.5, 0.9, Verdict::Open}};
    const RecordingReport both = *reportOf(project, project.speeches[0]);
    ASSERT_EQ(both.count(), 2) << "the label reaches into it and keeps its edges";
    EXPECT_EQ(both.applause[0].span, (TimeSpan{10, 39}));
    EXPECT_EQ(both.applause[1].span, (TimeSpan{39, 45}));
}

TEST(ApplauseReport, LabelledApplauseCountsWithItsOwnEdges) {
    ProjectData project = judgedProject();
    // The model finds it longer than it was labelled, which counts as a verdict; and a short one much longer.
    project.detections[7].segments = {{{3803, 4877}, 0.9, 0.95, Verdict::Accepted},
                                      {{6000, 6700}, 0.6, 0.7, Verdict::Open},
                                      {{9000, 9500}, 0.7, 0.8, Verdict::Open}};
    Segment drawn, imported;
    drawn.range = {3950, 4725};
    imported.range = {6100, 6300};
    imported.origin = Origin::Imported;
    project.segments[7] = {drawn, imported};
    const RecordingReport report = *reportOf(project, project.speeches[0]);
    ASSERT_EQ(report.count(), 3);
    EXPECT_EQ(report.applause[0].span, (TimeSpan{39.5, 47.25}));
    EXPECT_EQ(report.applause[0].source, ApplauseSource::DetectedLabelled);
    EXPECT_DOUBLE_EQ(report.applause[0].score.value_or(-1), 0.9) << "of what was detected there";
    EXPECT_EQ(report.applause[1].span, (TimeSpan{61, 63}));
    EXPECT_EQ(report.applause[1].source, ApplauseSource::DetectedLabelled);
    EXPECT_EQ(report.applause[2].span, (TimeSpan{90, 95}));
    EXPECT_EQ(report.applause[2].source, ApplauseSource::Detected);
    EXPECT_EQ(report.leftOut, 0);

    // Labels of two, and one segment over the gap between them.
    project.detections[7].segments = {{{1000, 2000}, 0.9, 0.95, Verdict::Accepted}};
    project.segments[7][0].range = {400, 1300};
    project.segments[7][1].range = {1700, 2600};
    EXPECT_EQ(reportOf(project, project.speeches[0])->count(), 2);
}

TEST(ApplauseReport, WhereAnotherClassIsLabelledOrSomethingWasRejectedNothingDetectedCounts) {
    ProjectData project = judgedProject();
    project.detections[7].segments = {{{1000, 2000}, 0.9, 0.9, Verdict::Open}, {{3000, 3900}, 0.8, 0.9, Verdict::Open}};
    Segment unsure, rejected;
    unsure.range = {900, 1400};
    unsure.labelClass = LabelClass::Unsure;
    rejected.range = {3500, 3880};
    rejected.labelClass = LabelClass::NotApplause;
    rejected.origin = Origin::Rejected;
    project.segments[7] = {unsure, rejected};
    const RecordingReport report = *reportOf(project, project.speeches[0]);
    ASSERT_EQ(report.count(), 2) << "what is left behind the rejected one is too short";
    EXPECT_EQ(report.applause[0].span, (TimeSpan{14, 20}));
    EXPECT_EQ(report.applause[1].span, (TimeSpan{30, 35}));
}

TEST(ApplauseReport, InAFullyLabelledRecordingTheLabelsAloneCountAndThatIsSaid) {
    ProjectData project = judgedProject();
    project.speeches[0].fullyLabelled = true;
    project.detections[7].model = "Evening";
    Segment drawn;
    drawn.range = {8000, 8500};
    project.segments[7].push_back(drawn);
    project.detections[7].segments.push_back({{7900, 9900}, 0.6, 0.8, Verdict::Open});
    const auto reports = reportsOf(project);
    ASSERT_EQ(reports[0].count(), 2);
    EXPECT_EQ(reports[0].applause[0].span, (TimeSpan{0, 4})) << "accepted, as it was adjusted";
    EXPECT_EQ(reports[0].applause[0].source, ApplauseSource::Accepted);
    EXPECT_EQ(reports[0].applause[1].span, (TimeSpan{80, 85}));
    EXPECT_EQ(reports[0].leftOut, 1) << "at 30 s";
    EXPECT_THAT(reportHtml("t", reports), HasSubstr("the labels alone are counted: not 1 segment that was detected"));
    project.speeches[0].fullyLabelled = false;
    EXPECT_EQ(reportOf(project, project.speeches[0])->count(), 3);
    EXPECT_THAT(reportHtml("t", reportsOf(project)), Not(HasSubstr("labels alone are counted")));
}

TEST(ApplauseReport, AnAcceptedLabelThatReachesBeyondWhatIsDetectedNowIsCountedWhole) {
    ProjectData project = judgedProject();
    project.detections[7].segments = {{{2800, 6000}, 0.5, 0.9, Verdict::Open}};
    project.segments[7][0].range = {1000, 3000};
    const RecordingReport report = *reportOf(project, project.speeches[0]);
    ASSERT_EQ(report.count(), 1);
    EXPECT_EQ(report.applause[0].span, (TimeSpan{10, 60}));
    EXPECT_FALSE(report.applause[0].onlyLabelled());
}

TEST(ApplauseReport, RecordingsWithoutADetectionAreReportedByTheirLabelsAndUnknownOnesNot) {
    ProjectData project = judgedProject();
    project.detections.clear();
    project.speeches.push_back(project.speeches[0]);
    project.speeches[1].id = 8;
    const auto reports = reportsOf(project);
    ASSERT_EQ(reports.size(), 1U);
    EXPECT_EQ(reports[0].count(), 1);
    EXPECT_FALSE(reports[0].applause[0].score);
}

TEST(ApplauseReport, ApplauseThatIsLabelledTwiceIsOne) {
    ProjectData project = judgedProject();
    const auto labelled = [](SampleRange range) {
        Segment label;
        label.range = range;
        return label;
    };
    Segment other = labelled({5500, 6400});
    other.labelClass = LabelClass::NotApplause;
    // By two annotators, and one of the first touches the next.
    project.segments[7] = {labelled({5000, 6000}), labelled({5100, 6100}), labelled({5900, 6200}), other,
                           labelled({6200, 6300}), labelled({8000, 9000}), labelled({8500, 8600})};
    RecordingReport report = *reportOf(project, project.speeches[0]);
    ASSERT_EQ(report.count(), 5) << "two that were detected, three that were missed";
    EXPECT_DOUBLE_EQ(report.applause[2].span.start, 50);
    EXPECT_DOUBLE_EQ(report.applause[2].span.end, 62);
    EXPECT_DOUBLE_EQ(report.totalS(), 3 + 9 + 12 + 1 + 10);
    project.detections.clear();
    report = *reportOf(project, project.speeches[0]);
    EXPECT_EQ(report.count(), 3);
    EXPECT_DOUBLE_EQ(report.totalS(), 12 + 1 + 10);
    EXPECT_DOUBLE_EQ(report.longestS(), 12);
}

TEST(ApplauseReport, OfLabelsThatAreOneApplauseADetectionOfAnyIsEnough) {
    ProjectData project = judgedProject();
    Segment one, two;
    one.range = {3800, 4200};
    two.range = {4100, 4500};
    project.segments[7] = {one, two};
    const RecordingReport report = *reportOf(project, project.speeches[0]);
    ASSERT_EQ(report.count(), 3) << "what was detected at 0 s, what is before the labels, and these";
    EXPECT_EQ(report.applause[1].span, (TimeSpan{30, 38}));
    EXPECT_EQ(report.applause[2].span, (TimeSpan{38, 45}));
    EXPECT_EQ(report.applause[2].source, ApplauseSource::DetectedLabelled);
}

TEST(ApplauseReport, TotalsPoolRecordingsAndAreUndefinedWithoutAny) {
    RecordingReport one, two, bad;
    one.durationS = 60;
    one.applause = {{{0, 6}, {}, {}}};
    two.durationS = 180;
    two.applause = {{{0, 10}, {}, {}}, {{20, 28}, {}, {}}};
    bad.failure = "It is broken.";
    const ReportTotals totals = totalsOf({one, two, bad});
    EXPECT_EQ(totals.recordings, 2);
    EXPECT_EQ(totals.failed, 1);
    EXPECT_EQ(totals.count, 3);
    EXPECT_DOUBLE_EQ(*totals.share(), 0.1);
    EXPECT_DOUBLE_EQ(*totals.perMinute(), 0.75);
    EXPECT_DOUBLE_EQ(totals.longestS, 10);
    EXPECT_FALSE(totalsOf({}).share());
}

TEST(ApplauseReport, TablesHaveARowForEachAndOneForAll) {
    auto reports = reportsOf(judgedProject());
    reports[0].loudness = -23.04;
    reports[0].applause[0].loudness = -17;
    reports.push_back(reports[0]);
    const std::string recordings = recordingsCsv(reports);
    EXPECT_THAT(recordings, testing::StartsWith("recording,duration_s,segments,total_s,share,longest_s,per_minute,"
                                                "loudness_lufs,file,failure\n"));
    EXPECT_THAT(recordings, HasSubstr("\"b & <c>\",120.000,2,13.000,0.10833,9.000,1.000,-23.0,"));
    EXPECT_THAT(recordings, HasSubstr("\"all 2 recordings\",240.000,4,26.000,"));
    const std::string applauses = applausesCsv(reports);
    EXPECT_THAT(applauses, HasSubstr("\"b & <c>\",1,0.000,4.000,4.000,0.9000,-17.0,6.0,"));
    EXPECT_THAT(applauses, HasSubstr("\"b & <c>\",2,30.000,39.000,9.000,0.8000,,,")) << "not measured: empty";
}

TEST(ApplauseReport, PageEscapesNamesAndDrawsEveryApplause) {
    auto reports = reportsOf(judgedProject());
    reports.emplace_back();
    reports[1].path = "gone.wav";
    reports[1].failure = "\"gone.wav\" was not found.";
    const std::string page = reportHtml("A <title>", reports);
    EXPECT_THAT(page, HasSubstr("A &lt;title&gt;"));
    EXPECT_THAT(page, HasSubstr("b &amp; &lt;c&gt;"));
    EXPECT_THAT(page, Not(HasSubstr("<c>")));
    EXPECT_THAT(page, HasSubstr("0:30.0 to 0:39.0"));
    EXPECT_THAT(page, HasSubstr("&quot;gone.wav&quot; was not found."));
}

TEST(ApplauseReport, RecordingsOfOneNameAreToldApartByTheirFolders) {
    auto reports = reportsOf(judgedProject());
    reports.push_back(reports[0]);
    reports.push_back(reports[0]);
    reports[0].path = "/archive/disc 1/track01.wav";
    reports[1].path = "/archive/disc 2/track01.wav";
    reports[2].path = "/archive/disc 2/track02.wav";
    for (const std::string& table : {recordingsCsv(reports), applausesCsv(reports)})
        for (const char* name : {"\n\"disc 1/track01\",", "\n\"disc 2/track01\",", "\n\"track02\","})
            EXPECT_THAT(table, HasSubstr(name));
    const std::string page = reportHtml("t", reports);
    for (const char* name : {"disc 1/track01", "disc 2/track01", "track02"}) {
        EXPECT_THAT(page, HasSubstr("<td class=\"words\">" + std::string(name) + "</td>"));
        EXPECT_THAT(page, HasSubstr("<h2>" + std::string(name) + "</h2>"));
    }
}

TEST(ApplauseReport, TellsWhereEveryApplauseIsFrom) {
    ProjectData project = judgedProject();
    project.detections[7].model = "Evening";
    project.settings["decoder"] = toJson(DecoderOptions{.threshold = 0.35});
    Segment drawn, earlier, under;
    drawn.range = {6000, 6500};
    earlier.range = {7000, 7500};
    earlier.origin = Origin::Accepted;
    under.range = {8000, 9000};
    project.detections[7].segments.push_back({{8000, 9000}, 0.7, 0.9, Verdict::Accepted});
    project.segments[7].insert(project.segments[7].end(), {drawn, earlier, under});
    const auto reports = reportsOf(project);
    ASSERT_EQ(reports.size(), 1U);
    std::vector<ApplauseSource> sources;
    for (const ReportedApplause& one : reports[0].applause)
        sources.push_back(one.source);
    using enum ApplauseSource;
    EXPECT_THAT(sources, testing::ElementsAre(Accepted, Detected, Labelled, AcceptedEarlier, DetectedLabelled));
    EXPECT_EQ(reports[0].model, "Evening");
    ASSERT_TRUE(reports[0].decoder);
    EXPECT_EQ(reports[0].decoder->threshold, 0.35);

    const std::string page = reportHtml("t", reports, "2026-03-31");
    EXPECT_THAT(page, HasSubstr("Made on 2026-03-31."));
    EXPECT_THAT(page, HasSubstr("Detected by &quot;Evening&quot; at a threshold of 0.35 (minimum length 0.5 s, "
                                "merge gap 0.5 s, unsure ones too)."));
    EXPECT_THAT(page, HasSubstr("where nothing is labelled (3 labelled, 1 of them detected too; 2 detected, 1 of them "
                                "accepted)."));
    EXPECT_THAT(page, HasSubstr("5 applauses (2 only labelled)"));
    for (const char* word : {"accepted", "detected", "labelled", "accepted earlier", "detected, labelled"})
        EXPECT_THAT(page, HasSubstr("<td class=\"words\">" + std::string(word) + "</td>"));
    EXPECT_THAT(page, HasSubstr("applause that is only labelled")) << "the strips' legend";

    project.detections.clear();
    const auto labelled = reportsOf(project);
    EXPECT_FALSE(labelled[0].model);
    EXPECT_THAT(reportHtml("t", labelled), HasSubstr("Counted: labelled applause; no model was run."));
}

TEST(ApplauseReport, TheThresholdHasAllItsDecimals) {
    auto reports = reportsOf(judgedProject());
    reports[0].model = "One";
    reports[0].decoder = DecoderOptions{.threshold = 0.0723};
    EXPECT_THAT(reportHtml("t", reports), HasSubstr("at a threshold of 0.0723 "));
}

TEST(ApplauseReport, ReportsOfOtherDetectionSettingsDoNotReadAlike) {
    auto reports = reportsOf(judgedProject());
    reports[0].model = "One";
    reports[0].decoder = DecoderOptions{.minimumDurationS = 1.25, .mergeGapS = 2, .confirmation = 0.4};
    EXPECT_THAT(reportHtml("t", reports), HasSubstr("0.50 (minimum length 1.25 s, merge gap 2.0 s, only sure ones)."));
    reports.push_back(reports[0]);
    EXPECT_FALSE(reporttext::severalModels(reports));
    reports[1].decoder->confirmation = 0;
    EXPECT_TRUE(reporttext::severalModels(reports)) << "each says its own";
}

TEST(ApplauseReport, SeveralModelsAreNamedWhereTheyDetected) {
    auto reports = reportsOf(judgedProject());
    reports.push_back(reports[0]);
    reports.push_back(reports[0]);
    reports[0].model = reports[1].model = "One";
    reports[2].model = "Two";
    const std::string page = reportHtml("t", reports);
    EXPECT_THAT(page, HasSubstr("Detected by &quot;One&quot; (2 recordings), &quot;Two&quot; (1 recording)."));
    EXPECT_THAT(page, HasSubstr("\u00b7 detected by &quot;Two&quot;</p>"));
}

TEST(ReportText, MarksAreRoundAndLeaveRoomForTheEnd) {
    EXPECT_THAT(reporttext::marks(187, 10), testing::ElementsAre(0, 30, 60, 90, 120, 150));
    EXPECT_THAT(reporttext::marks(0, 10), testing::IsEmpty());
    EXPECT_THAT(reporttext::marks(0.5, 10), testing::ElementsAre(0));
}

TEST(ApplauseReport, LoudnessIsThatOfEachApplauseAndOfTheWhole) {
    const DataFolder data;
    RecordingReport report;
    report.path = data.sound("noise.wav", 6, 1, 22050, 0.3);
    report.durationS = 6;
    report.applause = {{{1, 3}, {}, {}}, {{4, 4.2}, {}, {}}, {{5, 9}, {}, {}}};
    ASSERT_TRUE(measureLoudness(report));
    ASSERT_TRUE(report.loudness);
    ASSERT_TRUE(report.applause[0].loudness);
    EXPECT_NEAR(*report.applause[0].loudness, *report.loudness, 0.3) << "noise is as loud everywhere";
    EXPECT_GT(*report.loudness, -25);
    EXPECT_LT(*report.loudness, -8);
    EXPECT_FALSE(report.applause[1].loudness) << "shorter than what loudness is measured over";
    EXPECT_TRUE(report.applause[2].loudness) << "to the end of the file";

    RecordingReport quieter = report;
    quieter.path = data.sound("quieter.wav", 6, 1, 22050, 0.03);
    ASSERT_TRUE(measureLoudness(quieter));
    EXPECT_NEAR(*report.applause[0].loudness - *quieter.applause[0].loudness, 20, 0.2);

    RecordingReport silent;
    silent.path = data.tone("silent.wav", 2, 0);
    silent.applause = {{{0, 2}, {}, {}}};
    ASSERT_TRUE(measureLoudness(silent));
    EXPECT_FALSE(silent.loudness);
    EXPECT_FALSE(silent.applause[0].loudness);

    RecordingReport missing;
    missing.path = data.path("missing.wav");
    missing.loudness = -20;
    missing.applause = {{{0, 2}, {}, -18.0}};
    const auto measured = measureLoudness(missing);
    ASSERT_FALSE(measured);
    EXPECT_EQ(measured.error().code, ErrorCode::FileNotFound);
    EXPECT_FALSE(missing.loudness);
    EXPECT_FALSE(missing.applause[0].loudness) << "all or none";
    EXPECT_EQ(missing.loudnessFailure, describe(measured.error()));
    EXPECT_THAT(reportHtml("t", {missing}), HasSubstr("its loudness could not be measured: &quot;" + missing.path));
}

TEST(ReportText, ClockCarriesWhatRoundsUp) {
    EXPECT_EQ(reporttext::clock(59.96), "1:00.0");
    EXPECT_EQ(reporttext::clock(3723.44), "1:02:03.4");
}
