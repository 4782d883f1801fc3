import { spawn } from 'node:child_process';
import { realpathSync, watch } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** The path of a package's program, to be run by this Node: needs no shell and no .bin link, and is the same on every platform. */
export const program = (path) => join(root, 'node_modules', ...path.split('/'));

/** Time since `startedAt` (of performance.now()) as text, for example "0.4 s". */
export const took = (startedAt) => `${((performance.now() - startedAt) / 1000).toFixed(1)} s`;

/**
 * Runs Node with these arguments in the root folder and returns {code, output}: the exit code, and stdout and stderr in one text.
 * With `stream`, the child inherits both streams and `output` is empty. A process that cannot start, or that a signal ends, has code 1.
 */
export function runNode(args, { stream = false, env = process.env, cwd = root } = {}) {
  return runCommand(process.execPath, args, { stream, env, cwd });
}

/**
 * Like `runNode` for any program. The child inherits the file descriptor `inherits` as its descriptor 3. `onOutput` is called with each part
 * of the output.
 */
export function runCommand(
  command,
  args,
  { stream = false, env = process.env, cwd = root, shell = false, inherits, onOutput = () => {} } = {},
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
      onOutput(chunk);
    };
    child.stdout?.setEncoding('utf8').on('data', collect);
    child.stderr?.setEncoding('utf8').on('data', collect);
    child.on('error', (error) => resolve({ code: 1, output: `${output}${error.message}\n` }));
    child.on('close', (code, signal) =>
      resolve({ code: code ?? 1, output: signal ? `${output}${signal}\n` : output }),
    );
  });
}

const REDRAW_MS = 1000;
const LINE_MS = 10_000;

/**
 * Prints `what`, runs `work`, and ends the line with the elapsed time. Meanwhile it shows the seconds and the text that `detail` returns:
 * on a terminal in the same line, otherwise in a further line every 10 s. If `work` fails, it ends with "failed" and rethrows the error.
 */
export async function withProgress(what, work, detail = () => '') {
  const startedAt = performance.now();
  const { stdout } = process;
  const { isTTY } = stdout;
  const width = stdout.columns || 80;
  let shown = '';
  const show = (text) => {
    const line = `${what} … ${text}`.slice(0, width - 1);
    // No escape sequence: a terminal may have none that clears a line.
    stdout.write(`\r${line.padEnd(shown.length)}`);
    shown = line;
  };
  let lines = 0;
  const update = () => {
    const text = `${Math.round((performance.now() - startedAt) / 1000)} s${detail()}`;
    if (isTTY) return show(text);
    lines++;
    stdout.write(`\n  ${text}`);
  };
  const end = (text) => {
    clearInterval(timer);
    if (isTTY) show(text);
    else stdout.write(lines > 0 ? `\n  ${text}` : text);
    stdout.write('\n');
  };
  stdout.write(`${what} … `);
  const timer = setInterval(update, isTTY ? REDRAW_MS : LINE_MS);
  try {
    const result = await work();
    end(took(startedAt));
    return result;
  } catch (error) {
    end('failed');
    throw error;
  }
}

/** Whether the module of this URL is the program that Node was started with, not an imported one. */
export function isProgram(moduleUrl) {
  return process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(moduleUrl);
}

/** Changes within this time count as one, because an editor may save several files together. */
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
