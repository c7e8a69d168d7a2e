// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/Teachers.h"

#include "core/base/Files.h"

#include <torch/types.h>

#include <span>

namespace ovation {

namespace {

template <typename Values>
std::string hashOfValues(const Values& values) {
    const std::span<const float> all(values);
    return hashOf({reinterpret_cast<const char*>(all.data()), all.size_bytes()});
}

} // namespace

Result<Teachers> Teachers::of(const std::vector<std::shared_ptr<const ModelBundle>>& models, const FrameData& data) {
    Teachers result;
    std::string all;
    for (const auto& model : models) {
        if (!isFrameModel(model->architecture.id) || model->logMel != data.features)
            return Error{ErrorCode::WrongArchitecture, model->name,
                         "a teacher is a network that answers for frames and hears the features that the one to be "
                         "trained does"};
        const auto bands = static_cast<int64_t>(data.standardizer.mean.size());
        Teacher teacher{Crnn(model->architecture), at::empty({bands}), at::empty({bands})};
        teacher.network.setWeights(model->weights);
        const Standardizer &heard = data.standardizer, &own = model->logMelStandardizer;
        for (size_t i = 0; i < heard.mean.size(); ++i) {
            teacher.scale[static_cast<int64_t>(i)] = heard.deviation[i] / own.deviation[i];
            teacher.offset[static_cast<int64_t>(i)] = (heard.mean[i] - own.mean[i]) / own.deviation[i];
        }
        for (const auto& [name, tensor] : model->weights)
            all += name + hashOfValues(tensor.values);
        all += hashOfValues(own.mean) + hashOfValues(own.deviation);
        result.m_teachers.push_back(std::move(teacher));
    }
    if (!models.empty()) result.m_hash = hashOf(all);
    return result;
}

at::Tensor Teachers::answers(const FrameInput& input) const {
    const torch::NoGradGuard noGradient;
    at::Tensor sum;
    for (const Teacher& teacher : m_teachers) {
        Dropout none;
        const FrameInput own{input.values * teacher.scale + teacher.offset, input.lengths};
        const at::Tensor logOdds = teacher.network.forward(own, none);
        sum = sum.defined() ? sum + logOdds : logOdds;
    }
    return (sum / static_cast<double>(m_teachers.size())).sigmoid();
}

} // namespace ovation
