# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs every TorchScript file of a manifest on its cases; prints the largest difference as JSON."""
import json
import sys

import numpy
import torch

folder = sys.argv[1]
torch.set_num_threads(2)
largest = 0.0
answers = 0
for model in json.load(open(f'{folder}/manifest.json'))['models']:
    extra = {'ovation.json': ''}
    module = torch.jit.load(f'{folder}/{model["torchscript"]}', _extra_files=extra)
    assert 'threshold' in json.loads(extra['ovation.json'])
    for case in model['cases']:
        samples = torch.from_numpy(numpy.fromfile(f'{folder}/{case["samples"]}', numpy.float32)).view(case['count'], -1)
        expected = numpy.fromfile(f'{folder}/{case["expected"]}', numpy.float32)
        with torch.no_grad():
            result = module(samples).numpy().ravel()
        assert result.shape == expected.shape, (result.shape, expected.shape, case)
        difference = float(numpy.abs(result - expected).max())
        assert difference <= 1e-4, (difference, model['torchscript'], case)
        largest = max(largest, difference)
        answers += expected.size
print(json.dumps({'largest': largest, 'answers': answers}))
