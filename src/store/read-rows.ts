import type { RawBuilder } from 'kysely';
import type pg from 'pg';
import { typedSql } from './connect.ts';
import { isUnavailable } from './store-unavailable.ts';

/** Maximum number of prepared statements. Each takes 0.1 to 0.5 MB in each connection of the server, until the connection ends. */
const maxPrepared = 30;
/** A statement is prepared when it comes for this time: page sizes and filters that come once take no place of a common list. */
const usesBefore = 10;
/** Maximum number of statements whose uses are counted. */
const maxCounted = 1000;

/** Creates the function `readRows` of the store. */
export function createRowReader(pool: pg.Pool) {
  // Plugins would walk through each statement and each row.
  const compiler = typedSql(pool).withoutPlugins();
  const names = new Map<string, string>();
  const uses = new Map<string, number>();

  /** The name of a prepared statement; undefined if it is rare or there are too many, which are then parsed and planned each time. */
  function nameOf(text: string): string | undefined {
    const known = names.get(text);
    if (known !== undefined || names.size >= maxPrepared) return known;
    const count = (uses.get(text) ?? 0) + 1;
    if (count < usesBefore) {
      if (uses.size >= maxCounted) uses.clear();
      uses.set(text, count);
      return undefined;
    }
    uses.delete(text);
    const name = `read ${names.size}`;
    names.set(text, name);
    return name;
  }

  return async (
    statement: RawBuilder<unknown>,
    { isPrepared }: { isPrepared: boolean },
  ): Promise<unknown[][]> => {
    const { sql: text, parameters } = statement.compile(compiler);
    const name = isPrepared ? nameOf(text) : undefined;
    const client = await pool.connect();
    let broken: Error | undefined;
    try {
      const { rows } = await client.query({
        ...(name !== undefined && { name }),
        text,
        values: [...parameters],
        rowMode: 'array',
      });
      return rows;
    } catch (error) {
      if (isUnavailable(error)) broken = error;
      throw error;
    } finally {
      client.release(broken);
    }
  };
}
