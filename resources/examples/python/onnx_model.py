#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where is applause in a recording? With a model exported as ONNX:

    ovation export model.safetensors --format onnx --output model.onnx
    python3 onnx_model.py model.onnx speech.flac

Needs onnxruntime, and soundfile and scipy to read recordings.
"""
import sys
from math import gcd

import onnxruntime
import soundfile
from scipy.signal import resample_poly

RATE = 22050
PIECE = 60 * RATE  # memory grows with what the model is given at once
EDGE = 12 * RATE  # of its surroundings that each piece hears besides


def read(path):
    try:
        samples, rate = soundfile.read(path, dtype='float32', always_2d=True)
    except (OSError, RuntimeError) as error:
        sys.exit(f'{path} cannot be read: {error}')
    if len(samples) == 0:
        sys.exit(f'{path} holds no samples')
    samples = samples.mean(axis=1)
    if rate != RATE:
        divisor = gcd(rate, RATE)
        samples = resample_poly(samples, RATE // divisor, rate // divisor).astype('float32')
    return samples[None, :]


def answers(session, samples):
    """(time, probability, whether it reaches the threshold) over the whole recording, piece by piece."""
    for begin in range(0, samples.shape[1], PIECE):
        start, end = max(0, begin - EDGE), begin + PIECE
        probabilities, times, threshold = session.run(['probabilities', 'times', 'threshold'],
                                                      {'samples': samples[:, start:end + EDGE]})
        for time, probability in zip(times.tolist(), probabilities[0]):
            time += start / RATE
            if begin <= time * RATE and (time * RATE < end or end >= samples.shape[1]):
                yield time, probability, probability >= threshold


def main():
    if len(sys.argv) != 3:
        sys.exit('usage: onnx_model.py MODEL RECORDING')
    session = onnxruntime.InferenceSession(sys.argv[1], providers=['CPUExecutionProvider'])
    for time, probability, applause in answers(session, read(sys.argv[2])):
        print(f'{time:8.2f} s  {probability:.4f}  {"applause" if applause else ""}')


if __name__ == '__main__':
    main()
