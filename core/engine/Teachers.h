// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Result.h"
#include "core/dataset/FrameData.h"
#include "core/engine/networks/Crnn.h"
#include "core/models/ModelBundle.h"

#include <memory>
#include <string>
#include <vector>

namespace ovation {

/// Frame networks whose answers another one learns from beside the labels: distillation (G. Hinton, O. Vinyals and
/// J. Dean, "Distilling the knowledge in a neural network", 2015). They hear the examples as these are altered for the
/// one that learns (L. Beyer et al., "Knowledge distillation: a good teacher is patient and consistent", 2022), and may
/// be of other sizes. LibTorch's exceptions pass through. Used by the training thread.
class Teachers {
public:
    /// None.
    Teachers() = default;

    /// `data`: how the examples are heard. WrongArchitecture where a model is no frame network or hears other features.
    static Result<Teachers> of(const std::vector<std::shared_ptr<const ModelBundle>>& models, const FrameData& data);

    bool empty() const { return m_teachers.empty(); }

    /// Of all that decides their answers; "" where there are none.
    const std::string& hash() const { return m_hash; }

    /// P(applause) by the mean of their log odds, (B, answers); of examples without padding, standardised as `data` had
    /// them.
    at::Tensor answers(const FrameInput& input) const;

private:
    struct Teacher {
        Crnn network;
        at::Tensor scale, offset; ///< (bands), from the examples' standardiser to its own
    };
    std::vector<Teacher> m_teachers;
    std::string m_hash;
};

} // namespace ovation
