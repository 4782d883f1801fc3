import DataLoader from 'dataloader';
import { fromFailure } from '../../errors/index.ts';
import type { AccountBalance, SimApi, YearMonth } from '../../sim-api/index.ts';

/** Reads what belongs to the account as a whole, each thing once for one request. Errors: what the SIM API fails with. */
export interface AccountLoader {
  /** Errors: NO_BALANCE_HISTORY among them. */
  balance(month: YearMonth): Promise<AccountBalance>;
  groups(): Promise<readonly string[]>;
  /** Errors: FEATURE_NOT_ENABLED among them. */
  availableProfiles(): Promise<readonly string[]>;
}

/** A loader of the account. */
export function createAccountLoader(simApi: SimApi): AccountLoader {
  const { account } = simApi;
  const balances = new DataLoader<YearMonth, AccountBalance>((months) =>
    Promise.all(months.map((month) => account.balance(month).catch((error: unknown) => fromFailure(error)))),
  );
  return {
    balance: (month) => balances.load(month),
    groups: once(() => account.groups()),
    availableProfiles: once(() => account.availableProfiles()),
  };
}

/** The result of the first call, for every call. */
function once<T>(read: () => Promise<T>): () => Promise<T> {
  let result: Promise<T> | undefined;
  return () => {
    result ??= read().catch((error: unknown) => {
      throw fromFailure(error);
    });
    return result;
  };
}
