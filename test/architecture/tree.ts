import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const root = join(__dirname, '..', '..');

/** Exit code of a program and its output on both streams. */
export interface Ended {
  readonly code: number;
  readonly output: string;
}

/** Texts of files by their path in a tree; a file with undefined is left out. */
export type Files = Readonly<Record<string, string | undefined>>;

/** A temporary folder inside the clone, so that it resolves the packages of the clone. */
export interface Tree {
  readonly folder: string;
  /** Runs Node in the tree; `script` is a path relative to the clone. */
  run(script: string, ...args: string[]): Promise<Ended>;
  read(path: string): string;
  remove(): void;
}

/** Creates a tree with `files`, and with the `copied` paths of the clone. */
export function plantTree(files: Files, copied: readonly string[]): Tree {
  mkdirSync(join(root, '.cache'), { recursive: true });
  const folder = mkdtempSync(join(root, '.cache', 'tree-'));
  for (const path of copied) cpSync(join(root, path), join(folder, path), { recursive: true });
  for (const [path, text] of Object.entries(files)) {
    if (text === undefined) continue;
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return {
    folder,
    run: (script, ...args) =>
      new Promise((resolve) => {
        const options = { cwd: folder, env: { ...process.env, NO_COLOR: '1' } };
        execFile(process.execPath, [join(root, script), ...args], options, (error, stdout, stderr) => {
          resolve({ code: error === null ? 0 : Number(error.code), output: stdout + stderr });
        });
      }),
    read: (path) => readFileSync(join(folder, path), 'utf8'),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
