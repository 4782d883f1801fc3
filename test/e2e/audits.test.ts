import { beforeAll, describe, expect, test } from '@jest/globals';
import { type AuditResult, auditServer } from 'graphql-http';
import { runGateway } from '../support/running.ts';

const isNoPlainGet =
  'a simple GET, which any web page can send, is 400: only a GET with a content-type is accepted';
const isClientFault =
  'a request that cannot be executed is 400 for application/json too, so that proxies and logs can distinguish it from an answer';

/** Deliberate deviations of the gateway from the GraphQL over HTTP draft, and their reasons. */
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

  test('pass for every MUST of the draft', () => {
    const musts = results.filter((result) => levelOf(result) === 'MUST');
    expect(musts.length).toBeGreaterThanOrEqual(10);
    expect(musts.filter(({ status }) => status !== 'ok')).toEqual([]);
  });

  test('pass except for six optional ones, each answered with 400 for a reason', () => {
    const failed = results.filter((result) => result.status !== 'ok');
    expect(failed.map((result) => `${levelOf(result)} ${result.id}`).sort()).toEqual(
      otherwise.map(({ id, level }) => `${level} ${id}`).sort(),
    );
    expect(failed.map(({ response }) => response.status)).toEqual(otherwise.map(() => 400));
    expect({ all: results.length, ok: results.length - failed.length }).toEqual({ all: 61, ok: 55 });
  });
});
