import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { GraphQLFloat, GraphQLInt, type GraphQLScalarType } from 'graphql';
import { DateTime, EID, ICCID, SafeInt } from '../../src/gateway/common/scalars.ts';
import { interpret, TokenRefused, TooLong, TooManyRequests } from '../../src/sim-api/answer.ts';
import { Garbled, Rejected, Unreachable } from '../../src/sim-api/errors.ts';
import { simStates } from '../../src/sim-api/sim-state.ts';
import { decodeAlert } from '../../src/sim-api/wire/alert.wire.ts';
import { decodeBalance, decodeSimCost } from '../../src/sim-api/wire/cost.wire.ts';
import { decodeDiagnostics } from '../../src/sim-api/wire/diagnostics.wire.ts';
import { decodePage } from '../../src/sim-api/wire/page.wire.ts';
import { decodeSession } from '../../src/sim-api/wire/session.wire.ts';
import { decodeSim } from '../../src/sim-api/wire/sim.wire.ts';
import { decodeToken } from '../../src/sim-api/wire/token.wire.ts';
import '../support/fixed-seed.ts';

/** JSON values, with frequent edge cases. */
const odd = fc.oneof(
  fc.jsonValue(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.maxSafeNat(),
  fc.constantFrom(
    0,
    -1,
    0.4,
    1e11,
    1e15,
    253402300799999,
    253402300800000,
    2147483647,
    2147483648,
    Number.MAX_SAFE_INTEGER,
    2 ** 53,
    1e308,
  ),
  fc.constantFrom(
    '',
    ' ',
    '1e400',
    '-1',
    '0x10',
    '1600000000000',
    'NaN',
    'Infinity',
    'true',
    'PENDING',
    '\0',
  ),
);
const iccid = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('8937204999000002107', '89372040217000000013') },
  { weight: 1, arbitrary: odd },
);

/** Objects with some of these fields and any values, and sometimes JSON of another shape. */
function like(...names: string[]) {
  const fields = Object.fromEntries(names.map((name) => [name, name === 'iccid' ? iccid : odd]));
  return fc.oneof(
    { weight: 6, arbitrary: fc.record(fields, { requiredKeys: [] }) },
    { weight: 1, arbitrary: odd },
  );
}

/** Expects that the schema can serialize a value: otherwise the client's response would have an error. */
function expectLeaf(type: GraphQLScalarType, value: unknown): void {
  if (value !== null) expect(() => type.serialize(value)).not.toThrow();
}
function expectTexts(...values: unknown[]): void {
  for (const value of values) if (value !== null) expect(typeof value).toBe('string');
}
function expectMoney(money: { amount: number; currency: string } | null): void {
  if (money === null) return;
  expectLeaf(GraphQLFloat, money.amount);
  expect(money.currency).not.toBe('');
}

const simNames = [
  ...['iccid', 'eid', 'name', 'group', 'type', 'form', 'msisdn', 'imsi', 'imei', 'apn', 'data_limit'],
  ...['active_profile', 'downloaded_profiles', 'status', 'state', 'lastNetworkActivityMillis'],
  ...['lastModifiedMillis', 'lastDataSessionMillis', 'lastUsageUpdate', 'fieldOfTheFuture'],
];

