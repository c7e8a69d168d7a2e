// SPDX-License-Identifier: GPL-3.0-or-later
#include "EngineSupport.h"
#include "core/base/Files.h"

#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <limits>
#include <nlohmann/json.hpp>

namespace fs = std::filesystem;
using namespace ovation;
using namespace ovation::test;

namespace {

ModelBundle smallBundle(const std::string& id) {
    ModelBundle bundle;
    bundle.name = "test";
    bundle.architecture = smallArchitecture(id);
    const auto network = theEngine().create(bundle.architecture, 11);
    bundle.weights = (*network)->weights();
    for (int i = 0; i < 13; ++i) {
        bundle.mfccStandardizer.mean.push_back(static_cast<float>(i * 10 - 300));
        bundle.mfccStandardizer.deviation.push_back(static_cast<float>(i + 5));
    }
    for (int i = 0; i < 12; ++i) {
        bundle.clipStandardizer.mean.push_back(static_cast<float>(i * 100));
        bundle.clipStandardizer.deviation.push_back(static_cast<float>(i * 50 + 1));
    }
    return bundle;
}

struct Output {
    int status = -1;
    std::string text;
};

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

class TorchScript : public testing::TestWithParam<const char*> {
protected:
    TemporaryFolder m_folder;
};

// Another program, Debian's Python with torch, loads the file and answers as the studio does.
TEST_P(TorchScript, RunsInPythonWithTheStudiosAnswers) {
    const ModelBundle bundle = smallBundle(GetParam());
    const std::string file = m_folder.file("model.pt");
    const auto difference = theEngine().exportTorchScript(bundle, file);
    ASSERT_TRUE(difference) << describe(difference.error());
    EXPECT_LT(*difference, 1e-4);

    const Clips clips = makeClips({200, 3, 77, 120, 1}, 200, 21);
    Clips raw = clips;
    for (size_t i = 0; i < raw.mfcc.size(); ++i)
        raw.mfcc[i] = raw.mfcc[i] * bundle.mfccStandardizer.deviation[i % 13] + bundle.mfccStandardizer.mean[i % 13];
    for (size_t i = 0; i < raw.clipValues.size(); ++i)
        raw.clipValues[i] =
            raw.clipValues[i] * bundle.clipStandardizer.deviation[i % 12] + bundle.clipStandardizer.mean[i % 12];
    const nlohmann::json input{{"mfcc", raw.mfcc}, {"clip", raw.clipValues}, {"lengths", raw.lengths}};
    ASSERT_TRUE(writeFileAtomically(m_folder.file("input.json"), input.dump()));
    ASSERT_TRUE(writeFileAtomically(m_folder.file("run.py"), R"(import json, sys, torch
folder = sys.argv[1]
data = json.load(open(folder + '/input.json'))
extra = {'ovation.json': ''}
module = torch.jit.load(folder + '/model.pt', _extra_files=extra)
assert 'threshold' in json.loads(extra['ovation.json'])
mfcc = torch.tensor(data['mfcc']).view(5, 200, 13)
clip = torch.tensor(data['clip']).view(5, 12)
lengths = torch.tensor(data['lengths'])
with torch.no_grad():
    answer = module(mfcc, clip, lengths)
    mfcc[1, 3:] = 12345.0
    assert torch.equal(module(mfcc, clip, lengths), answer), 'padding has influence'
    assert module(mfcc, clip, lengths.int()).shape == (5, 2)
print(json.dumps(answer.tolist()))
)"));
    const Output output = shell("/usr/bin/python3 " + m_folder.file("run.py") + " " + m_folder.path());
    ASSERT_EQ(output.status, 0) << output.text;
    const auto line = output.text.rfind("[[");
    ASSERT_NE(line, std::string::npos) << output.text;
    const auto answers = nlohmann::json::parse(output.text.substr(line));

    const auto network = theEngine().load(bundle);
    const auto expected = (*network)->probabilities(clips.batch());
    ASSERT_TRUE(expected);
    ASSERT_EQ(answers.size(), expected->size());
    for (size_t i = 0; i < expected->size(); ++i) {
        EXPECT_NEAR(answers[i][1].get<double>(), (*expected)[i], 1e-4) << i;
        EXPECT_NEAR(answers[i][0].get<double>(), 1 - (*expected)[i], 1e-4) << i;
    }
    // Nothing but the file itself is left.
    EXPECT_EQ(std::distance(fs::directory_iterator(m_folder.path()), fs::directory_iterator()), 3);
}

TEST_P(TorchScript, IsNotKeptWhenItDiffersFromTheNetwork) {
    ModelBundle bundle = smallBundle(GetParam());
    bundle.weights["head.2.bias"].values[0] = std::numeric_limits<float>::quiet_NaN();
    ASSERT_TRUE(writeFileAtomically(m_folder.file("model.pt"), "an older export"));
    EXPECT_FALSE(theEngine().exportTorchScript(bundle, m_folder.file("model.pt")));
    EXPECT_EQ(*readFile(m_folder.file("model.pt")), "an older export");
    EXPECT_EQ(std::distance(fs::directory_iterator(m_folder.path()), fs::directory_iterator()), 1);
}

TEST_P(TorchScript, SaysWhereItCannotBeWritten) {
    const std::string file = m_folder.file("missing/model.pt");
    const auto difference = theEngine().exportTorchScript(smallBundle(GetParam()), file);
    ASSERT_FALSE(difference);
    EXPECT_EQ(difference.error().file, file);
    EXPECT_NE(difference.error().code, ErrorCode::Internal);
}

INSTANTIATE_TEST_SUITE_P(All, TorchScript, testing::Values("bilstm-attention", "transformer"), [](const auto& name) {
    return std::string(name.param) == "transformer" ? "Transformer" : "BilstmAttention";
});

} // namespace
