import * as z from 'zod';
import type { Change } from '../sim-api/index.ts';

/** The values of a change as the audit log shows them; of a message text only its length. */
export function argumentsOf(change: Change): object {
  switch (change.action) {
    case 'SET_DATA_LIMIT':
      return change.limitMegabytes === null ? { unlimited: true } : { megabytes: change.limitMegabytes };
    case 'SEND_SMS':
      return { textLength: change.text.length };
    case 'ESIM_PROFILE':
      return { profile: change.profile, profileAction: change.profileAction.toUpperCase() };
    default: {
      const { action: _, ...values } = change;
      return values;
    }
  }
}

const state = z.enum(['ACTIVATE', 'DEACTIVATE', 'SUSPEND', 'RESUME', 'TEST', 'ACTIVE_READY', 'CLOSE']);
const profileAction = z.enum(['ENABLE', 'DELETE', 'DOWNLOAD', 'DOWNLOAD_AND_ENABLE']);

const kept = z.union([
  z.object({ action: state }),
  z.object({ action: z.literal('SET_NAME'), name: z.string() }),
  z.object({ action: z.literal('SET_GROUP'), group: z.string() }),
  z
    .object({
      action: z.literal('SET_DATA_LIMIT'),
      megabytes: z.number().optional(),
      unlimited: z.literal(true).optional(),
    })
    .transform(({ action, megabytes = null }) => ({ action, limitMegabytes: megabytes })),
  z
    .object({ action: z.literal('ESIM_PROFILE'), profile: z.string(), profileAction })
    .transform(({ profileAction: asked, ...rest }) => ({
      ...rest,
      profileAction: asked.toLowerCase() as Lowercase<typeof asked>,
    })),
]);

/** A change from what the audit log shows of it; null where its effect could not be seen on a SIM anyway. */
export function changeFrom(action: string, values: unknown): Change | null {
  return kept.safeParse({ ...(values as object), action }).data ?? null;
}