describe('decoding of any JSON', () => {
  test('gives a SIM that is valid in the schema, or none', () => {
    fc.assert(
      fc.property(like(...simNames), (json) => {
        const sim = decodeSim(json);
        if (sim === undefined) return;
        expect(ICCID.parseValue(sim.iccid)).toBe(sim.iccid);
        if (sim.eid !== null) expect(EID.parseValue(sim.eid)).toBe(sim.eid);
        expectTexts(
          sim.name,
          sim.groupName,
          sim.msisdn,
          sim.imsi,
          sim.imei,
          sim.type,
          sim.formFactor,
          sim.apn,
        );
        expectTexts(sim.activeProfile, ...sim.downloadedProfiles);
        expectLeaf(GraphQLInt, sim.dataLimitMegabytes);
        expectLeaf(SafeInt, sim.dataLimitMegabytes === null ? null : sim.dataLimitMegabytes * 1_000_000);
        expect(sim.dataLimitMegabytes).not.toBe(0);
        for (const at of [
          sim.lastNetworkActivityAt,
          sim.lastModifiedAt,
          sim.lastDataSessionAt,
          sim.usageUpdatedAt,
        ])
          expectLeaf(DateTime, at);
        expect(simStates).toContain(sim.state);
      }),
      { numRuns: 500 },
    );
  });

  test('gives a SIM if it has an ICCID, with any unknown fields', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (fields) => {
        const json = JSON.parse(JSON.stringify({ ...fields, iccid: '8937204999000002107' }));
        expect(decodeSim(json)).toMatchObject({ iccid: '8937204999000002107' });
      }),
    );
  });

  test('gives a cost and a balance that are valid in the schema, or none', () => {
    fc.assert(
      fc.property(like('iccid', 'data_plan', 'data_used', 'data_cost', 'currency'), (json) => {
        for (const decoded of [decodeSimCost(json, '2026-10'), decodeBalance(json)]) {
          if (decoded === undefined) continue;
          expectLeaf(SafeInt, decoded.usedBytes);
          expectMoney(decoded.cost);
        }
        expectTexts(decodeSimCost(json, '2026-10')?.dataPlan ?? null);
      }),
      { numRuns: 500 },
    );
  });

  test('gives a session and an alert that are valid in the schema, or none', () => {
    const session = like(
      ...['id', 'country', 'alpha3', 'operator', 'data_size', 'data_cost', 'currency', 'start_time'],
    );
    fc.assert(
      fc.property(
        session,
        like('id', 'trigger', 'timestamp', 'is_read', 'iccid'),
        (sessionJson, alertJson) => {
          const found = decodeSession(sessionJson);
          if (found !== undefined) {
            expectTexts(found.id, found.country, found.countryCode, found.operator);
            expectLeaf(DateTime, found.startedAt);
            expectLeaf(SafeInt, found.usedBytes);
            expectMoney(found.cost);
          }
          const alert = decodeAlert(alertJson);
          if (alert === undefined) return;
          expectTexts(alert.id, alert.trigger);
          expectLeaf(DateTime, alert.raisedAt);
          expect(typeof alert.isRead).toBe('boolean');
          if (alert.iccid !== null) expect(ICCID.parseValue(alert.iccid)).toBe(alert.iccid);
        },
      ),
      { numRuns: 500 },
    );
  });

  test('gives diagnostics that are valid in the schema, or none', () => {
    const names = [
      ...['imei', 'deviceName', 'inDataSession', 'lastNetworkActivity', 'lastCountry', 'lastOperator'],
      ...['latitude', 'longitude', 'radius'],
    ];
    fc.assert(
      fc.property(like(...names), (json) => {
        const found = decodeDiagnostics(json);
        if (found === undefined) return;
        expectTexts(found.imei, found.deviceName, found.lastCountry, found.lastOperator);
        expectLeaf(DateTime, found.lastNetworkActivityAt);
        expect([true, false, null]).toContain(found.inDataSession);
        if (found.location === null) return;
        for (const number of Object.values(found.location)) expectLeaf(GraphQLFloat, number);
      }),
      { numRuns: 500 },
    );
  });

  test('gives a page with numbers in range that counts all items sent, or Garbled', () => {
    const list = fc.array(fc.record({ iccid }), { maxLength: 20 });
    const page = fc.oneof(
      list,
      fc.record({ found: odd, offset: odd, total: odd, sims: fc.oneof(list, odd) }, { requiredKeys: [] }),
      odd,
    );
    fc.assert(
      fc.property(page, fc.nat(1_000_000), (json, offset) => {
        try {
          const decoded = decodePage('get_sims', json, 'sims', offset, decodeSim);
          expectLeaf(GraphQLInt, decoded.total);
          expect(decoded.sent).toBeGreaterThanOrEqual(decoded.items.length);
          if (decoded.sent > 0) expect(decoded.total).toBeGreaterThanOrEqual(offset + decoded.sent);
        } catch (error) {
          expect(error).toBeInstanceOf(Garbled);
        }
      }),
      { numRuns: 500 },
    );
  });

  test('gives a token that is valid in a header and lasts at least 500 ms, or none', () => {
    const body = fc.oneof(
      like('access_token', 'refresh_token', 'expires_in').map((json) => JSON.stringify(json)),
      fc.string(),
    );
    fc.assert(
      fc.property(body, (text) => {
        const token = decodeToken(text);
        if (token === undefined) return;
        expect(() => new Headers({ authorization: `Bearer ${token.accessToken}` })).not.toThrow();
        expect(token.lifetimeMs).toBeGreaterThanOrEqual(500);
        expectTexts(token.refreshToken);
      }),
      { numRuns: 500 },
    );
  });
});

