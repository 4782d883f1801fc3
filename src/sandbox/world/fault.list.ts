import * as z from 'zod';

const iccid = z.string().regex(/^\d{18,22}$/, 'must be an ICCID: 18 to 22 digits');

const common = {
  /** A path below `/v1`; `*` is every path except `/oauth/token`. */
  path: z.string(),
  method: z.enum(['GET', 'PUT', 'POST']).optional(),
  iccid: iccid.optional(),
  times: z.int().min(1).optional(),
  skip: z.int().min(0).optional(),
};
const mayAct = { ...common, acts: z.boolean().optional() };
const ms = z.int().min(0).max(3_600_000);

/** A fault; the control API also checks that its path exists. */
export const faultSchema = z.discriminatedUnion('kind', [
  z.strictObject({ ...mayAct, kind: z.literal('delay'), ms }),
  z.strictObject({ ...mayAct, kind: z.literal('hang') }),
  z.strictObject({
    ...mayAct,
    kind: z.literal('status'),
    status: z.int().min(200).max(599),
    body: z.unknown().optional(),
    headers: z.record(z.string(), z.string()).optional(),
  }),
  z.strictObject({
    ...mayAct,
    kind: z.literal('error'),
    code: z.string().regex(/^E\d{1,9}$/, 'must be E and 1 to 9 digits'),
  }),
  z.strictObject({ ...mayAct, kind: z.literal('reset') }),
  z.strictObject({ ...mayAct, kind: z.literal('cut') }),
  z.strictObject({ ...mayAct, kind: z.literal('drip'), ms: ms.optional() }),
  z.strictObject({ ...mayAct, kind: z.literal('garbage') }),
  z.strictObject({ ...mayAct, kind: z.literal('empty') }),
  z.strictObject({ ...mayAct, kind: z.literal('html') }),
  z.strictObject({
    ...mayAct,
    kind: z.literal('tooManyRequests'),
    /** The value of the header: seconds, a date, or any other text. */
    retryAfter: z.union([z.string(), z.number()]).optional(),
  }),
  z.strictObject({ ...mayAct, kind: z.literal('unauthorized') }),
  z.strictObject({
    ...common,
    kind: z.literal('tamper'),
    omit: z.array(iccid).optional(),
    duplicate: z.array(iccid).optional(),
    foreign: z.literal(true).optional(),
  }),
]);

export type Fault = z.infer<typeof faultSchema>;

/** An active fault with the number of calls that it matched and to which it applied. */
export type ListedFault = Fault & { readonly id: number; readonly matched: number; readonly hits: number };

/** The parts of a call that a fault is matched against. */
interface FaultTarget {
  readonly path: string;
  readonly method: string;
  readonly iccids: readonly string[];
}

/** The faults of a world. If several match a call, the one that was added first applies. */
export interface FaultList {
  add(fault: Fault): ListedFault;
  list(): ListedFault[];
  clear(): void;
  /** Counts and returns the fault that applies to this call; null if none does. */
  findFault(target: FaultTarget): Fault | null;
}

export function createFaultList(): FaultList {
  let entries: { fault: Fault; id: number; matched: number; hits: number }[] = [];
  let lastId = 0;

  return {
    add(fault) {
      const entry = { fault, id: ++lastId, matched: 0, hits: 0 };
      entries.push(entry);
      return { ...fault, id: entry.id, matched: 0, hits: 0 };
    },
    list: () => entries.map(({ fault, id, matched, hits }) => ({ ...fault, id, matched, hits })),
    clear() {
      entries = [];
    },
    findFault(target) {
      for (const entry of entries) {
        const { fault } = entry;
        if (!matches(fault, target) || entry.hits >= (fault.times ?? Number.POSITIVE_INFINITY)) continue;
        entry.matched++;
        if (entry.matched <= (fault.skip ?? 0)) continue;
        entry.hits++;
        return fault;
      }
      return null;
    },
  };
}

function matches(fault: Fault, { path, method, iccids }: FaultTarget): boolean {
  const pathMatches = fault.path === '*' ? path !== '/oauth/token' : fault.path === path;
  if (!pathMatches || (fault.method !== undefined && fault.method !== method)) return false;
  return fault.iccid === undefined || iccids.includes(fault.iccid);
}
