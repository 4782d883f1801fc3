import type { Clock } from '../base/clock.ts';

/** The rows of one query, by id. */
export interface ReadRows<Row> {
  readonly rows: ReadonlyMap<string, Row>;
  /** Monotonic time before the query was sent: what has changed since then may be missing. */
  readonly startedAtMs: number;
}

/**
 * Reads rows by id, one query after another: an id that is asked for during a query is read by the next one, together with all others
 * that wait. However many ids are asked for, they occupy one connection of the database.
 */
export class BatchedRead<Row extends { readonly id: string }> {
  private waiting: { readonly ids: Set<string>; readonly result: Promise<ReadRows<Row>> } | null = null;
  private last: Promise<unknown> = Promise.resolve();
  private queryStartedAtMs: number | null = null;

  constructor(
    private readonly find: (ids: readonly string[]) => Promise<readonly Row[]>,
    private readonly clock: Clock,
  ) {}

  /** The result of a query that starts after this call. Errors: those of `find`. */
  read(id: string): Promise<ReadRows<Row>> {
    if (this.waiting === null) {
      const ids = new Set<string>();
      const result = this.last.then(() => this.query(ids));
      this.waiting = { ids, result };
      this.last = result.catch(() => undefined);
    }
    this.waiting.ids.add(id);
    return this.waiting.result;
  }

  /** Duration of the query that runs now, in ms; 0 if none runs. */
  runningMs(): number {
    return this.queryStartedAtMs === null ? 0 : this.clock.monotonicMs() - this.queryStartedAtMs;
  }

  private async query(ids: ReadonlySet<string>): Promise<ReadRows<Row>> {
    this.waiting = null;
    const startedAtMs = this.clock.monotonicMs();
    this.queryStartedAtMs = startedAtMs;
    try {
      const found = await this.find([...ids]);
      return { rows: new Map(found.map((row) => [row.id, row])), startedAtMs };
    } finally {
      this.queryStartedAtMs = null;
    }
  }
}
