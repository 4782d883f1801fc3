import { costOf, fleetSize, indexOf, simOf } from '../fleet.mjs';
import { response } from './http-parser.mjs';

/** Complete responses that are kept; a workload has a few hundred different requests. */
const maxCached = 12_000;
const maxCachedBytes = 300_000_000;
const pageSize = 1000;

const month = { month: new Date().getUTCMonth() + 1, year: new Date().getUTCFullYear() };
const comma = Buffer.from(',');
const close = Buffer.from(']');
const closeObject = Buffer.from(']}');

/** Returns the item of an index as JSON. Those of the default fleet are cached; a million of them would take too much memory. */
function serialised(each) {
  const bytesOf = (index) => Buffer.from(JSON.stringify(each(index)));
  const cached = Array.from({ length: fleetSize }, (_, index) => bytesOf(index));
  return (index) => cached[index] ?? bytesOf(index);
}

const simBytes = serialised(simOf);
const costBytes = serialised((index) => costOf(index, month));

const accepted = response(Buffer.from('{"message":"accepted"}'));
const notFound = response(
  Buffer.from('{"error_code":"E002","error_description":"no such SIM"}'),
  '404 Not Found',
);
const token = response(
  Buffer.from(
    '{"access_token":"5b5e2cf5-2b0b-4d3c-9d1a-0a0c8a3d6f10","token_type":"bearer","expires_in":604799,"scope":"read write trust"}',
  ),
);

function joined(open, items, end) {
  const parts = [open];
  for (const [position, item] of items.entries()) {
    if (position > 0) parts.push(comma);
    parts.push(item);
  }
  parts.push(end);
  return Buffer.concat(parts);
}

function page(name, items, offset, total) {
  const open = Buffer.from(`{"found":${items.length},"offset":${offset},"total":${total},"${name}":[`);
  return response(joined(open, items, closeObject));
}

/** The indexes of the SIMs that a target names, as a list with commas or as repeated parameters; `sims` is the size of the fleet. */
function namedIn(target, sims) {
  return [...target.matchAll(/[?&]iccid=([^&]*)/g)]
    .flatMap(([, list]) => list.replaceAll('%2C', ',').split(','))
    .map(indexOf)
    .filter((index) => index < sims);
}

function build(path, target, sims) {
  if (path === '/v1/get_sims') {
    const items = namedIn(target, sims).map(simBytes);
    return page('sims', items, 0, items.length);
  }
  if (path === '/v1/get_sim_costs')
    return response(joined(Buffer.from('['), namedIn(target, sims).map(costBytes), close));
  if (path === '/v1/get_sim_cost') {
    const [cost] = namedIn(target, sims).map(costBytes);
    return cost === undefined ? notFound : response(cost);
  }
  if (path === '/v1/get_account_sims') {
    const offset = Number(/[?&]offset=(\d+)/.exec(target)?.[1] ?? 0);
    const count = Math.max(0, Math.min(pageSize, sims - offset));
    const items = Array.from({ length: count }, (_, place) => simBytes(offset + place));
    return page('sims', items, offset, sims);
  }
  if (path === '/v1/get_account_groups') return response(Buffer.from('[]'));
  return notFound;
}

/** Creates the answers of a fleet, which `setSims` resizes. Responses are kept, so that the stub is not the bottleneck. */
export function createAnswers() {
  const cache = new Map();
  let cachedBytes = 0;
  let sims = fleetSize;
  const clear = () => {
    cache.clear();
    cachedBytes = 0;
  };
  return {
    setSims(count) {
      sims = count;
      clear();
    },
    answerTo(method, target) {
      if (method === 'PUT') return accepted;
      if (method === 'POST') return token;
      const cached = cache.get(target);
      if (cached !== undefined) return cached;
      const query = target.indexOf('?');
      const built = build(query === -1 ? target : target.slice(0, query), target, sims);
      if (cache.size >= maxCached || cachedBytes + built.length > maxCachedBytes) clear();
      cache.set(target, built);
      cachedBytes += built.length;
      return built;
    },
  };
}
