import type { Money } from './cost.wire.ts';
import { countOf, instantOf, isRecord, numberOf, textOf } from './value.wire.ts';

export interface DataSession {
  readonly id: string;
  readonly startedAt: Date;
  readonly country: string | null;
  /** ISO 3166-1 alpha-3. */
  readonly countryCode: string | null;
  readonly operator: string | null;
  readonly usedBytes: number;
  readonly cost: Money | null;
}

/** Decodes a session; undefined without an ID or a start. Source: `/get_sim_sessions`. */
export function decodeSession(value: unknown): DataSession | undefined {
  if (!isRecord(value)) return undefined;
  const id = textOf(value.id);
  const startedAt = instantOf(value.start_time);
  if (id === null || startedAt === null) return undefined;
  const amount = numberOf(value.data_cost);
  const currency = textOf(value.currency);
  return {
    id,
    startedAt,
    country: textOf(value.country),
    countryCode: textOf(value.alpha3),
    operator: textOf(value.operator),
    usedBytes: countOf(value.data_size) ?? 0,
    cost: amount === null || currency === null ? null : { amount, currency },
  };
}
