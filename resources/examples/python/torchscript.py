#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where is applause in a recording? With a model exported as TorchScript:

    ovation export model.safetensors --format torchscript --output model.pt
    python3 torchscript.py model.pt speech.flac

Needs PyTorch (Debian: python3-torch), and python3-soundfile and python3-scipy to read recordings.
"""
import sys
from math import gcd

import soundfile
import torch
from scipy.signal import resample_poly


def read(path, rate):
    try:
        samples, own_rate = soundfile.read(path, dtype='float32', always_2d=True)
    except (OSError, RuntimeError) as error:
        sys.exit(f'{path} cannot be read: {error}')
    if len(samples) == 0:
        sys.exit(f'{path} holds no samples')
    samples = samples.mean(axis=1)
    if own_rate != rate:
        divisor = gcd(own_rate, rate)
        samples = resample_poly(samples, rate // divisor, own_rate // divisor)
    return torch.tensor(samples, dtype=torch.float32).unsqueeze(0)


def main():
    if len(sys.argv) != 3:
        sys.exit('usage: torchscript.py MODEL RECORDING')
    model = torch.jit.load(sys.argv[1]).eval()
    samples = read(sys.argv[2], model.sample_rate)
    with torch.no_grad():
        probabilities = model(samples)[0]
    for i, probability in enumerate(probabilities.tolist()):
        mark = 'applause' if probability >= model.threshold else ''
        print(f'{model.answer_start_s + i * model.answer_step_s:8.2f} s  {probability:.4f}  {mark}')


if __name__ == '__main__':
    main()
