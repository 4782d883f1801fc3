/** A change that was carried out on one SIM. */
interface Effect {
  /** Time of the world's clock, epoch milliseconds. */
  readonly at: number;
  readonly path: string;
  readonly iccid: string;
  readonly params: Readonly<Record<string, string>>;
}

/** Selects effects; an absent field matches all. */
interface EffectFilter {
  readonly path?: string | undefined;
  readonly iccid?: string | undefined;
}

/** Records every change carried out in a world. */
export interface EffectLog {
  /** Returns a function that records each SIM that one call changes. */
  begin(at: number, path: string, params: Readonly<Record<string, string>>): (iccid: string) => void;
  list(filter: EffectFilter): Effect[];
  /** Number of changes of each SIM. */
  countByIccid(filter: EffectFilter): Record<string, number>;
  clear(): void;
}

interface CallEffects {
  readonly at: number;
  readonly path: string;
  readonly params: Readonly<Record<string, string>>;
  readonly iccids: string[];
}

/** Creates an effect log. Effects of one call share everything but the ICCID, so hundreds of thousands take little memory. */
export function createEffectLog(): EffectLog {
  let calls: CallEffects[] = [];

  function* matching({ path, iccid }: EffectFilter): Generator<Effect> {
    for (const call of calls) {
      if (path !== undefined && call.path !== path) continue;
      for (const changed of call.iccids) {
        if (iccid !== undefined && changed !== iccid) continue;
        yield { at: call.at, path: call.path, iccid: changed, params: call.params };
      }
    }
  }

  return {
    begin(at, path, params) {
      const iccids: string[] = [];
      return (iccid) => {
        if (iccids.length === 0) calls.push({ at, path, params, iccids });
        iccids.push(iccid);
      };
    },
    list: (filter) => [...matching(filter)],
    countByIccid(filter) {
      const counts: Record<string, number> = {};
      for (const { iccid } of matching(filter)) counts[iccid] = (counts[iccid] ?? 0) + 1;
      return counts;
    },
    clear() {
      calls = [];
    },
  };
}
