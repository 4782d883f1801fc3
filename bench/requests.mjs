/** Writes the requests of each subject to files, and checks that all subjects give the same answers. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { query } from '../prove/programs.mjs';
import { answers, requestOf } from './subjects.mjs';
import { variantsOf } from './workloads.mjs';

const checkedVariants = 10;
const pageSize = 50;

/** The gateway's cursors after each 50 SIMs of the list, up to `maxCursors` of them. */
export async function readCursors(gateway, maxCursors = Number.POSITIVE_INFINITY) {
  const cursors = [];
  let after = null;
  do {
    const { sims } = await query(
      new URL(gateway.path, gateway.url).href,
      'query ($after: String) { sims(first: 500, after: $after) { edges { cursor } pageInfo { hasNextPage endCursor } } }',
      { after },
      gateway.headers,
    );
    cursors.push(...sims.edges.map(({ cursor }) => cursor));
    after = sims.pageInfo.hasNextPage ? sims.pageInfo.endCursor : null;
  } while (after !== null && cursors.length <= maxCursors * pageSize);
  return cursors.filter((_, index) => index % pageSize === pageSize - 1).slice(0, -1);
}

/** Writes the requests of a subject for a workload, each with its length in 4 bytes before it. Returns the path of the file. */
export function writeRequests(folder, subject, workload, context) {
  const path = join(folder, `${subject.name}-${workload.name}.requests`);
  const parts = variantsOf(workload, context).flatMap((variant) => {
    const request = bytesOf(subject, requestOf(subject, variant));
    const length = Buffer.alloc(4);
    length.writeUInt32LE(request.length);
    return [length, request];
  });
  writeFileSync(path, Buffer.concat(parts));
  return path;
}

function bytesOf(subject, { method, target, body }) {
  const content =
    body === '' ? '' : `content-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n`;
  const own = Object.entries(subject.headers ?? {})
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('');
  return Buffer.from(
    `${method} ${target} HTTP/1.1\r\nhost: ${new URL(subject.url).host}\r\naccept: application/json\r\n${own}${content}\r\n${body}`,
  );
}

/** The answer of a subject to one variant, as text. */
export async function textOf(subject, variant) {
  const { method, target, body } = requestOf(subject, variant);
  const response = await fetch(new URL(target, subject.url), {
    method,
    headers: {
      accept: 'application/json',
      ...subject.headers,
      ...(body !== '' && { 'content-type': 'application/json' }),
    },
    ...(body !== '' && { body }),
  });
  return response.text();
}

/** `data` of an answer; the whole answer if it has errors or is not JSON. */
function dataOf(text) {
  try {
    const { data, errors } = JSON.parse(text);
    return errors === undefined ? data : { errors };
  } catch {
    return { text };
  }
}

/** Returns the reasons for which a subject is refused: workloads with an answer that differs from that of the gateway. */
export async function compareAnswers(gateway, subject, workloads, context) {
  if (subject.isBound) return [];
  const faults = [];
  for (const workload of workloads.filter((each) => answers(subject, each))) {
    const variants = variantsOf(workload, context);
    for (let number = 0; number < checkedVariants; number += 1) {
      const variant = variants[Math.floor((number * variants.length) / checkedVariants)];
      const wanted = dataOf(await textOf(gateway, variant));
      const given = dataOf(await textOf(subject, variant));
      if (wanted?.errors === undefined && isDeepStrictEqual(wanted, given)) continue;
      faults.push(`${workload.name}: ${short(given)} instead of ${short(wanted)}`);
      break;
    }
  }
  return faults;
}

const short = (value) => JSON.stringify(value)?.slice(0, 600);
