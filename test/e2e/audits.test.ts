import { beforeAll, describe, expect, test } from '@jest/globals';
import { type AuditResult, auditServer } from 'graphql-http';
import { runGateway } from '../support/running.ts';

const isNoPlainGet =
  'a GET such as any web page can send in its reader’s name is 400: only one with a content-type of its own is taken';
const isClientFault =
  'what cannot be executed is 400 under application/json too, so that a proxy or a log can tell it from an answer';

/** Where the gateway does other than the draft of GraphQL over HTTP would like, and why. */
const otherwise = [
  { id: '5A70', level: 'MAY', about: 'GET requests', because: isNoPlainGet },
  { id: 'D6D5', level: 'MAY', about: 'variables in GETs, accepting graphql-response', because: isNoPlainGet },
  { id: '6A70', level: 'MAY', about: 'variables in GETs, accepting json', because: isNoPlainGet },
  { id: '572B', level: 'SHOULD', about: '200 on a syntax error', because: isClientFault },
  { id: 'FDE2', level: 'SHOULD', about: '200 on an invalid document', because: isClientFault },
  { id: '7B9B', level: 'SHOULD', about: '200 on an invalid variable', because: isClientFault },
] as const;

const levelOf = ({ name }: AuditResult) => name.split(' ', 1)[0];

describe('the audits of GraphQL over HTTP', () => {
  const running = runGateway();
  let results: AuditResult[];

  beforeAll(async () => {
    results = await auditServer({ url: `${running.gateway.url}/graphql` });
  });

  test('pass wherever the draft says MUST', () => {
    const musts = results.filter((result) => levelOf(result) === 'MUST');
    expect(musts.length).toBeGreaterThanOrEqual(10);
    expect(musts.filter(({ status }) => status !== 'ok')).toEqual([]);
  });

  test('pass but for six wishes, each answered with 400 for a reason', () => {
    const failed = results.filter((result) => result.status !== 'ok');
    expect(failed.map((result) => `${levelOf(result)} ${result.id}`).sort()).toEqual(
      otherwise.map(({ id, level }) => `${level} ${id}`).sort(),
    );
    expect(failed.map(({ response }) => response.status)).toEqual(otherwise.map(() => 400));
    expect({ all: results.length, ok: results.length - failed.length }).toEqual({ all: 61, ok: 55 });
  });
});
