# SPDX-License-Identifier: GPL-3.0-or-later
"""Milliseconds of a training step of the seed's network in python3-torch, batch 16 x 200: the best of some.

Usage: training_step.py [THREADS [STEPS]]"""
import json
import sys
import time

import torch

from seed_network import Trainer

threads = int(sys.argv[1]) if len(sys.argv) > 1 else 2
steps = int(sys.argv[2]) if len(sys.argv) > 2 else 4
torch.set_num_threads(threads)
trainer = Trainer()
parameters = sum(p.numel() for p in trainer.network.parameters())
batch = torch.randn(16, 200, 13), torch.randn(16, 12), torch.arange(16) % 2
times = []
for _ in range(steps + 1):
    start = time.perf_counter()
    trainer.step(*batch)
    times.append(time.perf_counter() - start)
print(json.dumps({"parameters": parameters, "threads": threads, "step_ms": 1000 * min(times[1:])}))
