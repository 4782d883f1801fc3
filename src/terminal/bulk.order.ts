import { readTarget, type Target, type TargetOptions } from './bulk.target.ts';
import { WrongUsage } from './exit-codes.ts';
import { relativeFlag } from './filter.options.ts';

/** The values of an action, as they are typed. */
export interface ActionValues {
  readonly text?: string;
  readonly toGroup?: string;
  readonly name?: string;
  readonly limit?: string;
  readonly profile?: string;
  readonly profileAction?: string;
  readonly imeiLock?: string;
}

export interface BulkOptions extends TargetOptions, ActionValues {
  readonly action: string;
  readonly expect?: number;
  readonly dryRun?: boolean;
  readonly wait: boolean;
  readonly detach?: boolean;
  readonly yes?: boolean;
  readonly idempotencyKey?: string;
}

/** The input type BulkParams of the gateway. */
export interface Params {
  readonly text?: string;
  readonly group?: string;
  readonly name?: string;
  readonly dataLimit?: { readonly megabytes: number } | { readonly unlimited: true };
  readonly profile?: string;
  readonly profileAction?: string;
  readonly imeiLocked?: boolean;
}

/** The input of startBulkOperation. */
export interface Order {
  readonly action: string;
  readonly target: Target;
  readonly params?: Params;
  readonly expectedCount?: number;
  readonly waitUntilSettled: boolean;
  readonly idempotencyKey: string;
}

type Needed = keyof ActionValues;

/** The options that each action needs. */
const NEEDS: Readonly<Record<string, readonly Needed[]>> = {
  ACTIVATE: [],
  DEACTIVATE: [],
  SUSPEND: [],
  RESUME: [],
  TEST: [],
  ACTIVE_READY: [],
  RESET: [],
  CLOSE: [],
  SET_NAME: ['name'],
  SET_GROUP: ['toGroup'],
  SET_DATA_LIMIT: ['limit'],
  SEND_SMS: ['text'],
  ESIM_PROFILE: ['profile', 'profileAction'],
  SET_IMEI_LOCK: ['imeiLock'],
};

export const ACTIONS = Object.keys(NEEDS);

export const PROFILE_ACTIONS = ['DOWNLOAD', 'ENABLE', 'DOWNLOAD_AND_ENABLE', 'DELETE'];

const FLAG: Readonly<Record<Needed, string>> = {
  text: '--text',
  toGroup: '--to-group',
  name: '--name',
  limit: '--limit',
  profile: '--profile',
  profileAction: '--profile-action',
  imeiLock: '--imei-lock',
};

/** Checks the options, reads the SIMs and builds the order. `repeated` counts repeated ICCIDs and EIDs. Errors: WrongUsage. */
export async function readOrder(
  options: BulkOptions,
  idempotencyKey: string,
): Promise<{ order: Order; repeated: number }> {
  const { action, expect } = options;
  checkOptions(options);
  const params = paramsOf(options);
  const { target, repeated } = await readTarget(options);
  if ('filter' in target) checkRepeatable(options);
  const order = {
    action,
    target,
    ...(Object.keys(params).length > 0 && { params }),
    ...(expect !== undefined && { expectedCount: expect }),
    waitUntilSettled: options.wait,
    idempotencyKey,
  };
  return { order, repeated };
}

function checkOptions(options: BulkOptions): void {
  const { action } = options;
  const needed = NEEDS[action] ?? [];
  for (const [option, flag] of Object.entries(FLAG) as [Needed, string][]) {
    const isGiven = options[option] !== undefined;
    if (needed.includes(option) && !isGiven) throw new WrongUsage(`--action ${action} needs ${flag}.`);
    if (!needed.includes(option) && isGiven) {
      throw new WrongUsage(`${flag} has no meaning with --action ${action}.`);
    }
  }
  if (action === 'CLOSE' && options.expect === undefined && !options.dryRun) {
    throw new WrongUsage('--action CLOSE needs --expect with the number of SIMs: closing cannot be undone.');
  }
}

/** A key belongs to one order: the number of SIMs and the date in it must be the same each time. */
function checkRepeatable(options: BulkOptions): void {
  const { idempotencyKey, expect, dryRun } = options;
  if (idempotencyKey === undefined || dryRun) return;
  if (expect === undefined) {
    throw new WrongUsage(
      '--idempotency-key needs --expect here: another number of SIMs may match next time.',
    );
  }
  const relative = relativeFlag(options);
  if (relative !== undefined) {
    throw new WrongUsage(
      `--idempotency-key needs a date after ${relative}: a relative time is another date next time.`,
    );
  }
}

/** Errors: WrongUsage. */
export function paramsOf(values: ActionValues): Params {
  const { text, toGroup, name, limit, profile, profileAction, imeiLock } = values;
  return {
    ...(text !== undefined && { text }),
    ...(toGroup !== undefined && { group: toGroup }),
    ...(name !== undefined && { name }),
    ...(limit !== undefined && { dataLimit: dataLimit(limit) }),
    ...(profile !== undefined && { profile }),
    ...(profileAction !== undefined && { profileAction }),
    ...(imeiLock !== undefined && { imeiLocked: imeiLock === 'on' }),
  };
}

function dataLimit(limit: string): NonNullable<Params['dataLimit']> {
  if (limit === 'unlimited') return { unlimited: true };
  if (!/^[1-9]\d{0,8}$/.test(limit)) {
    throw new WrongUsage('The data limit must be a whole number of megabytes of at least 1, or unlimited.');
  }
  return { megabytes: Number(limit) };
}
