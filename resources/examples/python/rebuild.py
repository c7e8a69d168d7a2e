#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rebuilds a network from a safetensors file and the JSON description beside it, and runs it on features:

    ovation export model.safetensors --format safetensors --output copy.safetensors      # writes copy.json too
    python3 rebuild.py copy.safetensors

Needs PyTorch alone. `network(description, tensors)` gives a function from raw features to probabilities.
"""
import json
import struct
import sys
from pathlib import Path

import torch
from torch.nn import functional


def read_safetensors(path):
    data = Path(path).read_bytes()
    size = struct.unpack('<Q', data[:8])[0]
    header = json.loads(data[8:8 + size])
    tensors = {}
    for name, entry in header.items():
        if name != '__metadata__':
            begin, end = entry['data_offsets']
            block = bytearray(data[8 + size + begin:8 + size + end])
            tensors[name] = torch.frombuffer(block, dtype=torch.float32).view(entry['shape'])
    return tensors


def linear(x, layer, t):
    y = functional.linear(x, t[layer['tensors'] + '.weight'], t[layer['tensors'] + '.bias'])
    return {'none': lambda v: v, 'relu': torch.relu, 'sigmoid': torch.sigmoid,
            'softmax': lambda v: torch.softmax(v, -1)}[layer['activation']](y)


def recurrent(x, layer, t, kind):
    module = kind(x.size(2), layer['hidden_size'], layer['layers'], batch_first=True, bidirectional=True)
    prefix = layer['tensors'] + '.'
    module.load_state_dict({name[len(prefix):]: value for name, value in t.items() if name.startswith(prefix)})
    return module(x)[0]


def self_attention(x, prefix, heads, t):
    module = torch.nn.MultiheadAttention(x.size(2), heads, batch_first=True)
    names = ['in_proj_weight', 'in_proj_bias', 'out_proj.weight', 'out_proj.bias']
    module.load_state_dict({name: t[f'{prefix}.{name}'] for name in names})
    return module(x, x, x, need_weights=False)[0]


def encoder_layer(x, layer, t):
    prefix = layer['tensors']

    def norm(name, value):
        return functional.layer_norm(value, value.shape[-1:], t[f'{prefix}.{name}.weight'], t[f'{prefix}.{name}.bias'],
                                     layer['epsilon'])
    x = norm('norm1', x + self_attention(x, prefix + '.self_attn', layer['heads'], t))
    inner = linear(x, {'tensors': prefix + '.linear1', 'activation': layer['activation']}, t)
    return norm('norm2', x + linear(inner, {'tensors': prefix + '.linear2', 'activation': 'none'}, t))


def positions(x, layer):
    width = layer['width']
    rate = torch.exp(torch.arange(0, width, 2) * (-torch.log(torch.tensor(float(layer['base']))) / width))
    angles = torch.arange(x.size(1)).unsqueeze(1) * rate
    return x + torch.stack([angles.sin(), angles.cos()], 2).flatten(1)


def run_layer(x, layer, t):
    kind = layer['layer']
    if kind == 'linear':
        return linear(x, layer, t)
    if kind == 'lstm':
        return recurrent(x, layer, t, torch.nn.LSTM)
    if kind == 'gru':
        return recurrent(x, layer, t, torch.nn.GRU)
    if kind == 'self_attention':
        return self_attention(x, layer['tensors'], layer['heads'], t)
    if kind == 'transformer_encoder_layer':
        return encoder_layer(x, layer, t)
    if kind == 'sinusoidal_positions':
        return positions(x, layer)
    if kind == 'mean_over_frames':
        return x.mean(1)
    if kind == 'conv2d':
        return functional.conv2d(x, t[layer['tensors'] + '.weight'], None, layer['stride'], layer['padding'])
    if kind == 'batch_norm':
        n = layer['tensors'] + '.'
        return torch.relu(functional.batch_norm(x, t[n + 'running_mean'], t[n + 'running_var'], t[n + 'weight'],
                                                t[n + 'bias'], False, 0, layer['epsilon']))
    if kind == 'flatten_channels_and_bands':
        return x.permute(0, 2, 1, 3).flatten(2)
    raise ValueError(f'unknown layer {kind}')


def network(description, tensors):
    """A function from raw features, as the description's inputs, to probabilities; every clip at its full length."""
    def standardised(name, x):
        values = description['standardise'][name]
        return (x - torch.tensor(values['mean'])) / torch.tensor(values['deviation'])

    def run(*features):
        with torch.no_grad():
            x = standardised(description['inputs'][0]['name'], features[0])
            if 'log_mel' in description['standardise']:
                x = x.unsqueeze(1)
            for layer in description['layers']:
                x = run_layer(x, layer, tensors)
            if 'clip_layers' not in description:
                return x.squeeze(2)
            clip = standardised('clip_values', features[1])
            for layer in description['clip_layers']:
                clip = run_layer(clip, layer, tensors)
            x = torch.cat([x, clip], 1)
            for layer in description['head_layers']:
                x = run_layer(x, layer, tensors)
            return x
    return run


def main():
    path = Path(sys.argv[1])
    description = json.loads(path.with_suffix('.json').read_text())
    run = network(description, read_safetensors(path))
    features = [torch.zeros(1, 200, description['inputs'][0]['shape'][2])]
    if len(description['inputs']) > 1:
        features.append(torch.zeros(1, description['inputs'][1]['shape'][1]))
    print(f'{description["architecture"]["id"]}, {sum(t.numel() for t in read_safetensors(path).values())} values')
    print('features of zeros give', run(*features).flatten()[:4].tolist())


if __name__ == '__main__':
    main()
