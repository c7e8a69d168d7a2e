// SPDX-License-Identifier: GPL-3.0-or-later
// Runs every ONNX file of a manifest on its cases with onnxruntime; prints the largest difference as JSON.
'use strict';
const fs = require('node:fs');
const path = require('node:path');
const ort = require('onnxruntime-node');

const floats = (file) => {
  const bytes = fs.readFileSync(file);
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
};

async function main() {
  const folder = process.argv[2];
  const { models } = JSON.parse(fs.readFileSync(path.join(folder, 'manifest.json')));
  let largest = 0;
  let answers = 0;
  const compare = (result, expected, what) => {
    if (result.length !== expected.length) throw new Error(`${result.length} answers, not ${expected.length}: ${what}`);
    for (let i = 0; i < expected.length; ++i) {
      const difference = Math.abs(result[i] - expected[i]);
      if (!(difference <= 1e-4)) throw new Error(`differs by ${difference} at ${i}: ${what}`);
      largest = Math.max(largest, difference);
    }
    answers += expected.length;
  };
  for (const model of models) {
    const session = await ort.InferenceSession.create(path.join(folder, model.onnx));
    for (const test of model.cases) {
      const samples = floats(path.join(folder, test.samples));
      const { probabilities, times } = await session.run(
        { samples: new ort.Tensor('float32', samples, [test.count, samples.length / test.count]) });
      compare(probabilities.data, floats(path.join(folder, test.expected)), JSON.stringify(test));
      if (times.data.length * test.count !== probabilities.data.length) throw new Error('times do not fit');
    }
    const features = await ort.InferenceSession.create(path.join(folder, model.onnx_features));
    for (const test of model.feature_cases) {
      const feeds = {};
      for (const [name, { file, shape, type }] of Object.entries(test.inputs)) {
        feeds[name] = type === 'int64'
          ? new ort.Tensor('int64', BigInt64Array.from([...floats(path.join(folder, file))], BigInt), shape)
          : new ort.Tensor('float32', floats(path.join(folder, file)), shape);
      }
      const { probabilities } = await features.run(feeds);
      compare(probabilities.data, floats(path.join(folder, test.expected)), JSON.stringify(test));
    }
  }
  console.log(JSON.stringify({ largest, answers }));
}

main().catch((error) => {
  console.error(error.message);
  process.exit(1);
});
