import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { buildSchema, getNamedType } from 'graphql';
import { databaseText } from '../support/bulk.ts';
import { type CanaryWorld, createCanaryWorld, type Probe } from '../support/canary-world.ts';
import { examples } from '../support/examples.ts';
import { special } from '../support/fleet.ts';
import { whenComplete } from '../support/fleet-sync.ts';
import type { RunningGateway } from '../support/gateway.ts';
import { waitFor } from '../support/wait-for.ts';

const schema = buildSchema(readFileSync('schema/schema.graphql', 'utf8'));
const errorFields = 'error { code message retryable simApi { code description httpStatus operation } }';
const hex = (text: string) => createHash('sha256').update(text).digest('hex');

// The forms of the user names of the SIM API.
describe.each([
  ['API_USER_<digits>', `API_USER_${Number.parseInt(hex('a user name').slice(0, 9), 16)}`, { WORKERS: '1' }],
  ['64 hexadecimal digits', hex('a user name'), { WORKERS: '2', EXECUTOR: 'graphql-js' }],
] as const)('secrets and personal data of an account whose user name is %s', (_, username, env) => {
  // The tests run one after another on one gateway; the last one stops it.
  let own: CanaryWorld;
  let gateway: RunningGateway;
  const add = <Value extends string | number>(kind: string, value: Value) => own.canaries.add(kind, value);
  const begin = (path: string) => own.canaries.begin(path);
  const ask = (query: string, variables?: object, probe?: Probe) => own.ask(gateway, query, variables, probe);
  const send = (probe: Probe) => own.send(gateway, probe);
  const expectNoHits = () => expect(own.canaries.hits()).toEqual([]);

  beforeAll(async () => {
    own = await createCanaryWorld(username);
    gateway = await own.start(`a gateway with WORKERS=${env.WORKERS}`, {
      ...env,
      FLEET_SYNC_INTERVAL_MS: '60000',
      FLEET_CALLS_PER_SECOND: '10000',
      BULK_CALLS_PER_SECOND: '10000',
      BULK_FIRST_POLL_MS: '100',
    });
    await whenComplete(gateway);
  });
  afterAll(async () => {
    await gateway?.stop();
    await own?.remove();
  });

  test('are in no error of any operation of schema/operations', async () => {
    for (const { name, text } of examples) {
      begin(`operation ${name}`);
      expect([name, (await ask(text)).status]).toEqual([name, 200]);
    }
    expectNoHits();
  });

  test('are in no error of a read that has them', async () => {
    const [iccid = ''] = own.iccids;
    begin('personal data of a SIM');
    await own.world.addFaults({
      path: '/diagnostics',
      kind: 'status',
      status: 200,
      body: {
        imei: add('IMEI', '356938035643809'),
        deviceName: add('device', 'Pacemaker of Ms Doe'),
        inDataSession: true,
        latitude: add('location', 59.436962123),
        longitude: add('location', 24.753574321),
        radius: 12,
      },
    });
    const personal = await ask(
      `{ sim(by: { iccid: "${iccid}" }) { name msisdn imsi imei group { name }
        diagnostics { imei deviceName location { latitude longitude } } } }`,
    );
    expect(personal).toMatchObject({
      codes: [],
      data: { sim: { diagnostics: { imei: '356938035643809' } } },
    });
    expect(JSON.stringify(personal.data)).toContain('882399900120417');
    await own.world.clearFaults();

    begin('search');
    const search = add('search text', 'Jane Q Canary');
    const filter = { search, groups: [own.group] };
    const found = await ask(
      `query ($filter: SimFilter) { sims(filter: $filter) { totalCount } fleet(filter: $filter) { total } }`,
      { filter },
    );
    expect(found.codes).toEqual([]);
    begin('a group by name');
    for (const name of [own.group, add('group name', 'API_USER_77009999'), own.canaries.hex('group name')]) {
      const query = `query ($name: String!) { group(name: $name) { id sims(first: 5) { nodes { iccid name } } alerts { totalCount } } }`;
      expect((await ask(query, { name })).status).toBe(200);
      const id = Buffer.from(`SimGroup:${name}`).toString('base64url');
      await ask(`query ($id: ID!) { node(id: $id) { id } nodes(ids: [$id]) { id } }`, { id });
    }
    begin('audit log of an actor');
    await ask(`query ($actor: String) { auditLog(actor: $actor) { nodes { id arguments } } }`, {
      actor: add('actor', 'jane.doe@canary.example'),
    });
    expectNoHits();
  });

  test('are in no error of any mutation, whether it succeeds, is refused, or names no SIM', async () => {
    const values: Record<string, object> = {
      SetSimNameInput: { name: add('SIM name', 'API_USER_4004123') },
      SetSimGroupInput: { group: own.group },
      SetSimsGroupInput: { group: own.canaries.hex('group name') },
      SetSimDataLimitInput: { limit: { megabytes: 10 } },
      SetSimsDataLimitInput: { limit: { megabytes: 10 } },
      SetSimImeiLockInput: { locked: true },
      SetSimsImeiLockInput: { locked: true },
      SendSmsInput: { text: add('SMS text', 'Your code is 90210-canary') },
      EsimProfileInput: { profile: add('eSIM profile', 'profile-canary-7'), action: 'ENABLE' },
    };
    const key = add('idempotency key', 'idempotent-canary-key');
    let keys = 0;
    const targets = [...own.iccids.slice(4, 6), ...Object.values(special), '8937204016000000009'];
    const driven = new Set<string>();
    const rootInputs = ['markAlertsRead', 'startBulkOperation', 'cancelBulkOperation'];
    for (const field of Object.values(schema.getMutationType()?.getFields() ?? {})) {
      driven.add(field.name);
      if (rootInputs.includes(field.name)) continue;
      const type = String(getNamedType(field.args[0]?.type));
      const isMany = String(field.type).includes('SimsPayload');
      const query = `mutation ($input: ${type}!) { ${field.name}(input: $input) {
        ${isMany ? `results { iccid outcome ${errorFields} }` : `iccid outcome ${errorFields}`} } }`;
      for (const iccid of targets) {
        begin(`mutation ${field.name} of ${iccid}`);
        const sims = isMany ? { sims: [{ iccid }] } : { sim: { iccid } };
        const close = field.name === 'closeSim' ? { confirmIccid: iccid } : {};
        const input = { ...sims, ...values[type], ...close };
        const idempotencyKey = `${key}-${keys++}`;
        const { status } = await ask(query, { input: { ...input, idempotencyKey } });
        expect(status).toBe(200);
      }
    }
    begin('a key with other arguments');
    const { codes } = await ask(
      `mutation ($name: String!) { setSimName(input: { sim: { iccid: "${special.E202}" }, name: $name }) { iccid } }`,
      { name: key },
      { headers: { 'idempotency-key': `${key}-0` } },
    );
    expect(codes).toEqual(['IDEMPOTENCY_CONFLICT']);
    begin('mutation markAlertsRead');
    const mark = `mutation ($input: MarkAlertsReadInput!) { markAlertsRead(input: $input) { markedCount } }`;
    for (const scope of [{ wholeAccount: true }, { group: own.group }, { sim: { iccid: own.iccids[0] } }])
      await ask(mark, { input: { scope, idempotencyKey: `${key}-${keys++}` } });
    expect(driven.size).toBeGreaterThanOrEqual(26);
    expectNoHits();
  });

  test('are in no error of a bulk operation, its preview, its results and the audit log', async () => {
    const all = [...own.iccids.slice(0, 6), ...Object.values(special)];
    const targets = {
      sims: { sims: all.map((iccid) => ({ iccid })) },
      group: { group: own.group },
      filter: { filter: { groups: [own.group], search: add('search text', '8823999') } },
      list: { list: all.join('\n') },
    };
    const changes = [
      { action: 'SEND_SMS', params: { text: add('SMS text', 'Bulk: your PIN is canary-4711') } },
      { action: 'SET_NAME', params: { name: own.canaries.hex('SIM name of a bulk operation') } },
      { action: 'SET_GROUP', params: { group: 'forbidden' } },
      { action: 'RESUME' },
    ];
    const ids: string[] = [];
    const start = `mutation ($input: StartBulkOperationInput!) { startBulkOperation(input: $input) { bulkOperation { id } } }`;
    const preview = `query ($input: StartBulkOperationInput!) { previewChange(input: $input) {
      total refused refusals { code message count } toSend } }`;
    for (const [kind, target] of Object.entries(targets))
      for (const change of changes) {
        begin(`bulk operation ${change.action} of a target ${kind}`);
        const input = { ...change, target };
        expect((await ask(preview, { input })).codes).toEqual([]);
        const headers = {
          'idempotency-key': add('idempotency key', `bulk-canary-key-${kind}-${change.action}`),
        };
        const { data, codes } = await ask(start, { input }, { headers });
        expect(codes).toEqual([]);
        ids.push(
          (data as { startBulkOperation: { bulkOperation: { id: string } } }).startBulkOperation.bulkOperation
            .id,
        );
        const other = { ...input, expectedCount: 999_999 };
        expect((await ask(start, { input: other }, { headers })).codes).toEqual(['IDEMPOTENCY_CONFLICT']);
        expect((await ask(preview, { input: other })).codes).toEqual(['EXPECTED_COUNT_MISMATCH']);
      }
    begin('results of bulk operations');
    let refusals = 0;
    const read = `query ($id: ID!) { bulkOperation(id: $id) { status finishedAt ${errorFields}
      results(first: 200) { nodes { iccid outcome ${errorFields} } } } }`;
    for (const id of ids) {
      await waitFor(async () => {
        const { data } = await gateway.ask<{ bulkOperation: { finishedAt: string | null } }>(read, { id });
        return data.bulkOperation.finishedAt !== null;
      });
      const { data } = await ask(read, { id });
      refusals += JSON.stringify(data).split('"message"').length - 1;
    }
    expect(refusals).toBeGreaterThan(20);
    begin('cancellation');
    const cancel = `mutation ($id: ID!) { cancelBulkOperation(input: { id: $id }) { bulkOperation { status ${errorFields} } } }`;
    expect((await ask(cancel, { id: ids[0] })).codes).toEqual([]);
    begin('audit log');
    const log =
      await ask(`{ auditLog(first: 500) { totalCount nodes { arguments errorCode iccids requestId } }
      bulkOperations(first: 100) { nodes { id ${errorFields} } } }`);
    expect(log.codes).toEqual([]);
    begin('a list with another word');
    const word = add('word of a list', 'jane.doe@canary.example,');
    const list = `${all.join()} ${word}`;
    expect(
      (
        await ask(
          start,
          { input: { action: 'RESET', target: { list } } },
          { mayQuote: ['word of a list', 'actor'] },
        )
      ).codes,
    ).toEqual(['BAD_USER_INPUT']);
    expectNoHits();
  });

  test('are in no error of a request that is malformed or breaks a rule', async () => {
    const secret = own.canaries.hex('value of a malformed request');
    const sms = add('SMS text', 'This text is private: canary-3141');
    const json = { 'content-type': 'application/json' };
    const post = (body: string, headers: Record<string, string> = {}, more: Probe = {}): Probe => ({
      method: 'POST',
      body,
      headers: { ...json, ...headers },
      ...more,
    });
    const query = (text: string, variables: object = {}, more: Probe = {}) =>
      post(JSON.stringify({ query: text, variables }), {}, more);
    const sendSms = 'mutation ($input: SendSmsInput!) { sendSms(input: $input) { succeeded } }';
    const ok = { sims: [{ iccid: own.iccids[0] }], text: sms };
    const name = add('name in a document', `API_USER_${secret.replace(/\D/g, '').slice(0, 9)}`);
    const quotesName: Probe = { mayQuote: ['name in a document'] };
    const quotesValue: Probe = { mayQuote: ['value of a malformed request'] };
    const url = (search: Record<string, string>) => `/graphql?${new URLSearchParams(search)}`;
    const page = { accept: 'text/html' };
    const apollo = { 'apollo-require-preflight': 'true' };
    const requests: Record<string, [probe: Probe, status: number]> = {
      'a body that is not JSON': [post(`{"query": "${secret}`), 400],
      'a body that is a text': [post(JSON.stringify(secret)), 400],
      'a batch': [post(JSON.stringify([{ query: `{ ${name} }` }])), 400],
      'a form': [post(`query=${secret}`, { 'content-type': 'application/x-www-form-urlencoded' }), 400],
      'a plain text': [post(secret, { 'content-type': 'text/plain' }), 400],
      'another content type': [post(secret, { 'content-type': `application/${secret}` }), 400],
      'a body that is not gzipped': [post(secret, { 'content-encoding': 'gzip' }), 400],
      'another content coding': [post(secret, { 'content-encoding': secret }), 415],
      'variables that are a text': [
        post(JSON.stringify({ query: '{ __typename }', variables: secret })),
        400,
      ],
      'extensions that are a text': [
        post(JSON.stringify({ query: '{ __typename }', extensions: secret })),
        400,
      ],
      'a persisted query': [
        post(JSON.stringify({ extensions: { persistedQuery: { version: 1, sha256Hash: secret } } })),
        200,
      ],
      'a query that is no document': [query(`{ sims(filter: { search: "${secret}" `), 400],
      'a text where a name must be': [query(`{ "${secret}" }`, {}, quotesValue), 400],
      'an unknown field': [query(`{ ${name} }`, {}, quotesName), 400],
      'an unknown argument': [query(`{ sims(${name}: 1) { totalCount } }`, {}, quotesName), 400],
      'an unknown directive': [query(`{ __typename @${name} }`, {}, quotesName), 400],
      'an unknown type': [query(`query ($a: ${name}) { __typename }`, {}, quotesName), 400],
      'an unknown fragment': [query(`{ ...${name} }`, {}, quotesName), 400],
      'an unknown variable': [query(`{ sims(first: $${name}) { totalCount } }`, {}, quotesName), 400],
      'an operation that the document lacks': [
        post(JSON.stringify({ query: 'query a { __typename }', operationName: name }), {}, quotesName),
        400,
      ],
      'an operation name': [query(`query ${name} { sim(by: { iccid: "1" }) { iccid } }`), 400],
      'an alias of a field that fails': [
        query(`{ ${name}: sim(by: { iccid: "${special.E002}" }) { iccid } }`, {}, quotesName),
        200,
      ],
      'a literal of another type': [
        query(`{ sims(first: "${secret}") { totalCount } }`, {}, quotesValue),
        400,
      ],
      'a literal that is no ICCID': [
        query(`{ sim(by: { iccid: "${secret}" }) { iccid } }`, {}, quotesValue),
        400,
      ],
      'a variable of another type': [
        query('query ($first: Int) { sims(first: $first) { totalCount } }', { first: secret }, quotesValue),
        400,
      ],
      'a variable that is no ICCID': [
        query('query ($i: ICCID!) { sim(by: { iccid: $i }) { iccid } }', { i: secret }, quotesValue),
        400,
      ],
      'a variable that is no enum': [
        query(
          'query ($f: SimFilter) { sims(filter: $f) { totalCount } }',
          { f: { states: [secret] } },
          quotesValue,
        ),
        400,
      ],
      'a variable that is no date': [
        query(
          'query ($f: SimFilter) { sims(filter: $f) { totalCount } }',
          { f: { lastModifiedAfter: secret } },
          quotesValue,
        ),
        400,
      ],
      'a variable that is no number of bytes': [
        query(
          'query ($f: SimFilter) { sims(filter: $f) { totalCount } }',
          { f: { usedBytesAtLeast: secret } },
          quotesValue,
        ),
        400,
      ],
      'a variable that is a list': [
        query(
          'query ($f: SimFilter) { sims(filter: $f) { totalCount } }',
          { f: { search: [secret] } },
          quotesValue,
        ),
        400,
      ],
      'a text beside an unknown input field': [
        query(sendSms, { input: { ...ok, [name]: 1 } }, quotesName),
        400,
      ],
      'a text beside a missing input field': [query(sendSms, { input: { text: sms } }), 400],
      'a text beside a wrong ICCID': [
        query(sendSms, { input: { ...ok, sims: [{ iccid: 'not one' }] } }),
        400,
      ],
      'a text in a literal beside a wrong ICCID': [
        query(`mutation { sendSms(input: { sims: [{ iccid: "no" }], text: "${sms}" }) { succeeded } }`),
        400,
      ],
      'a text in a literal beside a variable that is null': [
        query(
          `mutation ($s: [SimRef!] = []) { sendSms(input: { sims: $s, text: "${sms}" }) { succeeded } }`,
          { s: null },
        ),
        200,
      ],
      'a text for a SIM with two keys': [
        query(sendSms, { input: { ...ok, sims: [{ iccid: own.iccids[0], eid: '1'.repeat(32) }] } }),
        400,
      ],
      'a text that is too long': [query(sendSms, { input: { ...ok, text: sms.repeat(80) } }), 200],
      'a text with NUL': [query(sendSms, { input: { ...ok, text: `${sms}\0` } }), 200],
      'a text with a lone surrogate': [
        post(
          `{"query": ${JSON.stringify(sendSms)}, "variables": {"input": {"sims": [], "text": "${sms}\\ud800"}}}`,
        ),
        200,
      ],
      'a global id that is none': [query('query ($i: ID!) { node(id: $i) { id } }', { i: secret }), 200],
      'a cursor that is none': [
        query('query ($a: String) { sims(after: $a) { totalCount } }', { a: secret }),
        200,
      ],
      'a key that is none': [query(sendSms, { input: { ...ok, idempotencyKey: `${secret} \u00e9` } }), 200],
      'values that nest too deeply': [
        query('query ($f: SimFilter) { sims(filter: $f) { totalCount } }', {
          f: JSON.parse(`${'{"not":'.repeat(60)}{"search":"${secret}"}${'}'.repeat(60)}`),
        }),
        400,
      ],
      'too many aliases': [
        query(
          `{ ${Array.from({ length: 600 }, (_, at) => `${name}${at}: errorCatalog { code }`).join(' ')} }`,
        ),
        400,
      ],
      'a query in the URL': [{ url: url({ query: '{ __typename }', secret }), headers: apollo }, 200],
      'variables in the URL that are not JSON': [
        { url: url({ query: '{ __typename }', variables: `{"a": ${secret}` }), headers: apollo },
        400,
      ],
      'extensions in the URL that are not JSON': [
        { url: url({ query: '{ __typename }', extensions: secret }), headers: apollo },
        400,
      ],
      'a mutation in the URL': [
        {
          url: url({ query: `mutation { sendSms(input: { sims: [], text: "${sms}" }) { succeeded } }` }),
          headers: apollo,
        },
        405,
      ],
      'two queries in the URL': [{ url: `/graphql?query=${secret}&query=${secret}`, headers: apollo }, 400],
      'the page of GraphiQL': [{ url: url({ query: `{ ${name} }`, variables: secret }), headers: page }, 200],
      'a file of GraphiQL that does not exist': [{ url: `/graphiql/${secret}.js` }, 404],
      'another method': [{ method: 'PUT', url: url({ secret }), body: secret }, 405],
      'another path': [{ url: `/${secret}/${name}?token=${secret}` }, 404],
      'the root': [{ url: `/?token=${secret}` }, 302],
      liveness: [{ url: `/health/live?token=${secret}` }, 200],
      readiness: [{ url: `/health/ready?token=${secret}` }, 200],
      'another health check': [{ url: `/health/${secret}` }, 404],
      'an export': [
        { url: `/export/sims.csv?filter=${encodeURIComponent(JSON.stringify({ search: secret }))}` },
        200,
      ],
      'an export with a wrong parameter': [{ url: `/export/sims.csv?filter=${secret}` }, 400],
      'an export with a wrong value': [
        {
          url: `/export/sims.csv?filter=${encodeURIComponent(JSON.stringify({ states: [secret], search: sms }))}`,
          ...quotesValue,
        },
        400,
      ],
      'an export with a wrong order': [
        { url: `/export/sims.csv?orderBy=${encodeURIComponent(`{"field":"${secret}"}`)}`, ...quotesValue },
        400,
      ],
      'an export with another parameter': [{ url: `/export/sims.csv?token=${secret}` }, 400],
      'an export with a malformed parameter': [{ url: `/export/sims.csv?filter=%zz${secret}` }, 400],
      'an export by another method': [{ method: 'POST', url: '/export/sims.csv', body: secret }, 405],
      'a foreign host': [post('{}', { host: `${secret}.example` }), 403],
      'a malformed host': [post('{}', { host: `user:${secret}@localhost` }), 403],
      'a foreign origin': [post('{}', { origin: `https://${secret}.example` }), 403],
      'a preflight of a foreign origin': [
        {
          method: 'OPTIONS',
          headers: {
            origin: `https://${secret}.example`,
            'access-control-request-method': 'POST',
            'access-control-request-headers': secret,
          },
        },
        403,
      ],
      'a request id with other characters': [
        post(JSON.stringify({ query: `{ sim(by: { iccid: "${special.E002}" }) { iccid } }` }), {
          'x-request-id': `${secret} \u00e9"{}`,
        }),
        200,
      ],
      'a request id that is too long': [
        post(JSON.stringify({ query: `{ sim(by: { iccid: "${special.E002}" }) { iccid } }` }), {
          'x-request-id': `${secret}${secret}${secret}`,
        }),
        200,
      ],
      'an idempotency key that is none': [
        post(JSON.stringify({ query: '{ __typename }' }), { 'idempotency-key': `"${secret}\u00e9"` }),
        400,
      ],
      'an idempotency key that is too long': [
        post(JSON.stringify({ query: '{ __typename }' }), { 'idempotency-key': secret.repeat(5) }),
        400,
      ],
      'an idempotency key for two mutations': [
        post(
          JSON.stringify({
            query: `mutation { a: resetSim(input: { sim: { iccid: "${special.E002}" } }) { iccid }
            b: resetSim(input: { sim: { iccid: "${special.E002}" } }) { iccid } }`,
          }),
          { 'idempotency-key': secret },
        ),
        400,
      ],
      'names of a client': [
        post(JSON.stringify({ query: `{ sim(by: { iccid: "${special.E002}" }) { iccid } }` }), {
          'apollographql-client-name': secret,
          'user-agent': secret,
          referer: `https://app.example/${secret}`,
          traceparent: secret,
          baggage: `user=${secret}`,
          'x-forwarded-for': secret,
        }),
        200,
      ],
    };
    const statuses: Record<string, number> = {};
    for (const [path, [probe]] of Object.entries(requests)) {
      begin(`request: ${path}`);
      statuses[path] = (await send(probe)).status;
    }
    expect(statuses).toEqual(
      Object.fromEntries(Object.entries(requests).map(([path, [, status]]) => [path, status])),
    );
    for (const bytes of [
      `GET /graphql?token=${secret} HTTP/9.9\r\n\r\n`,
      `GET /graphql HTTP/1.1\r\nhost: localhost\r\nauthorization Bearer ${secret}\r\n\r\n`,
      `GET /graphql HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer ${secret}\x01\r\n\r\n`,
      `GET /graphql HTTP/1.1\r\nhost: localhost\r\ncookie: ${secret.repeat(600)}\r\n\r\n`,
      `POST /graphql HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\n\r\n${secret}\r\n\r\n`,
      `${secret}\r\n\r\n`,
    ]) {
      begin(`request: bytes that are not HTTP`);
      await own.write(gateway, bytes);
    }
    expectNoHits();
  });

  test('are in no answer to a caller without valid credentials', async () => {
    for (const { kind, env: settings } of own.secretSettings) {
      const guarded = await own.start(`a gateway with the setting of ${kind}`, settings);
      begin(`credentials with the setting of ${kind}`);
      for (let sent = 0; sent < 5; sent++) {
        const { status } = await own.send(guarded, {
          method: 'POST',
          body: '{"query": "{ __typename }"}',
          headers: { 'content-type': 'application/json' },
        });
        expect(status).toBe(401);
      }
      await guarded.stop();
    }
    expectNoHits();
  });

  test('are in nothing that the gateway has logged until it has stopped, and its secrets are in no table', async () => {
    begin('shutdown');
    const tables = await databaseText(own.store);
    const exited = once(gateway.process, 'exit');
    await gateway.stop();
    expect(await exited).toEqual([0, null]);
    expectNoHits();
    const { paths, answers, errors, logLines, kinds } = own.canaries.counts();
    expect(kinds).toEqual(
      expect.arrayContaining(['user name', 'access token', 'refresh token', 'MSISDN', 'IMSI', 'IMEI']),
    );
    expect([paths > 200, answers > 400, errors > 300, logLines > 100]).toEqual([true, true, true, true]);
    expect(tables).not.toContain(own.env.SIM_API_PASSWORD);
    expect(tables).not.toContain(username);
  });
});
