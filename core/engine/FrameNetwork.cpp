// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/FrameNetwork.h"

#include "core/engine/Guard.h"

namespace ovation {

Result<std::vector<float>> FrameNetwork::probabilities(const ClipBatch&) {
    return Error{ErrorCode::Internal, "", "the network answers for frames, not for clips"};
}

Result<std::vector<float>> FrameNetwork::frameProbabilities(const FrameBatch& batch) {
    const int64_t bands = m_network.architecture().bands;
    const auto wrong = [](const char* text) { return Error{ErrorCode::Internal, "", text}; };
    if (batch.count < 0 || batch.frames < 0 ||
        static_cast<int64_t>(batch.values.size()) != batch.count * batch.frames * bands ||
        static_cast<int64_t>(batch.lengths.size()) != batch.count)
        return wrong("a batch's values do not fit its sizes");
    for (const int32_t length : batch.lengths)
        if (length < 1 || length > batch.frames) return wrong("a stretch's length is outside its frames");
    if (batch.count == 0) return std::vector<float>();
    return guarded("", [&]() -> Result<std::vector<float>> {
        const c10::InferenceMode inference;
        // LibTorch may not change what lies behind the spans, and does not.
        const FrameInput input{
            torch::from_blob(const_cast<float*>(batch.values.data()), {batch.count, batch.frames, bands},
                             torch::kFloat32),
            torch::from_blob(const_cast<int32_t*>(batch.lengths.data()), {batch.count}, torch::kInt32)
                .to(torch::kInt64)};
        Dropout none;
        at::Tensor result = m_network.forward(input, none).sigmoid().contiguous();
        const int64_t answers = batch.answers();
        float* values = result.data_ptr<float>();
        for (int64_t i = 0; i < batch.count; ++i) {
            const int64_t valid = (batch.lengths[static_cast<size_t>(i)] + kAnswerFrames - 1) / kAnswerFrames;
            std::fill(values + i * answers + valid, values + (i + 1) * answers, 0.0F);
        }
        return std::vector<float>(values, values + batch.count * answers);
    });
}

} // namespace ovation
