# SPDX-License-Identifier: GPL-3.0-or-later
"""The seed's network as python3-torch has it: nn.LSTM, nn.MultiheadAttention, nn.Linear. 13,415,042 parameters."""
import torch
from torch import nn


class SeedNetwork(nn.Module):
    def __init__(self, hidden=512, layers=2, heads=8, dropout=0.3):
        super().__init__()
        width = 2 * hidden
        self.lstm = nn.LSTM(13, hidden, layers, batch_first=True, bidirectional=True, dropout=dropout)
        self.attention = nn.MultiheadAttention(width, heads, dropout=dropout, batch_first=True)
        self.clip = nn.Sequential(nn.Linear(12, 256), nn.ReLU(), nn.Dropout(dropout), nn.Linear(256, 128), nn.ReLU())
        self.head = nn.Sequential(
            nn.Linear(width + 128, 512), nn.ReLU(), nn.Dropout(dropout),
            nn.Linear(512, 256), nn.ReLU(), nn.Dropout(dropout), nn.Linear(256, 2))

    def forward(self, mfcc, clip_values):
        x, _ = self.lstm(mfcc)
        x, _ = self.attention(x, x, x, need_weights=False)
        return self.head(torch.cat([x.mean(1), self.clip(clip_values)], 1))


class Trainer:
    """One step as the seed takes it: AdamW, gradients clipped at norm 1."""

    def __init__(self):
        torch.manual_seed(1)
        self.network = SeedNetwork()
        self.optimizer = torch.optim.AdamW(self.network.parameters(), lr=1e-3, weight_decay=1e-5)

    def step(self, mfcc, clip_values, labels):
        self.network.train()
        self.optimizer.zero_grad()
        loss = nn.functional.cross_entropy(self.network(mfcc, clip_values), labels)
        loss.backward()
        nn.utils.clip_grad_norm_(self.network.parameters(), 1.0)
        self.optimizer.step()
        return loss.item()
