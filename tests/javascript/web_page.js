// SPDX-License-Identifier: GPL-3.0-or-later
// Serves a folder to this machine alone, opens its page in headless Chromium, drops a recording on it, and prints what
// the page found as JSON.
// Usage: web_page.js FOLDER RECORDING [SCREENSHOT.png]
'use strict';
const { spawn } = require('node:child_process');
const fs = require('node:fs');
const http = require('node:http');
const os = require('node:os');
const path = require('node:path');

const [folder, recording, screenshot] = process.argv.slice(2);
const KINDS = { '.html': 'text/html', '.js': 'text/javascript', '.mjs': 'text/javascript', '.css': 'text/css',
  '.wasm': 'application/wasm' };

const asked = [];
const server = http.createServer((request, response) => {
  const name = decodeURIComponent(new URL(request.url, 'http://localhost').pathname);
  asked.push(name);
  const file = path.join(folder, path.normalize(name === '/' ? '/index.html' : name));
  fs.readFile(file, (error, bytes) => {
    response.writeHead(error ? 404 : 200, { 'content-type': KINDS[path.extname(file)] ?? 'application/octet-stream' });
    response.end(error ? undefined : bytes);
  });
});

/** Chromium's debugging protocol over two pipes: messages end with a zero byte. */
class Browser {
  constructor(profile) {
    this.process = spawn('chromium', ['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage',
      '--no-first-run', '--disable-background-networking', '--disable-component-update', '--window-size=900,860',
      `--user-data-dir=${profile}`, '--remote-debugging-pipe', 'about:blank'],
    { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] });
    this.waiting = new Map();
    this.next = 0;
    let text = '';
    this.process.stdio[4].on('data', (part) => {
      text += part;
      for (let end; (end = text.indexOf('\0')) >= 0; text = text.slice(end + 1)) {
        const message = JSON.parse(text.slice(0, end));
        const waiting = this.waiting.get(message.id);
        this.waiting.delete(message.id);
        if (waiting && message.error) waiting.reject(new Error(message.error.message));
        else if (waiting) waiting.resolve(message.result);
      }
    });
    this.process.on('error', (error) => { for (const { reject } of this.waiting.values()) reject(error); });
  }

  send(method, params = {}, sessionId = undefined) {
    return new Promise((resolve, reject) => {
      const id = ++this.next;
      this.waiting.set(id, { resolve, reject });
      this.process.stdio[3].write(JSON.stringify({ id, method, params, sessionId }) + '\0');
    });
  }
}

async function look(browser, port) {
  const { targetId } = await browser.send('Target.createTarget', { url: `http://127.0.0.1:${port}/` });
  const { sessionId } = await browser.send('Target.attachToTarget', { targetId, flatten: true });
  const send = (method, params) => browser.send(method, params, sessionId);
  const value = async (expression) => {
    const { result, exceptionDetails } = await send('Runtime.evaluate', { expression, returnByValue: true });
    if (exceptionDetails) throw new Error(exceptionDetails.text);
    return result.value;
  };
  const status = async (...wanted) => {
    for (let i = 0; i < 600; ++i) {
      const text = await value('document.getElementById("status")?.textContent ?? ""');
      if (wanted.some((start) => text.startsWith(start))) return;
      if (text.includes('could not')) throw new Error(text);
      await new Promise((resolve) => { setTimeout(resolve, 100); });
    }
    throw new Error(`the page does not say ${wanted[0]}`);
  };
  await status('Ready');
  const place = await value('(({x, y, width, height}) => ({x: x + width / 2, y: y + height / 2}))' +
    '(document.getElementById("drop").getBoundingClientRect())');
  const data = { items: [], files: [path.resolve(recording)], dragOperationsMask: 1 };
  for (const type of ['dragEnter', 'dragOver', 'drop']) await send('Input.dispatchDragEvent', { type, ...place, data });
  await status('Done');
  if (screenshot) {
    const { data: image } = await send('Page.captureScreenshot', { format: 'png' });
    fs.writeFileSync(screenshot, Buffer.from(image, 'base64'));
  }
  return value('({...window.applause, verdict: document.getElementById("verdict").textContent,' +
    'rows: document.querySelectorAll("#segments tr").length})');
}

async function main() {
  await new Promise((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  const profile = fs.mkdtempSync(path.join(os.tmpdir(), 'ovation-chromium-'));
  const browser = new Browser(profile);
  const limit = setTimeout(() => { browser.process.kill('SIGKILL'); console.error('too long'); process.exit(1); }, 100000);
  try {
    console.log(JSON.stringify({ ...await look(browser, server.address().port), asked }));
  } finally {
    clearTimeout(limit);
    const ended = new Promise((resolve) => { browser.process.on('exit', resolve); });
    await Promise.race([browser.send('Browser.close').catch(() => {}), ended]);
    await Promise.race([ended, new Promise((resolve) => { setTimeout(resolve, 3000); })]);
    browser.process.kill('SIGKILL');
    server.closeAllConnections();
    server.close();
    fs.rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}

main().then(() => process.exit(0), (error) => {
  console.error(error.message);
  process.exit(1);
});
