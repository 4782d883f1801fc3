import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Shell commands of one block, or a GraphQL operation. */
export interface Example {
  readonly page: string;
  /** Number of the first line of the block, from 1. */
  readonly line: number;
  readonly kind: 'commands' | 'operation';
  readonly text: string;
  /** The JSON block below a block of commands, which is the answer to the last command. */
  readonly answer?: string;
}

interface Block {
  readonly line: number;
  /** The text after the opening fence; empty for an indented block. */
  readonly info: string;
  readonly text: string;
}

/** The pages in the order in which the README names them. */
export function readPages(): { page: string; text: string }[] {
  const readme = readFileSync('README.md', 'utf8');
  const linked = [...readme.matchAll(/\]\((docs\/[\w-]+\.md)/g)].map(([, page = '']) => page);
  const present = readdirSync('docs')
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name));
  return [...new Set(['README.md', ...linked, ...present])].map((page) => ({
    page,
    text: readFileSync(page, 'utf8'),
  }));
}

/** The examples of a page that a reader can copy and run. An example with … or example.com is a pattern for the reader's own values. */
export function examplesOf({ page, text }: { page: string; text: string }): Example[] {
  const blocks = blocksOf(text);
  return blocks.flatMap((block, index): Example[] => {
    const { line, info } = block;
    if (info === 'graphql') return [{ page, line, kind: 'operation', text: block.text }];
    if (info !== '' && info !== 'bash') return [];
    const commands = commandsOf(block.text);
    if (commands.length === 0) return [];
    const next = blocks[index + 1];
    return [
      {
        page,
        line,
        kind: 'commands',
        text: commands.join('\n'),
        ...(next?.info === 'json' && { answer: next.text }),
      },
    ];
  });
}

/** Fenced blocks, and blocks that are indented by four spaces. */
function blocksOf(page: string): Block[] {
  const blocks: Block[] = [];
  const lines = page.split('\n');
  for (let at = 0; at < lines.length; at++) {
    const line = at + 1;
    const fence = /^```(.*)$/.exec(lines[at] ?? '');
    const from = fence ? at + 1 : at;
    if (fence) while (at + 1 < lines.length && lines[at + 1] !== '```') at++;
    else if (isIndented(lines[at])) while (isIndented(lines[at + 1])) at++;
    else continue;
    const text = lines.slice(from, at + 1).map((each) => (fence ? each : each.slice(4)));
    blocks.push({ line, info: fence?.[1] ?? '', text: text.join('\n') });
    if (fence) at++;
  }
  return blocks;
}

const isIndented = (line = '') => line.startsWith('    ');

/** The calls of curl and of the CLI, each with its continuation lines. */
function commandsOf(block: string): string[] {
  return block
    .replaceAll('\\\n', '\\\0')
    .split('\n')
    .map((command) => command.replaceAll('\0', '\n'))
    .filter((command) => /^(?:\w+=\$\()?(?:curl|npx sim-gateway)\s/.test(command))
    .filter((command) => !/…|example\.com/.test(command));
}