describe('any HTTP answer of the SIM API', () => {
  test('keeps all digits of an ICCID in a string, in a number and before the filler F, and leaves other texts unchanged', () => {
    const digits = fc.stringMatching(/^[1-9]\d{17,21}$/);
    const beside = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.tuple(fc.constantFrom('":', '\\": ', '[', ',\n', '\\'), digits).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(
        digits,
        beside,
        fc.constantFrom('"#"', '#', ' #\n', '"#F"', '"#f"'),
        (iccid, name, form) => {
          const body = `[{"name":${JSON.stringify(name)},"iccid":${form.replace('#', iccid)},"odd":-${iccid}.5e3}]`;
          const json = interpret(request('GET'), { status: 200, headers: {}, body });
          const { items } = decodePage('get_sims', json, 'sims', 0, decodeSim);
          expect(items).toMatchObject([{ iccid, name: name === '' ? null : name }]);
        },
      ),
      { numRuns: 100 },
    );
  });

  const answers = fc.record({
    status: fc.oneof(
      fc.integer({ min: 100, max: 599 }),
      fc.constantFrom(200, 202, 302, 401, 403, 414, 429, 431, 503),
    ),
    headers: fc.constant({}),
    body: fc.oneof(
      fc.string(),
      odd.map((json) => JSON.stringify(json)),
      fc
        .record({ error_code: odd, error_description: odd, timestamp: odd, error: odd }, { requiredKeys: [] })
        .map((json) => JSON.stringify(json)),
      fc.constantFrom('OK', ' ok\n', 'OKAY', '<html>', '{"sims": [', '\ufeff{}'),
    ),
  });
  const request = (method: 'GET' | 'PUT') => ({ operation: 'activate', method });
  const failures = [Rejected, Unreachable, Garbled, TokenRefused, TooLong, TooManyRequests];

  test.each(['GET', 'PUT'] as const)('is accepted or is one of the known failures: %s', (method) => {
    fc.assert(
      fc.property(answers, (answer) => {
        try {
          const json = interpret(request(method), answer);
          expect(answer.status).toBeGreaterThanOrEqual(200);
          expect(answer.status).toBeLessThan(300);
          if (method === 'GET') expect(json).not.toBeUndefined();
          else if (json === undefined) expect(answer.body.trim().toLowerCase()).toMatch(/^(ok)?$/);
          else expect(json).toBeInstanceOf(Object);
        } catch (error) {
          expect(failures.filter((failure) => error instanceof failure)).toHaveLength(1);
          if (!(error instanceof Rejected)) return;
          expect(error.code).not.toBe('');
          expect(error.code.length).toBeLessThanOrEqual(20);
          expect(error.description?.length ?? 0).toBeLessThanOrEqual(300);
          expect(`${error.code}${error.description ?? ''}`).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u);
          expectLeaf(DateTime, error.timestamp);
        }
      }),
      { numRuns: 1000 },
    );
  });

  test.each([400, 401, 403, 404, 414, 429, 500, 503, 200, 302])(
    'with an error code is a refusal, with any HTTP status (%d)',
    (status) => {
      const answer = { status, headers: {}, body: '{"error_code":"E201","error_description":"no"}' };
      expect(() => interpret(request('PUT'), answer)).toThrow(expect.objectContaining({ code: 'E201' }));
    },
  );

  test.each(['', ' ', '\0', 502, '502', 'upstream', null])(
    'with HTTP 502 and the error code %j is not a refusal: the effect of the call is unknown',
    (error_code) => {
      const answer = { status: 502, headers: {}, body: JSON.stringify({ error_code }) };
      expect(() => interpret(request('PUT'), answer)).toThrow(Unreachable);
    },
  );

  test.each(['null', '17', '"accepted"', 'true', '{"error":"server_error"}', '<html>', '{"sims":'])(
    'with the body %s does not count as accepting a change',
    (body) => {
      expect(() => interpret(request('PUT'), { status: 200, headers: {}, body })).toThrow(Garbled);
    },
  );
});
