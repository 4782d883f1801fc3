import type { TokenDirectory } from './token.ts';
import { createWorld, type World, type WorldOptions } from './world.ts';

/** All worlds of a sandbox. */
export interface Worlds {
  /** Null if the id is taken. */
  create(options: WorldOptions): World | null;
  list(): World[];
  get(id: string): World | undefined;
  /** False if there was no such world. */
  remove(id: string): boolean;
  /** The world that an access token was issued for, even if the token has expired. */
  ofAccessToken(token: string): World | undefined;
  ofRefreshToken(token: string): World | undefined;
}

export function createWorlds(): Worlds {
  const worlds = new Map<string, World>();
  const directory: TokenDirectory = { access: new Map(), refresh: new Map() };

  return {
    create(options) {
      if (worlds.has(options.id)) return null;
      const world = createWorld(options, directory);
      worlds.set(world.id, world);
      return world;
    },
    list: () => [...worlds.values()],
    get: (id) => worlds.get(id),
    remove(id) {
      for (const issued of [directory.access, directory.refresh]) {
        for (const [token, worldId] of issued) if (worldId === id) issued.delete(token);
      }
      return worlds.delete(id);
    },
    ofAccessToken: (token) => worlds.get(directory.access.get(token) ?? ''),
    ofRefreshToken: (token) => worlds.get(directory.refresh.get(token) ?? ''),
  };
}
