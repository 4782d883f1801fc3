import DataLoader from 'dataloader';
import { fromFailure } from '../../errors/index.ts';
import type { AccountBalance, SimApi, YearMonth } from '../../sim-api/index.ts';

/** Reads data of the account as a whole, for one request; each read is made once. Errors: those of the SIM API. */
export interface AccountLoader {
  /** Errors: also NO_BALANCE_HISTORY. */
  balance(month: YearMonth): Promise<AccountBalance>;
  groups(): Promise<readonly string[]>;
  /** Errors: also FEATURE_NOT_ENABLED. */
  availableProfiles(): Promise<readonly string[]>;
}

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

/** Calls `read` once; every call returns that result. */
function once<T>(read: () => Promise<T>): () => Promise<T> {
  let result: Promise<T> | undefined;
  return () => {
    result ??= read().catch((error: unknown) => {
      throw fromFailure(error);
    });
    return result;
  };
}
