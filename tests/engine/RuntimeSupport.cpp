// SPDX-License-Identifier: GPL-3.0-or-later
#include "RuntimeSupport.h"

#include "EngineSupport.h"
#include "core/audio/MonoStream.h"
#include "core/features/SeedFeatures.h"
#include "core/models/ModelRegistry.h"
#include "core/training/Hyperparameters.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>

namespace ovation::test {

Output shell(const std::string& command) {
    Output output;
    FILE* pipe = popen((command + " 2>&1").c_str(), "r");
    if (!pipe) return output;
    std::array<char, 4096> buffer{};
    for (size_t got = 0; (got = fread(buffer.data(), 1, buffer.size(), pipe)) > 0;)
        output.text.append(buffer.data(), got);
    output.status = pclose(pipe);
    return output;
}

Output runPython(const std::string& script, const std::string& arguments) {
    return shell("/usr/bin/python3 " OVATION_SOURCE "/tests/python/" + script + " " + arguments);
}

Output runNode(const std::string& script, const std::string& arguments) {
    return shell("NODE_PATH=" OVATION_SOURCE "/tests/javascript/node_modules node " OVATION_SOURCE
                 "/tests/javascript/" +
                 script + " " + arguments);
}

namespace {

/// The example's clips as windows of features.
const Dataset& exampleDataset() {
    static const Dataset dataset = [] {
        namespace fs = std::filesystem;
        Dataset data;
        StandardizerFit mfccFit(13), clipFit(12);
        int index = 0;
        std::vector<fs::path> files;
        for (const char* kind : {"applause", "other"})
            for (const auto& entry : fs::directory_iterator(std::string(OVATION_EXAMPLE) + "/clips/" + kind))
                if (entry.path().extension() == ".flac") files.push_back(entry.path());
        std::sort(files.begin(), files.end());
        for (const fs::path& file : files) {
            const bool applause = file.parent_path().filename() == "applause";
            const auto samples = readMono(file.string());
            if (!samples) continue;
            const ClipFeatures clip = clipFeatures(frameFeatures(*samples), 0, 200);
            ExampleSet& set = index++ % 4 == 3 ? data.validation : data.train;
            const size_t begin = set.mfcc.size();
            set.mfcc.resize(begin + 200 * 13, 0);
            std::copy(clip.mfcc.values.begin(), clip.mfcc.values.end(),
                      set.mfcc.begin() + static_cast<std::ptrdiff_t>(begin));
            set.clipValues.insert(set.clipValues.end(), clip.clipValues.begin(), clip.clipValues.end());
            const auto length = static_cast<int32_t>(clip.mfcc.rows);
            set.lengths.push_back(length);
            set.labels.push_back(applause ? 1 : 0);
            set.windows.push_back({index, 0, length, applause});
            ++set.count;
            for (int64_t row = 0; row < clip.mfcc.rows; ++row)
                mfccFit.add(clip.mfcc.row(row));
            clipFit.add(clip.clipValues);
        }
        data.mfccStandardizer = mfccFit.result();
        data.clipStandardizer = clipFit.result();
        for (ExampleSet* set : {&data.train, &data.validation}) {
            for (int64_t i = 0; i < set->count; ++i)
                data.mfccStandardizer.apply(std::span(set->mfcc).subspan(
                    static_cast<size_t>(i) * 200 * 13, static_cast<size_t>(set->lengths[static_cast<size_t>(i)]) * 13));
            data.clipStandardizer.apply(set->clipValues);
        }
        data.summary.fingerprint = "example";
        data.summary.trainExamples = data.train.count;
        data.summary.validationExamples = data.validation.count;
        return data;
    }();
    return dataset;
}

} // namespace

ModelBundle freshBundle(const std::string& architecture, NetworkSize size) {
    ModelBundle bundle;
    bundle.name = "fresh";
    if (architecture == "crnn") {
        bundle.architecture = trainedBundle("crnn").architecture;
        bundle.logMelStandardizer = trainedBundle("crnn").logMelStandardizer;
    } else {
        bundle.architecture =
            size == NetworkSize::Small
                ? smallArchitecture(architecture)
                : *architectureFor(preset(architecture == "transformer" ? "transformer" : "seed")->values);
        bundle.mfccStandardizer = exampleDataset().mfccStandardizer;
        bundle.clipStandardizer = exampleDataset().clipStandardizer;
    }
    const auto network = theEngine().create(bundle.architecture, 11);
    EXPECT_TRUE(network);
    bundle.weights = (*network)->weights();
    return bundle;
}

ModelBundle trainedBundle(const std::string& architecture) {
    if (architecture == "crnn") {
        const auto starter = readModel(OVATION_SOURCE "/resources/models/starter.safetensors");
        EXPECT_TRUE(starter) << describe(starter.error());
        return *starter;
    }
    TrainingOptions options;
    options.hyperparameters = smallHyperparameters(architecture);
    options.hyperparameters.epochs = 12;
    const auto trained = theEngine().train(exampleDataset(), options, {}, {});
    EXPECT_TRUE(trained) << describe(trained.error());
    return trained->model;
}

} // namespace ovation::test
