import type { World } from '../world/world.ts';

/** Gives the page of a list that begins at `offset`. */
export function pageOf<T>(items: readonly T[], offset: number, pageSize: number): T[] {
  return items.slice(offset, offset + pageSize);
}

/** Gives the items of an answer in the order of the world's manners: as they are, or in another one each time. */
export function inOrder<T>(world: World, items: readonly T[]): readonly T[] {
  if (world.behaviour.order === 'stable') return items;
  return items
    .map((item) => ({ item, place: Math.random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ item }) => item);
}
