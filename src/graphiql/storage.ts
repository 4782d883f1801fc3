/** Separates this page's keys from those of another GraphiQL on the same host and port. */
const prefix = 'sim-gateway/';

/** The browser's storage for tabs, history and settings, with prefixed keys. In memory if the browser blocks localStorage. */
export function openStorage(): Storage {
  const store = browserStore() ?? forgetfulStore();
  const ownKeys = () => store.keys().filter((key) => key.startsWith(prefix));
  return {
    get length() {
      return ownKeys().length;
    },
    key: (index) => ownKeys()[index]?.slice(prefix.length) ?? null,
    getItem: (key) => store.get(prefix + key) ?? null,
    setItem: (key, value) => void store.set(prefix + key, value),
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
