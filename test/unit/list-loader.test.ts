import { expect, test } from '@jest/globals';
import { ListLoader } from '../../src/gateway/common/list-loader.ts';

interface Item {
  readonly key: string;
}

/** A loader, and the lists that it read. */
function createLoader(read: (key: string) => Item | Error = (key) => ({ key })) {
  const batches: string[][] = [];
  const loader = new ListLoader<Item>(async (keys) => {
    batches.push([...keys]);
    return keys.map(read);
  });
  return { loader, batches };
}

test('reads the lists of one turn in one batch, each key once', async () => {
  const { loader, batches } = createLoader();
  const [one] = await Promise.all([loader.load('a'), loader.read(['a', 'b', 'b']), loader.read(['c'])]);
  expect(one).toEqual({ key: 'a' });
  expect(batches).toEqual([['a', 'b', 'c']]);
  expect(['a', 'b', 'c'].map((key) => loader.peek(key))).toEqual([{ key: 'a' }, { key: 'b' }, { key: 'c' }]);
});

test('does not read an item twice, neither while it is read nor afterwards', async () => {
  const { loader, batches } = createLoader();
  const first = loader.read(['a', 'b']);
  await Promise.resolve();
  await Promise.all([first, loader.read(['b', 'c'])]);
  await loader.load('c');
  expect(loader.read(['a', 'b', 'c'])).toBeUndefined();
  expect(batches.flat().sort()).toEqual(['a', 'b', 'c']);
});

test('one failing item fails no other', async () => {
  const { loader } = createLoader((key) => (key === 'b' ? new Error('b is broken') : { key }));
  await loader.read(['a', 'b']);
  expect(loader.peek('a')).toEqual({ key: 'a' });
  await expect(loader.load('b')).rejects.toThrow('b is broken');
});

test('a read that fails as a whole is the failure of each of its items, and of no other', async () => {
  const { loader } = createLoader((key) => {
    if (key === 'a') throw new Error('the read is broken');
    return { key };
  });
  await loader.read(['a', 'b']);
  await expect(loader.load('a')).rejects.toThrow('the read is broken');
  await expect(loader.load('b')).rejects.toThrow('the read is broken');
  await expect(loader.load('c')).resolves.toEqual({ key: 'c' });
});

test('an item that was primed is not read, and priming replaces no item', async () => {
  const { loader, batches } = createLoader();
  loader.prime('a', { key: 'primed' });
  await expect(loader.load('a')).resolves.toEqual({ key: 'primed' });
  await loader.load('b');
  loader.prime('b', { key: 'late' });
  expect(loader.peek('b')).toEqual({ key: 'b' });
  expect(batches).toEqual([['b']]);
});

test('an item that is primed while it is read does not replace what the read finds', async () => {
  const { loader } = createLoader(() => ({ key: 'new' }));
  const read = loader.read(['a']);
  loader.prime('a', { key: 'old' });
  await read;
  expect(loader.peek('a')).toEqual({ key: 'new' });
});
