import { type RawBuilder, sql } from 'kysely';
import { type FleetScope, matches } from './filter.store.ts';
import type { ListParts, Part } from './keyset-ranges.store.ts';
import { rowColumns } from './row.store.ts';

/**
 * How the SIMs of a page are found.
 * - `indexScan`: an index scan in list order until the page is full. Fast if most SIMs match, very slow if few do.
 * - `boundedScan`: the same scan, bounded to some thousands of rows for each part. The page may be short, but never skips a SIM.
 * - `filterThenSort`: finds all SIMs that match, then sorts them. Fast if few match.
 */
export type SearchPlan = 'indexScan' | 'boundedScan' | 'filterThenSort';

/**
 * The statement for up to `limit` rows of a list, in the order of its parts. `boundedScan` scans up to `maxScanned` rows of each part. The
 * limits stand in the text: the planner assumes that an unknown limit takes a tenth of the rows, which would make it sort the whole list.
 */
export function selectPage(
  scope: FleetScope,
  { columns, parts }: ListParts,
  searchPlan: SearchPlan,
  limit: number,
  maxScanned: number,
): RawBuilder<unknown> {
  const [only] = parts;
  if (searchPlan === 'indexScan' && only !== undefined && parts.length === 1)
    return sql`${selectAllOf(scope, only)} limit ${sql.lit(limit)}`;
  const matched =
    searchPlan === 'filterThenSort'
      ? [sql`matched as materialized (select ${columns} from fleet_sim where ${matches(scope)})`]
      : [];
  const found = parts.map((part, index) => {
    // The rows that earlier parts have returned are subtracted from the limit.
    const given = parts
      .slice(0, index)
      .map((_, before) => sql` - (select count(*) from ${partName(before)})`);
    return sql`${partName(index)} as materialized (
      select iccid, ${sql.lit(index)} as part, row_number() over () as place
      from (${selectPart(scope, part, searchPlan, maxScanned, parts.slice(0, index))} limit ${sql.lit(limit)}${sql.join(given, sql``)}) as part)`;
  });
  const all = sql.join(
    parts.map((_, index) => sql`select * from ${partName(index)}`),
    sql` union all `,
  );
  return sql`
    with ${sql.join([...matched, ...found])}
    select ${rowColumns}
    from (select * from (${all}) as parts order by part, place limit ${sql.lit(limit)}) as page
    join fleet_sim using (iccid)
    where tenant = ${scope.tenant}
    order by part, place`;
}

/** The statements for all rows of a list, one for each part. Each can be read in the order of a database index. */
export function selectAll(scope: FleetScope, { parts }: ListParts): RawBuilder<unknown>[] {
  return parts.map((part) => selectAllOf(scope, part));
}

function selectAllOf(scope: FleetScope, { where, order }: Part): RawBuilder<unknown> {
  return sql`select ${rowColumns} from fleet_sim where ${matches(scope)} and ${where} order by ${order}`;
}

function selectPart(
  scope: FleetScope,
  { where, order }: Part,
  searchPlan: SearchPlan,
  maxScanned: number,
  earlier: readonly Part[],
): RawBuilder<unknown> {
  if (searchPlan === 'filterThenSort') return sql`select iccid from matched where ${where} order by ${order}`;
  if (searchPlan === 'indexScan')
    return sql`select iccid from fleet_sim where ${matches(scope)} and ${where} order by ${order}`;
  return sql`
    select iccid from (
      select * from fleet_sim where tenant = ${scope.tenant} and ${where} order by ${order} limit ${sql.lit(maxScanned)}) as scanned
    where ${sql.join([matches(scope), ...earlier.map((part) => isExhausted(scope, part, maxScanned))], sql` and `)}`;
}

/**
 * Whether the bounded scan of a part reaches the end of the part. If it does not, the later parts must return no rows: a page with them
 * would skip the SIMs between the end of the scan and the next part. The page is then short. PostgreSQL evaluates this condition before the
 * first row of a later part, and not at all if the limit of that part is 0.
 */
function isExhausted(scope: FleetScope, { where }: Part, maxScanned: number): RawBuilder<unknown> {
  return sql`(
    select count(*) from (
      select from fleet_sim where tenant = ${scope.tenant} and ${where} limit ${sql.lit(maxScanned)}) as scanned) < ${sql.lit(maxScanned)}`;
}

function partName(index: number): RawBuilder<unknown> {
  return sql.raw(`part${index}`);
}
