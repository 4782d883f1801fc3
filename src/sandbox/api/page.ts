import type { World } from '../world/world.ts';

export function pageOf<T>(items: readonly T[], offset: number, pageSize: number): T[] {
  return items.slice(offset, offset + pageSize);
}

/** Returns the items in the order that the world's behaviour sets: unchanged, or shuffled on each call. */
export function inOrder<T>(world: World, items: readonly T[]): readonly T[] {
  if (world.behaviour.order === 'stable') return items;
  return items
    .map((item) => ({ item, place: Math.random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ item }) => item);
}
