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


def main():
    if len(sys.argv) != 3:
        sys.exit('usage: onnx_model.py MODEL RECORDING')
    session = onnxruntime.InferenceSession(sys.argv[1], providers=['CPUExecutionProvider'])
    probabilities, times, threshold = session.run(['probabilities', 'times', 'threshold'], {'samples': read(sys.argv[2])})
    for time, probability in zip(times, probabilities[0]):
        print(f'{time:8.2f} s  {probability:.4f}  {"applause" if probability >= threshold else ""}')


if __name__ == '__main__':
    main()
