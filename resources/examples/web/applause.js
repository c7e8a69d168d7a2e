// SPDX-License-Identifier: GPL-3.0-or-later
// Runs an exported model (model.onnx) on a recording that is dropped on the page. onnxruntime-web's files lie in ort/.
import * as ort from './ort/ort.wasm.min.mjs';

const RATE = 22050;
const PIECE_S = 60; // long recordings are answered in pieces
const EDGE_S = 12; // of its surroundings that each piece hears besides

ort.env.wasm.wasmPaths = new URL('./ort/', import.meta.url).href;
ort.env.wasm.numThreads = 1; // more need a page that is isolated from other origins

const place = (id) => document.getElementById(id);
const say = (text) => { place('status').textContent = text; };

const session = ort.InferenceSession.create('model.onnx');
session.then(() => say('Ready.'), (error) => say(`The model could not be loaded: ${error.message}`));

/** Mono samples at the model's rate; the browser decodes and resamples. */
async function decode(file) {
  const context = new OfflineAudioContext(1, 1, RATE);
  const audio = await context.decodeAudioData(await file.arrayBuffer());
  const mono = new Float32Array(audio.length);
  for (let channel = 0; channel < audio.numberOfChannels; ++channel) {
    const samples = audio.getChannelData(channel);
    for (let i = 0; i < mono.length; ++i) mono[i] += samples[i] / audio.numberOfChannels;
  }
  return mono;
}

let latest = 0; // number of the recording that was given last: the page shows no other

class Superseded extends Error {}

/** Ends what is done for an earlier recording. */
function goOn(number) {
  if (number !== latest) throw new Superseded();
}

/** [{time, probability}] over the whole recording, and the model's threshold. */
async function answer(model, samples, number) {
  const points = [];
  let chosen = 0.5;
  const piece = PIECE_S * RATE;
  const edge = EDGE_S * RATE;
  for (let begin = 0; begin < samples.length; begin += piece) {
    const from = Math.max(0, begin - edge);
    const part = samples.subarray(from, Math.min(samples.length, begin + piece + edge));
    const { probabilities, times, threshold } =
      await model.run({ samples: new ort.Tensor('float32', part.slice(), [1, part.length]) });
    goOn(number);
    chosen = threshold.data[0];
    times.data.forEach((time, i) => {
      const moment = from / RATE + time;
      if (moment >= begin / RATE && (moment < (begin + piece) / RATE || begin + piece >= samples.length))
        points.push({ time: moment, probability: probabilities.data[i] });
    });
    say(`Listening … ${Math.min(100, Math.round(100 * (begin + piece) / samples.length))} %`);
  }
  return { points, threshold: chosen };
}

/** Stretches where the probability reaches the threshold. */
function segmentsOf({ points, threshold }, duration) {
  const step = points.length > 1 ? points[1].time - points[0].time : duration;
  const segments = [];
  let open = null;
  for (const { time, probability } of points) {
    if (probability >= threshold) {
      open ??= { start: Math.max(0, time - step / 2), end: 0, sum: 0, count: 0 };
      open.end = Math.min(duration, time + step / 2);
      open.sum += probability;
      ++open.count;
    } else if (open) {
      segments.push(open);
      open = null;
    }
  }
  if (open) segments.push(open);
  return segments.map(({ start, end, sum, count }) => ({ start, end, probability: sum / count }));
}

const clock = (s) => `${Math.floor(s / 60)}:${(s % 60).toFixed(1).padStart(4, '0')}`;

function draw({ points, threshold }, duration) {
  const canvas = place('curve');
  const context = canvas.getContext('2d');
  const style = getComputedStyle(document.documentElement);
  const { width, height } = canvas;
  const x = (time) => time / duration * width;
  const y = (probability) => height - 8 - probability * (height - 16);
  context.clearRect(0, 0, width, height);
  context.strokeStyle = style.getPropertyValue('--line');
  context.setLineDash([8, 8]);
  context.lineWidth = 2;
  context.beginPath();
  context.moveTo(0, y(threshold));
  context.lineTo(width, y(threshold));
  context.stroke();
  context.setLineDash([]);
  context.strokeStyle = context.fillStyle = style.getPropertyValue('--accent');
  context.lineWidth = 3;
  context.beginPath();
  points.forEach(({ time, probability }, i) => {
    if (i === 0) context.moveTo(0, y(probability));
    context.lineTo(x(time), y(probability));
  });
  if (points.length) context.lineTo(width, y(points.at(-1).probability));
  context.stroke();
  context.globalAlpha = 0.18;
  context.lineTo(width, height);
  context.lineTo(0, height);
  context.fill();
  context.globalAlpha = 1;
}

let before = Promise.resolve(); // what is done for the recording before: a model answers one at a time

async function listen(file) {
  const number = ++latest;
  const earlier = before;
  let done;
  before = new Promise((resolve) => { done = resolve; });
  place('result').hidden = true;
  try {
    say(`Reading ${file.name} …`);
    await earlier;
    goOn(number);
    const samples = await decode(file);
    goOn(number);
    const duration = samples.length / RATE;
    const model = await session;
    goOn(number);
    const curve = await answer(model, samples, number);
    const segments = segmentsOf(curve, duration);
    place('name').textContent = file.name;
    place('end').textContent = clock(duration);
    place('verdict').textContent =
      segments.length === 0 ? 'no applause' : `applause ${segments.length} time${segments.length > 1 ? 's' : ''}`;
    place('segments').replaceChildren(...segments.map(({ start, end, probability }) => {
      const row = document.createElement('tr');
      for (const text of [clock(start), clock(end), probability.toFixed(3)])
        row.appendChild(document.createElement('td')).textContent = text;
      return row;
    }));
    place('result').hidden = false;
    draw(curve, duration);
    window.applause = { segments, points: curve.points, duration };
    say('Done.');
  } catch (error) {
    if (number === latest) say(`${file.name} could not be read: ${error.message}`);
  } finally {
    done();
  }
}

const drop = place('drop');
for (const kind of ['dragenter', 'dragover']) {
  drop.addEventListener(kind, (event) => {
    event.preventDefault();
    drop.classList.add('over');
  });
}
drop.addEventListener('dragleave', () => drop.classList.remove('over'));
drop.addEventListener('drop', (event) => {
  event.preventDefault();
  drop.classList.remove('over');
  if (event.dataTransfer.files.length) listen(event.dataTransfer.files[0]);
});
place('file').addEventListener('change', (event) => {
  if (event.target.files.length) listen(event.target.files[0]);
});
