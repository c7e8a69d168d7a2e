#!/usr/bin/env node
// SPDX-License-Identifier: GPL-3.0-or-later
// Where is applause in a recording? With a model exported as ONNX:
//
//     npm install onnxruntime-node
//     ovation export model.safetensors --format onnx --output model.onnx
//     node applause.js model.onnx speech.wav
//
// Reads WAV (16, 24 or 32 bits, or 32-bit float) at 22 050 Hz; `sox speech.flac -r 22050 speech.wav` makes one.
'use strict';
const fs = require('node:fs');
const ort = require('onnxruntime-node');

const RATE = 22050;
const PIECE = 60 * RATE; // memory grows with what the model is given at once
const EDGE = 12 * RATE; // of its surroundings that each piece hears besides

const PCM = 1, FLOAT = 3, EXTENSIBLE = 0xfffe;

// By kind and bits: a sample between -1 and 1.
const SAMPLES = {
  [`${PCM}/16`]: (file, at) => file.readInt16LE(at) / 0x8000,
  [`${PCM}/24`]: (file, at) => file.readIntLE(at, 3) / 0x800000,
  [`${PCM}/32`]: (file, at) => file.readInt32LE(at) / 0x80000000,
  [`${FLOAT}/32`]: (file, at) => file.readFloatLE(at),
};

function readFormat(file, begin, size) {
  if (size < 16) return undefined;
  const kind = file.readUInt16LE(begin);
  return {
    kind: kind === EXTENSIBLE && size >= 26 ? file.readUInt16LE(begin + 24) : kind,
    channels: file.readUInt16LE(begin + 2), rate: file.readUInt32LE(begin + 4), bits: file.readUInt16LE(begin + 14),
  };
}

function mixedDown(file, begin, size, { kind, channels, bits }, path) {
  const sample = SAMPLES[`${kind}/${bits}`];
  if (!sample || channels === 0)
    throw new Error(`${path} holds ${bits}-bit samples of kind ${kind}; 16, 24 and 32 bits (kind 1) and 32-bit float ` +
                    '(kind 3) can be read');
  const mono = new Float32Array(Math.floor(size / (bits / 8) / channels));
  for (let i = 0; i < mono.length; ++i) {
    for (let c = 0; c < channels; ++c)
      mono[i] += sample(file, begin + (i * channels + c) * (bits / 8)) / channels;
  }
  return mono;
}

function readWav(path) {
  const file = fs.readFileSync(path);
  if (file.toString('latin1', 0, 4) !== 'RIFF' || file.toString('latin1', 8, 12) !== 'WAVE')
    throw new Error(`${path} is not a WAV file`);
  let format;
  for (let at = 12; at + 8 <= file.length;) {
    const id = file.toString('latin1', at, at + 4);
    const begin = at + 8;
    const size = file.readUInt32LE(at + 4);
    const there = Math.min(size, file.length - begin);
    if (id === 'fmt ') format = readFormat(file, begin, there);
    if (id === 'data') {
      if (!format) throw new Error(`${path} does not say what its samples are`);
      if (format.rate !== RATE) throw new Error(`${path} has ${format.rate} samples a second; ${RATE} are needed`);
      const mono = mixedDown(file, begin, there, format, path);
      if (mono.length > 0) return mono;
    }
    at = begin + size + size % 2;
  }
  throw new Error(`${path} holds no samples`);
}

/** [{time, probability, applause}] over the whole recording, piece by piece. */
async function answer(session, mono) {
  const points = [];
  for (let begin = 0; begin < mono.length; begin += PIECE) {
    const start = Math.max(0, begin - EDGE), end = begin + PIECE;
    const part = mono.slice(start, end + EDGE);
    const { probabilities, times, threshold } =
      await session.run({ samples: new ort.Tensor('float32', part, [1, part.length]) });
    times.data.forEach((moment, i) => {
      const time = start / RATE + moment, probability = probabilities.data[i];
      if (time * RATE >= begin && (time * RATE < end || end >= mono.length))
        points.push({ time, probability, applause: probability >= threshold.data[0] });
    });
  }
  return points;
}

async function main() {
  const [model, recording] = process.argv.slice(2);
  if (!recording) throw new Error('usage: node applause.js model.onnx speech.wav');
  const session = await ort.InferenceSession.create(model);
  for (const { time, probability, applause } of await answer(session, readWav(recording)))
    console.log(`${time.toFixed(2).padStart(8)} s  ${probability.toFixed(4)}  ${applause ? 'applause' : ''}`);
}

main().catch((error) => {
  console.error(error.message);
  process.exit(1);
});
