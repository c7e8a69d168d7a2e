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

PIECE_S = 60  # memory grows with what the model is given at once
EDGE_S = 12  # of its surroundings that each piece hears besides


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


def answers(model, samples):
    """(time, probability) over the whole recording, piece by piece."""
    piece, edge = PIECE_S * model.sample_rate, EDGE_S * model.sample_rate
    for begin in range(0, samples.size(1), piece):
        start, end = max(0, begin - edge), begin + piece
        with torch.no_grad():
            probabilities = model(samples[:, start:end + edge])[0].tolist()
        for i, probability in enumerate(probabilities):
            time = start / model.sample_rate + model.answer_start_s + i * model.answer_step_s
            if begin <= time * model.sample_rate and (time * model.sample_rate < end or end >= samples.size(1)):
                yield time, probability


def main():
    if len(sys.argv) != 3:
        sys.exit('usage: torchscript.py MODEL RECORDING')
    model = torch.jit.load(sys.argv[1]).eval()
    samples = read(sys.argv[2], model.sample_rate)
    for time, probability in answers(model, samples):
        mark = 'applause' if probability >= model.threshold else ''
        print(f'{time:8.2f} s  {probability:.4f}  {mark}')


if __name__ == '__main__':
    main()
