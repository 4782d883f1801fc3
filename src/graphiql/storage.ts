import { currentKey } from './credential.ts';
import { withoutSecrets } from './stored-text.ts';

/** Separates this page's keys from those of another GraphiQL on the same host and port. */
const prefix = 'sim-gateway/';

/**
 * The browser's storage for tabs, history and settings, with prefixed keys. In memory if the browser blocks localStorage. Stores no request
 * headers and no credentials, and removes headers that an earlier version of the page has stored.
 */
export function openStorage(): Storage {
  const store = browserStore() ?? forgetfulStore();
  const ownKeys = () => store.keys().filter((key) => key.startsWith(prefix));
  const put = (key: string, value: string) => {
    const text = withoutSecrets(key, value, currentKey());
    if (text === null) store.delete(prefix + key);
    else store.set(prefix + key, text);
  };
  for (const key of ownKeys()) put(key.slice(prefix.length), store.get(key) ?? '');
  return {
    get length() {
      return ownKeys().length;
    },
    key: (index) => ownKeys()[index]?.slice(prefix.length) ?? null,
    getItem(key) {
      const value = store.get(prefix + key) ?? null;
      // GraphiQL stores this in place of the width when a panel is dragged to nothing, and then keeps the panel hidden after each reload.
      return key === 'graphiql:docExplorerFlex' && value === 'hide-first' ? null : value;
    },
    setItem: put,
    removeItem: (key) => void store.delete(prefix + key),
    clear: () => {
      for (const key of ownKeys()) store.delete(key);
    },
  };
}

interface Store {
  keys(): string[];
  get(key: string): string | null | undefined;
  set(key: string, value: string): unknown;
  delete(key: string): unknown;
}

/** undefined if the browser blocks localStorage: reading the property throws then. */
function browserStore(): Store | undefined {
  try {
    const store = window.localStorage;
    return {
      keys: () => Object.keys(store),
      get: (key) => store.getItem(key),
      set: (key, value) => store.setItem(key, value),
      delete: (key) => store.removeItem(key),
    };
  } catch {
    return undefined;
  }
}

/** In memory: lasts as long as the page. */
function forgetfulStore(): Store {
  const entries = new Map<string, string>();
  return {
    keys: () => [...entries.keys()],
    get: (key) => entries.get(key),
    set: (key, value) => entries.set(key, value),
    delete: (key) => entries.delete(key),
  };
}
