# SPDX-License-Identifier: GPL-3.0-or-later
"""Rebuilds a network with the example and compares its answers with the studio's."""
import json
import sys

import torch

examples, folder = sys.argv[1:]
sys.path.insert(0, examples)
import rebuild  # noqa: E402

data = json.load(open(f'{folder}/input.json'))
features = [torch.tensor(values).view(shape) for values, shape in zip(data['features'], data['shapes'])]
description = json.load(open(f'{folder}/model.json'))
answer = rebuild.network(description, rebuild.read_safetensors(f'{folder}/model.safetensors'))(*features).flatten()
difference = (answer - torch.tensor(data['expected'])).abs().max().item()
assert answer.numel() == len(data['expected'])
assert difference <= 1e-4, difference
print(difference)
