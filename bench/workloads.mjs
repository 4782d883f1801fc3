/**
 * The workloads. A variant of a workload is one request: `variables` for GraphQL, and `plain` for peers with paths, which is the same
 * question in another form.
 */
import { fleetSize, groups, iccidOf } from './fleet.mjs';
import { costs, page, reset, search, single, wide } from './operations.mjs';

const times = (count, each) => Array.from({ length: count }, (_, index) => each(index));

/** Different SIMs, scattered over the fleet. */
function listOf(count, variant) {
  const scattered = times(
    2 * count,
    (place) => (variant * 131 + place * 97 + ((place * place) % 89)) % fleetSize,
  );
  return [...new Set(scattered)].slice(0, count).map(iccidOf);
}

const ofSingle = (variant) => {
  const iccid = iccidOf((variant * 4099) % fleetSize);
  return { variables: { by: { iccid } }, plain: { iccid } };
};

const ofList = (count) => (variant) => {
  const iccids = listOf(count, variant);
  return { variables: { refs: iccids.map((iccid) => ({ iccid })) }, plain: { iccids } };
};

const ofReset = (variant) => {
  const iccids = listOf(100, variant);
  return { variables: { input: { sims: iccids.map((iccid) => ({ iccid })) } }, plain: { iccids } };
};

/** `endCursors[n]` is the gateway's cursor after SIM number 50 (n + 1) of the list. */
const ofPage = (variant, { endCursors }) => {
  const number = variant % endCursors.length;
  return { variables: { after: endCursors[number] }, plain: { after: iccidOf(50 * (number + 1) - 1) } };
};

const ofSearch = (variant) => {
  const filter = {
    states: ['LIVE'],
    groups: [groups[variant % groups.length], groups[(variant + 3) % groups.length]],
    usedPercentAtLeast: 60 + (variant % 30),
  };
  return {
    variables: { filter, orderBy: { field: 'USED_BYTES', direction: 'DESC' } },
    plain: { ...filter },
  };
};

/** W2 with another number of SIMs. */
export const listWorkload = (count) => ({
  path: 'w2',
  text: costs,
  variantCount: count > 100 ? 40 : 200,
  variant: ofList(count),
});

const one = { path: 'w1', text: single, variantCount: 2000, variant: ofSingle };
const hundred = listWorkload(100);
const thousand = { path: 'w3', text: wide, variantCount: 40, variant: ofList(1000) };
const plainPage = { path: 'w4', text: page, variantCount: 150, variant: ofPage };
const searchPage = { path: 'w4f', text: search, variantCount: 200, variant: ofSearch };
const change = { path: 'w5', text: reset, variantCount: 200, variant: ofReset };

/** `reference` names the peer that ratios are relative to. `mix` gives the share of each part in ten requests. */
export const workloads = [
  { name: 'w1', title: 'W1: one SIM', clients: 50, reference: 'bff', ...one },
  { name: 'w2', title: 'W2: 100 SIMs with their cost', clients: 20, reference: 'bff', ...hundred },
  { name: 'w3', title: 'W3: 1000 SIMs, 8 fields', clients: 8, reference: 'bff', ...thousand },
  { name: 'w4', title: 'W4: a page of 50', clients: 20, reference: 'pg', ...plainPage },
  {
    name: 'w4f',
    title: 'W4f: a page of 50, filtered, sorted, counted',
    clients: 20,
    reference: 'pg',
    ...searchPage,
  },
  { name: 'w5', title: 'W5: reset of 100 SIMs', clients: 10, reference: 'bff', ...change },
  { name: 'w6a', title: 'W6a: W1 at 20 ms latency', clients: 100, reference: 'bff', latencyMs: 20, ...one },
  {
    name: 'w6b',
    title: 'W6b: W2 at 20 ms latency',
    clients: 100,
    reference: 'bff',
    latencyMs: 20,
    ...hundred,
  },
  {
    name: 'w7',
    title: 'W7: W1, W2 and W4 mixed, 1 % aborted',
    clients: 50,
    reference: 'bff-pg',
    abortEach: 100,
    mix: [
      [one, 8],
      [hundred, 1],
      [plainPage, 1],
    ],
  },
];

/**
 * All variants of a workload, each with its `path` and `text`. `context.endCursors` are the cursors of the list.
 */
export function variantsOf(workload, context) {
  if (workload.mix === undefined)
    return times(workload.variantCount, (number) => variantOf(workload, number, context));
  const parts = workload.mix.flatMap(([part, share]) => times(share, () => part));
  return times(100 * parts.length, (number) =>
    variantOf(parts[number % parts.length], Math.floor(number / parts.length) * 7 + (number % 7), context),
  );
}

function variantOf(part, number, context) {
  const { path, text } = part;
  return { path, text, ...part.variant(number, context) };
}
