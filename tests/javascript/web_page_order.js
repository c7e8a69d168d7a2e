// SPDX-License-Identifier: GPL-3.0-or-later
// Gives the page's program a second recording while the model is busy with the first, longer one, without a browser:
// the page, the decoder and the model are stand-ins. Ends with an error where the page shows anything but the second.
// Usage: web_page_order.js APPLAUSE.js
'use strict';
const assert = require('node:assert');
const fs = require('node:fs');

const RATE = 22050;

class Element {
  constructor() { this.handlers = {}; this.classList = { add() {}, remove() {} }; }
  addEventListener(kind, handler) { this.handlers[kind] = handler; }
  appendChild(child) { return child; }
  replaceChildren(...children) { this.children = children; }
  getContext() { return new Proxy({}, { get: () => () => {}, set: () => true }); }
}

const elements = {};
const document = {
  getElementById: (id) => { elements[id] ??= new Element(); return elements[id]; },
  createElement: () => new Element(),
};
const runs = []; // that the model was asked for: seconds, and what answers them
const model = {
  run: ({ samples }) => new Promise((resolve) => {
    const seconds = samples.length / RATE;
    runs.push({ seconds, answer: () => resolve({
      probabilities: { data: [0.1, 0.9] }, times: { data: [0, 1] }, threshold: { data: [0.5] } }) });
  }),
};
const ort = {
  env: { wasm: {} },
  InferenceSession: { create: async () => model },
  Tensor: class { constructor(type, data) { this.length = data.length; } },
};
class OfflineAudioContext {
  async decodeAudioData(seconds) {
    const samples = new Float32Array(seconds * RATE);
    return { length: samples.length, numberOfChannels: 1, getChannelData: () => samples };
  }
}

const page = {};
const source = fs.readFileSync(process.argv[2], 'utf8').replace(/^import .*$/m, '').replaceAll('import.meta.url', '"file:///page/"');
new Function('ort', 'document', 'OfflineAudioContext', 'getComputedStyle', 'window', source)(
  ort, document, OfflineAudioContext, () => ({ getPropertyValue: () => '' }), page);

const drop = (name, seconds) => elements.drop.handlers.drop({
  preventDefault() {}, dataTransfer: { files: [{ name, arrayBuffer: async () => seconds }] } });
const settled = async () => { for (let i = 0; i < 20; ++i) await new Promise(setImmediate); };

async function main() {
  await settled();
  drop('long.wav', 130);
  await settled();
  assert.strictEqual(runs.length, 1);
  drop('short.wav', 10);
  await settled();
  assert.strictEqual(runs.length, 1, 'a model answers one recording at a time');
  runs[0].answer();
  await settled();
  assert.deepStrictEqual(runs.map((run) => run.seconds), [72, 10], 'what is left of the first is not asked for');
  runs[1].answer();
  await settled();
  assert.strictEqual(runs.length, 2);
  assert.strictEqual(elements.status.textContent, 'Done.');
  assert.strictEqual(elements.name.textContent, 'short.wav');
  assert.strictEqual(page.applause.duration, 10);
  assert.strictEqual(page.applause.segments.length, 1);
  drop('again.wav', 5); // nothing waits for what was given up
  await settled();
  runs[2].answer();
  await settled();
  assert.strictEqual(elements.name.textContent, 'again.wav');
}

main().then(() => process.exit(0), (error) => {
  console.error(error.message);
  process.exit(1);
});
