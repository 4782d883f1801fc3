import type { YearMonth } from '../year-month.ts';
import { countOf, iccidTextOf, isRecord, numberOf, textOf } from './value.wire.ts';

/** An amount as billed by the SIM API. */
export interface Money {
  readonly amount: number;
  /** ISO 4217. */
  readonly currency: string;
}

export interface SimCost {
  readonly iccid: string;
  /** As requested. */
  readonly month: YearMonth;
  readonly dataPlan: string | null;
  readonly usedBytes: number;
  readonly cost: Money;
}

/** Usage and amount owed by the account for one month. */
export interface AccountBalance {
  readonly usedBytes: number;
  readonly cost: Money;
}

/** Decodes one SIM's cost of a month; undefined if the SIM, the bytes or the money cannot be read. Source: `/get_sim_cost`, `/get_sim_costs`. */
export function decodeSimCost(value: unknown, month: YearMonth): SimCost | undefined {
  const balance = decodeBalance(value);
  if (balance === undefined || !isRecord(value)) return undefined;
  const iccid = iccidTextOf(value.iccid);
  if (iccid === null) return undefined;
  const { usedBytes, cost } = balance;
  return { iccid, month, dataPlan: textOf(value.data_plan), usedBytes, cost };
}

/** Decodes a balance; undefined if the bytes or the money cannot be read. Source: `/get_account_balance`. */
export function decodeBalance(value: unknown): AccountBalance | undefined {
  if (!isRecord(value)) return undefined;
  const usedBytes = countOf(value.data_used);
  const amount = numberOf(value.data_cost);
  const currency = textOf(value.currency);
  if (usedBytes === null || amount === null || currency === null) return undefined;
  return { usedBytes, cost: { amount, currency } };
}
