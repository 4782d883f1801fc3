import { spawn } from 'node:child_process';
import { realpathSync, watch } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The root folder of the clone. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** The path of a package's program, started with this very Node: no shell, no .bin link, the same on every platform. */
export const program = (path) => join(root, 'node_modules', ...path.split('/'));

/** How long something took since `startedAt` (of performance.now()), for a person: "0.4 s". */
export const took = (startedAt) => `${((performance.now() - startedAt) / 1000).toFixed(1)} s`;

/**
 * Runs Node with these arguments in the root folder and gives {code, output}, both streams of the output in one text.
 * With `stream` the output goes straight to ours and the text stays empty. A process that cannot start has code 1.
 */
export function runNode(args, { stream = false, env = process.env, cwd = root } = {}) {
  return runCommand(process.execPath, args, { stream, env, cwd });
}

/** Runs any program as `runNode` does; it can inherit a file descriptor of ours. */
export function runCommand(
  command,
  args,
  { stream = false, env = process.env, cwd = root, shell = false, inherits } = {},
) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd,
      env,
      shell,
      stdio: [
        ...(stream ? ['ignore', 'inherit', 'inherit'] : ['ignore', 'pipe', 'pipe']),
        ...(inherits === undefined ? [] : [inherits]),
      ],
    });
    let output = '';
    const collect = (chunk) => {
      output += chunk;
    };
    child.stdout?.setEncoding('utf8').on('data', collect);
    child.stderr?.setEncoding('utf8').on('data', collect);
    child.on('error', (error) => resolve({ code: 1, output: `${output}${error.message}\n` }));
    child.on('close', (code, signal) =>
      resolve({ code: code ?? 1, output: signal ? `${output}${signal}\n` : output }),
    );
  });
}

/**
 * Says what is being done, does it, and ends the line with the time it took.
 * A failure ends the line too and is thrown on.
 */
export async function withProgress(what, work) {
  const startedAt = performance.now();
  process.stdout.write(`${what} … `);
  try {
    const result = await work();
    process.stdout.write(`${took(startedAt)}\n`);
    return result;
  } catch (error) {
    process.stdout.write('failed\n');
    throw error;
  }
}

/** True when the module of this URL is the program that Node was started with, not one that it imports. */
export function isProgram(moduleUrl) {
  return process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(moduleUrl);
}

/** An editor writes several files at once: changes within this time are one. */
const DEBOUNCE_MS = 200;

/** Calls `onChange` once after each burst of changes below these folders of the clone. */
export function watchFolders(folders, onChange) {
  let waiting;
  for (const folder of folders) {
    watch(join(root, folder), { recursive: true }, () => {
      clearTimeout(waiting);
      waiting = setTimeout(onChange, DEBOUNCE_MS);
    });
  }
}
