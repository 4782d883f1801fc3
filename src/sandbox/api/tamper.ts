import type { Fault } from '../world/fault.list.ts';
import type { Answer } from './answer.ts';

/** An ICCID that exists in no world. */
const FOREIGN_ICCID = '8999999000000000007';

/** Returns a bulk answer with SIMs omitted, duplicated, or added without being requested. */
export function tampered(answer: Answer, fault: Extract<Fault, { kind: 'tamper' }>): Answer {
  const { json } = answer;
  if (Array.isArray(json)) return { ...answer, json: tamperedItems(json, fault) };
  if (typeof json !== 'object' || json === null) return answer;
  return {
    ...answer,
    json: Object.fromEntries(
      Object.entries(json).map(([key, value]) => [
        key,
        Array.isArray(value) ? tamperedItems(value, fault) : value,
      ]),
    ),
  };
}

function tamperedItems(items: readonly unknown[], fault: Extract<Fault, { kind: 'tamper' }>): unknown[] {
  const omitted = new Set(fault.omit);
  const duplicated = new Set(fault.duplicate);
  const remaining = items.flatMap((item) => {
    const iccid = iccidOf(item);
    if (iccid === null) return [item];
    if (omitted.has(iccid)) return [];
    return duplicated.has(iccid) ? [item, item] : [item];
  });
  const model = remaining.find((item) => iccidOf(item) !== null);
  if (fault.foreign && typeof model === 'object') remaining.unshift({ ...model, iccid: FOREIGN_ICCID });
  return remaining;
}

function iccidOf(item: unknown): string | null {
  const isSim = typeof item === 'object' && item !== null && 'iccid' in item;
  return isSim && typeof item.iccid === 'string' ? item.iccid : null;
}
