import DataLoader from 'dataloader';
import { fromFailure } from '../../errors/index.ts';

/** Reads the items of keys. Shape: same length and order as the keys; an Error stands for an item that cannot be read. */
export type ReadItems<V> = (keys: readonly string[]) => Promise<readonly (V | Error)[]>;

/**
 * Reads items for one request: all lists that are loaded in the same turn of the event loop are read in one batch, and each item is read
 * once. A list is one key of the DataLoader inside, so that a list of 1000 items takes one promise and not 1000.
 */
export class ListLoader<V extends object> {
  /** Items that were read. */
  private readonly items = new Map<string, V | Error>();
  /** The batch of each key that is being read. */
  private readonly batches = new Map<string, Promise<void>>();
  private readonly lists: DataLoader<readonly string[], void>;

  constructor(read: ReadItems<V>) {
    this.lists = new DataLoader(
      async (lists) => {
        const keys = lists.length === 1 && lists[0] !== undefined ? lists[0] : lists.flat();
        const items = await itemsOf(read, keys);
        for (const [index, key] of keys.entries()) {
          const item = items[index];
          if (item !== undefined) this.items.set(key, item);
        }
        return lists.map(() => undefined);
      },
      { cache: false },
    );
  }

  /** The item of a key, or the Error that stands for it; undefined if it was neither read nor primed. */
  peek(key: string): V | Error | undefined {
    return this.items.get(key);
  }

  /** Errors: the error that stands for the item. */
  async load(key: string): Promise<V> {
    if (!this.items.has(key)) await this.read([key]);
    const item = this.items.get(key);
    if (item === undefined) throw unreadItem();
    if (item instanceof Error) throw item;
    return item;
  }

  /** Resolves when `peek` has the items of all keys; undefined if it has them already. */
  read(keys: readonly string[]): Promise<unknown> | undefined {
    const missing = new Set<string>();
    const pending = new Set<Promise<void>>();
    for (const key of keys) {
      if (this.items.has(key)) continue;
      const batch = this.batches.get(key);
      if (batch === undefined) missing.add(key);
      else pending.add(batch);
    }
    if (missing.size > 0) {
      const batch = this.lists.load([...missing]);
      for (const key of missing) this.batches.set(key, batch);
      pending.add(batch);
    }
    return pending.size === 0 ? undefined : Promise.all(pending);
  }

  /** Adds an item that was read elsewhere. An item that was read before, or is being read, stays: it may be newer. */
  prime(key: string, item: V | Error): void {
    if (!this.items.has(key) && !this.batches.has(key)) this.items.set(key, item);
  }
}

/** The items, or an Error for each of them if the whole read fails. */
async function itemsOf<V>(read: ReadItems<V>, keys: readonly string[]): Promise<readonly (V | Error)[]> {
  try {
    return await read(keys);
  } catch (error) {
    const failure = fromFailure(error);
    return keys.map(() => failure);
  }
}

/** The fault of a batch that has no item for one of its keys. */
export function unreadItem(): Error {
  return new Error('a batch has no item for a key');
}
