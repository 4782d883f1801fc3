import type { Command } from 'commander';
import { type CallerOptions, createCallerCommand, withCaller } from './caller.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import type { Session } from './session.ts';
import { readViewer } from './viewer.ts';

export function whoamiCommand(): Command {
  return createCallerCommand({
    name: 'whoami',
    summary: 'show who you are for the gateway, and what you may do',
    description: `Shows the caller as the gateway knows it: its name in the audit log, the scopes and groups of its API key or token, when that
expires, and whether the SIMs are real.`,
    examples: [
      'sim-gateway whoami',
      '# the scopes, for a script',
      "sim-gateway whoami --json | jq -r '.scopes[]'",
    ],
  }).action(async (options: CallerOptions) => {
    await withCaller(options, show);
  });
}

async function show({ gateway, screen, isJson, credentials }: Session): Promise<ExitCode> {
  const viewer = await readViewer(gateway);
  if (isJson) {
    await screen.printJson(viewer);
    return EXIT.succeeded;
  }
  const { actor, method, scopes, groups, expiresAt, environment } = viewer;
  const rows = [
    ['actor', actor],
    ['method', method],
    ['scopes', scopes.join(', ') || '(none)'],
    ['groups', groups === null ? '(all SIMs)' : groups.join(', ') || '(none)'],
    ['expires', expiresAt ?? '(never)'],
    ['environment', environment],
    ['gateway', gateway.url],
    ['key from', credentials?.from ?? '(none)'],
  ] as const;
  for (const [name, value] of rows)
    await screen.print([{ text: name.padEnd(13), style: 'dim' }, { text: value }]);
  return EXIT.succeeded;
}
