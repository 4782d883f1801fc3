import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { WrongUsage } from './exit-codes.ts';
import { readTextFile } from './files.ts';
import { isLoopback } from './loopback.ts';

export const DEFAULT_TOKEN_FILE = join(process.env.DATA_DIR || 'data', 'admin-token');

/**
 * The admin token of the gateway at `url`: that of `file`, of SIM_GATEWAY_ADMIN_TOKEN, or of `DEFAULT_TOKEN_FILE`. The last one belongs to
 * the gateway on this machine, so it is sent to loopback addresses only. Errors: WrongUsage.
 */
export function adminTokenFor(url: URL, file: string | undefined): string {
  const named = file === undefined ? process.env.SIM_GATEWAY_ADMIN_TOKEN : readTextFile(file);
  const token = (named || (isLoopback(url) ? contentOfDefault() : undefined))?.trim();
  if (token === undefined || token === '') {
    throw new WrongUsage(
      `There is no admin token. Set SIM_GATEWAY_ADMIN_TOKEN, or name the file with --admin-token-file. A gateway with its embedded database creates the file admin-token in its data folder (DATA_DIR) when it starts with AUTH=apikey; ${DEFAULT_TOKEN_FILE} is read if the gateway is on this machine.`,
    );
  }
  if (!/^[!-~]+$/.test(token)) {
    throw new WrongUsage('The admin token must be ASCII characters without spaces, on one line.');
  }
  return token;
}

function contentOfDefault(): string | undefined {
  try {
    return readFileSync(DEFAULT_TOKEN_FILE, 'utf8');
  } catch {
    return undefined;
  }
}
