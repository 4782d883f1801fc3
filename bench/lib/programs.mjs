/** Starts the programs of a run on their cores, asks them over the IPC channel, and stops them. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from '../../scripts/command.mjs';

/** The core of the stub, the load, the database and this process; and the core of the measured program. */
export const loadCore = 0;
export const serverCore = 1;

const startTimeoutMs = 60_000;
const stopTimeoutMs = 15_000;
const outputShown = 1500;
const preload = pathToFileURL(join(root, 'scripts', 'with-parent.mjs')).href;

const canPin = (core) => spawnSync('taskset', ['-c', String(core), 'true']).status === 0;

/** Whether programs can be pinned to cores: not without taskset, and not on one core. */
export const isPinned = canPin(loadCore) && canPin(serverCore);

/** Pins this process to the core of the load; children inherit it. */
export function pinThisProcess() {
  if (isPinned) spawnSync('taskset', ['-a', '-c', '-p', String(loadCore), String(process.pid)]);
}

/** The stop functions of the programs that run. */
const running = new Set();

/**
 * Starts a Node program and waits until it reports the URL on which it listens. Its output goes to the file `log`. It ends when this
 * process ends, even by SIGKILL.
 */
export async function startNode({ name, args, env = {}, core, log }) {
  const command = [process.execPath, '--import', preload, ...args];
  const [file, ...params] = isPinned ? ['taskset', '-c', String(core), ...command] : command;
  const output = openSync(log, 'a');
  const child = spawn(file, params, {
    cwd: root,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, NODE_ENV: 'production', ...env },
    stdio: ['ignore', output, output, 'ipc'],
    // A Ctrl-C then reaches this process only, which stops its programs in order.
    detached: true,
  });
  closeSync(output);
  const stop = () => stopChild(child);
  running.add(stop);
  child.once('exit', () => running.delete(stop));
  const faultOf = (what) => new Error(`${name} ${what}. Its last output:\n${lastOutput(log)}`);
  const { ask, listening } = converse(child, faultOf);
  const timer = setTimeout(() => stop(), startTimeoutMs);
  try {
    const { url, pid = child.pid } = await listening;
    return { name, pid, url, ask, stop };
  } finally {
    clearTimeout(timer);
  }
}

function lastOutput(log) {
  try {
    return readFileSync(log, 'utf8').slice(-outputShown);
  } catch {
    return '(none)';
  }
}

/** The requests to a program: `ask(method, ...arguments)`, and the URL that it reports. Both fail when the program ends. */
function converse(child, faultOf) {
  const waiting = new Map();
  const answerFor = (id) => new Promise((resolve, reject) => waiting.set(id, { resolve, reject }));
  const listening = answerFor('listening');
  const failAll = (error) => {
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  };
  child.once('error', failAll);
  child.once('exit', (code, signal) => failAll(faultOf(`ended with ${signal ?? code}`)));
  child.on('message', ({ id = 'listening', value, listening: url, pid, error }) => {
    const request = waiting.get(id);
    waiting.delete(id);
    if (error === undefined) request?.resolve(url === undefined ? value : { url, pid });
    else request?.reject(new Error(error));
  });
  let lastId = 0;
  const ask = (method, ...args) => {
    lastId += 1;
    const answer = answerFor(lastId);
    child.send({ id: lastId, name: method, args });
    return answer;
  };
  return { ask, listening };
}

async function stopChild(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), stopTimeoutMs);
  await ended;
  clearTimeout(timer);
}

/** Stops the programs that still run, the latest first. */
export async function stopAll() {
  for (const stop of [...running].reverse()) await stop();
}
