#!/usr/bin/env node
// SPDX-License-Identifier: GPL-3.0-or-later
// Where is applause in a recording? With a model exported as ONNX:
//
//     npm install onnxruntime-node
//     ovation export model.safetensors --format onnx --output model.onnx
//     node applause.js model.onnx speech.wav
//
// Reads WAV (16 bit or float) at 22 050 Hz; `sox speech.flac -r 22050 speech.wav` makes one.
'use strict';
const fs = require('node:fs');
const ort = require('onnxruntime-node');

const RATE = 22050;

function readWav(path) {
  const file = fs.readFileSync(path);
  if (file.toString('latin1', 0, 4) !== 'RIFF' || file.toString('latin1', 8, 12) !== 'WAVE')
    throw new Error(`${path} is not a WAV file`);
  let format;
  for (let at = 12; at + 8 <= file.length;) {
    const id = file.toString('latin1', at, at + 4);
    const size = file.readUInt32LE(at + 4);
    const begin = at + 8;
    if (id === 'fmt ')
      format = {
        kind: file.readUInt16LE(begin), channels: file.readUInt16LE(begin + 2), rate: file.readUInt32LE(begin + 4),
        bits: file.readUInt16LE(begin + 14),
      };
    if (id === 'data') {
      if (!format || format.rate !== RATE) throw new Error(`${path} does not have ${RATE} samples a second`);
      const bytes = format.bits / 8;
      const sample = (offset) => format.kind === 3 ? file.readFloatLE(offset) : file.readInt16LE(offset) / 32768;
      const frames = Math.floor(Math.min(size, file.length - begin) / bytes / format.channels);
      const mono = new Float32Array(frames);
      for (let i = 0; i < frames; ++i) {
        for (let c = 0; c < format.channels; ++c)
          mono[i] += sample(begin + (i * format.channels + c) * bytes) / format.channels;
      }
      return mono;
    }
    at = begin + size + size % 2;
  }
  throw new Error(`${path} holds no samples`);
}

async function main() {
  const [model, recording] = process.argv.slice(2);
  const session = await ort.InferenceSession.create(model);
  const mono = readWav(recording);
  const { probabilities, times, threshold } =
    await session.run({ samples: new ort.Tensor('float32', mono, [1, mono.length]) });
  times.data.forEach((time, i) => {
    const p = probabilities.data[i];
    console.log(`${time.toFixed(2).padStart(8)} s  ${p.toFixed(4)}  ${p >= threshold.data[0] ? 'applause' : ''}`);
  });
}

main().catch((error) => {
  console.error(error.message);
  process.exit(1);
});
