import type { Caller } from './caller.ts';
import { type ApiRequest, reads } from './endpoints.ts';
import { Garbled } from './errors.ts';
import { readPage } from './read-by-key.ts';
import { type AccountBalance, decodeBalance } from './wire/cost.wire.ts';
import { textOf } from './wire/value.wire.ts';
import type { YearMonth } from './year-month.ts';

/** Reads of the account as a whole, for one trace. Source: docs/sim-api.md "Reads". */
export interface Account {
  /** Balance of one month. Source: `/get_account_balance`. Errors: SimApiFailure, among them E102. */
  balance(month: YearMonth): Promise<AccountBalance>;
  /** Names of the account's groups. Source: `/get_account_groups`. Errors: SimApiFailure. */
  groups(): Promise<readonly string[]>;
  /** eSIM profiles that the account may download. Source: `/get_available_profiles`. Errors: SimApiFailure, among them E003. */
  availableProfiles(): Promise<readonly string[]>;
}

export function createAccount(caller: Caller): Account {
  async function names(request: ApiRequest, listName: string): Promise<readonly string[]> {
    const decode = (value: unknown) => textOf(value) ?? undefined;
    return (await readPage(caller, { request, listName, decode })).items;
  }

  return {
    async balance(month) {
      const request = reads.accountBalance(month);
      const balance = decodeBalance(await caller.read(request));
      if (balance === undefined) throw new Garbled(request.operation, 'no balance');
      return balance;
    },
    groups: () => names(reads.accountGroups(), 'groups'),
    availableProfiles: () => names(reads.availableProfiles(), 'profiles'),
  };
}
