import { BoundedMap } from '../../base/bounded-map.ts';
import type { Clock } from '../../base/clock.ts';
import type { Sim } from '../../sim-api/index.ts';

interface Written {
  readonly sim: Sim;
  /** Start of the newest read that found this SIM, by the monotonic clock. */
  askedAtMs: number;
  readonly writtenAtMs: number;
}

/**
 * Time for which a written SIM stands for its row. Others may write the row meanwhile: another gateway, or the sync. A read that finds the
 * SIM as the write buffer wrote it is then not written before this time has passed.
 */
const validMs = 30_000;
/** Maximum number of SIMs; each takes about 1 KB. */
const maxSims = 10_000;

/** The SIMs that the write buffer passed to the index last, so that a read that found nothing new is not written again. */
export class WrittenSims {
  private readonly sims = new BoundedMap<string, Written>(maxSims);

  constructor(private readonly clock: Clock) {}

  /** Whether the index has the same values of this SIM, or those of a later read. */
  has(sim: Sim, askedAtMs: number): boolean {
    const written = this.sims.get(sim.iccid);
    if (written === undefined || this.clock.monotonicMs() - written.writtenAtMs > validMs) return false;
    if (askedAtMs < written.askedAtMs) return true;
    if (!isSame(written.sim, sim)) return false;
    written.askedAtMs = askedAtMs;
    return true;
  }

  /** Records that a SIM that was read at `askedAtMs` is passed to the index, which discards it if its row is newer. */
  add(sim: Sim, askedAtMs: number): void {
    this.sims.set(sim.iccid, { sim, askedAtMs, writtenAtMs: this.clock.monotonicMs() });
  }

  /** Forgets a SIM whose row is written in another way, or is about to change. */
  delete(iccid: string): void {
    this.sims.delete(iccid);
  }
}

/**
 * Whether two values have the same JSON form. The decoder gives all SIMs the same properties, so those of `one` are those of `other`, and
 * `for in` needs no list of them.
 */
function isSame(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false;
  if (one instanceof Date) return other instanceof Date && one.getTime() === other.getTime();
  if (Array.isArray(one) && one.length !== (other as readonly unknown[]).length) return false;
  for (const name in one)
    if (!isSame((one as Record<string, unknown>)[name], (other as Record<string, unknown>)[name]))
      return false;
  return true;
}
