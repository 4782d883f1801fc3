import { afterEach, describe, expect, test } from '@jest/globals';
import { systemClock } from '../../../src/base/clock.ts';
import { fromSimApi } from '../../../src/errors/gateway-error.ts';
import { createSimApiClient } from '../../../src/sim-api/client.ts';
import { isSimApiFailure } from '../../../src/sim-api/index.ts';
import { simId, special } from '../../support/fleet.ts';
import { standingClock } from '../../support/months.ts';
import { describeAccount, type Running } from '../../support/running.ts';
import { silentLog } from '../../support/silent-log.ts';

export function errorCodeTests(running: Running): void {
  describeAccount('error codes', running, { sims: 60, clock: standingClock }, () => {
    afterEach(() =>
      running.world.setBehaviour({ errorStatus: 400, missingSims: 'omit', costsWithoutHistory: 'omit' }),
    );

    /** The SIM API error, as each gateway error contains it. */
    const words = (code: string, operation: string) => ({
      code,
      operation,
      httpStatus: code === 'E003' ? 403 : 400,
      description: expect.stringMatching(/\w/),
      timestamp: expect.stringMatching(/^\d{4}-.*Z$/),
    });

    const sim = (iccid: string, field: string) => `{ sim(by: { iccid: "${iccid}" }) { iccid ${field} } }`;
    const one = (name: string, iccid: string) =>
      `mutation { ${name}(input: { sim: { iccid: "${iccid}" } }) { outcome } }`;
    const balance = '{ account { balance(month: "2020-01") { usedBytes } } }';

    /** Code of the SIM API, code of the gateway, field, query, SIM, and the path of the SIM API that returned the code. */
    const asErrors: [string, string, string, string, string | null, string | null][] = [
      [
        'E000',
        'SIM_API_ERROR',
        'sim.diagnostics',
        sim(special.E000, 'diagnostics { imei }'),
        special.E000,
        'diagnostics',
      ],
      ['E002', 'SIM_NOT_FOUND', 'sim', sim(special.E002, 'name'), special.E002, null],
      [
        'E003',
        'FEATURE_NOT_ENABLED',
        'sim.diagnostics',
        sim(special.E003, 'diagnostics { imei }'),
        special.E003,
        'diagnostics',
      ],
      [
        'E101',
        'NO_COST_HISTORY',
        'sim.cost',
        sim(special.E101, 'cost { usedBytes }'),
        special.E101,
        'get_sim_cost',
      ],
      ['E102', 'NO_BALANCE_HISTORY', 'account.balance', balance, null, 'get_account_balance'],
      [
        'E103',
        'NO_DIAGNOSTICS',
        'sim.diagnostics',
        sim(special.E103, 'diagnostics { imei }'),
        special.E103,
        'diagnostics',
      ],
      ['E201', 'TRANSITION_NOT_ALLOWED', 'testSim', one('testSim', special.E211), special.E211, 'test'],
      ['E202', 'SIM_LOCKED_BY_ADMIN', 'suspendSim', one('suspendSim', special.E202), special.E202, 'suspend'],
      ['E211', 'DATA_LIMIT_REACHED', 'resumeSim', one('resumeSim', special.E211), special.E211, 'resume'],
    ];

    const many = (name: string, iccid: string, more: string) =>
      `mutation {
    many: ${name}(input: { sims: [{ iccid: "${iccid}" }]${more} }) {
      failed results {
        iccid outcome error { code message retryable retryAfterSeconds simApi { code description httpStatus timestamp operation } }
      }
    }
  }`;

    const asData: [string, string, string, string, string][] = [
      [
        'E003',
        'FEATURE_NOT_ENABLED',
        special.E003,
        'esim_profile',
        many('changeEsimProfile', special.E003, ', profile: "KPN NL", action: DOWNLOAD'),
      ],
      ['E201', 'TRANSITION_NOT_ALLOWED', special.E211, 'test', many('testSims', special.E211, '')],
      ['E202', 'SIM_LOCKED_BY_ADMIN', special.E202, 'deactivate', many('deactivateSims', special.E202, '')],
      [
        'E203',
        'IMEI_LOCK_REFUSED',
        special.E203,
        'set_imei_lock',
        many('setSimsImeiLock', special.E203, ', locked: true'),
      ],
      [
        'E210',
        'DATA_LIMIT_BELOW_USAGE',
        special.E210,
        'set_data_limit',
        many('setSimsDataLimit', special.E210, ', limit: { megabytes: 10 }'),
      ],
      ['E211', 'DATA_LIMIT_REACHED', special.E211, 'activate', many('activateSims', special.E211, '')],
      [
        'E220',
        'GROUP_NAME_FORBIDDEN',
        special.E210,
        'set_group',
        many('setSimsGroup', special.E210, ', group: "forbidden"'),
      ],
      ['E240', 'SMS_NOT_ALLOWED', special.E240, 'sendSms', many('sendSms', special.E240, ', text: "hello"')],
    ];

    describe('each code of the SIM API, as an error', () => {
      test.each(asErrors)('%s is %s at %s', async (simApiCode, code, place, ask, iccid, operation) => {
        const { data, errors } = await running.gateway.ask<object>(ask);
        const path = place.split('.');
        expect(data).toHaveProperty(path, null);
        expect(errors).toEqual([
          {
            message: expect.stringMatching(/\.$/),
            path,
            locations: expect.any(Array),
            extensions: {
              code,
              retryable: code === 'SIM_API_ERROR',
              requestId: expect.stringMatching(/\w/),
              ...(iccid && { iccids: [iccid] }),
              // If a SIM is only missing from an answer, there is no SIM API error.
              ...(operation && { simApi: words(simApiCode, operation) }),
            },
          },
        ]);
      });

      test.each([
        ['E002', 'SIM_NOT_FOUND', 'get_sims', sim(special.E002, 'name')],
        ['E002', 'SIM_NOT_FOUND', 'get_sims', `{ node(id: "${simId(special.E002)}") { id } }`],
        ['E002', 'SIM_NOT_FOUND', 'get_sims', one('suspendSim', special.E002)],
        [
          'E101',
          'NO_COST_HISTORY',
          'get_sim_cost',
          sim(special.E210, 'cost(month: "2019-01") { usedBytes }'),
        ],
      ])('%s is in %s if the SIM API refused %s with it: %s', async (simApiCode, code, operation, ask) => {
        await running.world.setBehaviour({ missingSims: 'refuse', costsWithoutHistory: 'refuse' });
        const { errors } = await running.gateway.ask(ask);
        expect(errors).toMatchObject([{ extensions: { code, simApi: words(simApiCode, operation) } }]);
      });

      test('E101 is not an error if the field is not queried', async () => {
        await running.world.setBehaviour({ costsWithoutHistory: 'refuse' });
        const fields = 'cost(nullIfMissing: true) { usedBytes } dataUsage { usedBytes }';
        const { data, errors } = await running.gateway.ask(sim(special.E101, fields));
        expect(errors).toEqual([]);
        expect(data).toMatchObject({ sim: { cost: null, dataUsage: { usedBytes: null } } });
      });

      test.each([200, 404, 500])(
        'is determined by the code alone, for any HTTP status: %d',
        async (errorStatus) => {
          await running.world.setBehaviour({ errorStatus });
          const { errors } = await running.gateway.ask(one('suspendSim', special.E202));
          expect(errors).toMatchObject([
            { extensions: { code: 'SIM_LOCKED_BY_ADMIN', simApi: { httpStatus: errorStatus } } },
          ]);
        },
      );
    });

    describe('each code of the SIM API, as data', () => {
      test.each(asData)('%s is %s', async (simApiCode, code, iccid, operation, mutation) => {
        const { data, errors } = await running.gateway.ask<{ many: object }>(mutation);
        expect(errors).toEqual([]);
        expect(data.many).toEqual({
          failed: 1,
          results: [
            {
              iccid,
              outcome: 'FAILED',
              error: {
                code,
                message: expect.stringMatching(/\.$/),
                retryable: false,
                retryAfterSeconds: null,
                simApi: words(simApiCode, operation),
              },
            },
          ],
        });
        expect(await running.world.effects()).toEqual([]);
      });

      test.each([
        ['omit', null],
        ['refuse', words('E002', 'get_sims')],
      ] as const)('E002 is SIM_NOT_FOUND (%s)', async (missingSims, simApi) => {
        await running.world.setBehaviour({ missingSims });
        const { data } = await running.gateway.ask(many('activateSims', special.E002, ''));
        expect(data).toMatchObject({
          many: {
            results: [{ iccid: special.E002, outcome: 'FAILED', error: { code: 'SIM_NOT_FOUND', simApi } }],
          },
        });
      });

      test('E000 leaves the outcome UNKNOWN, with the code in simApi', async () => {
        const broken = await running.gateway.ask(many('resetSims', special.E000, ''));
        expect(broken.data).toMatchObject({
          many: {
            failed: 0,
            results: [
              {
                iccid: special.E000,
                outcome: 'UNKNOWN',
                error: {
                  code: 'OUTCOME_UNKNOWN',
                  message: expect.stringContaining('answered'),
                  retryable: false,
                  simApi: words('E000', 'reset'),
                },
              },
            ],
          },
        });
      });

      test('E002 of a SIM that left between being read and being changed is SIM_NOT_FOUND too', async () => {
        await running.world.addFaults({ path: '/activate', kind: 'error', code: 'E002' });
        const { data } = await running.gateway.ask(many('activateSims', special.E211, ''));
        expect(data).toMatchObject({
          many: {
            results: [{ outcome: 'FAILED', error: { code: 'SIM_NOT_FOUND', simApi: { code: 'E002' } } }],
          },
        });
      });

      test('an unknown code is UNKNOWN_SIM_API_ERROR, with the code in simApi', async () => {
        await running.world.addFaults({ path: '/activate', kind: 'error', code: 'E777' });
        const { data } = await running.gateway.ask(many('activateSims', special.E211, ''));
        expect(data).toMatchObject({
          many: {
            results: [
              {
                outcome: 'FAILED',
                error: { code: 'UNKNOWN_SIM_API_ERROR', simApi: words('E777', 'activate') },
              },
            ],
          },
        });
      });
    });

    test('E230 is prevented by a refusal before the call; a client that names too many SIMs gets TOO_MANY_SIMS', async () => {
      const { apiUrl, username, password } = running.world;
      const client = createSimApiClient(
        {
          url: apiUrl,
          username,
          password,
          maxSimsPerCall: 1001,
          smsSimsPerCall: 1,
          maxUrlBytes: 60_000,
          timeoutMs: 60_000,
          deadlineMs: 60_000,
          concurrency: 1,
          inferred: {
            activeReadyPath: '/active_ready',
            imeiLockPath: '/set_imei_lock',
            imeiLockParameter: 'lock',
            unlimitedDataLimit: '0',
          },
        },
        systemClock,
        silentLog,
      );
      const iccids = Array.from({ length: 1001 }, (_, number) =>
        String(8937204999100000000n + BigInt(number)),
      );
      const simApi = client.forTrace({
        requestId: 'test',
        upstreamCalls: 0,
        sharedCalls: 0,
        unreadableItems: 0,
      });
      const failures: unknown[] = [(await simApi.sims.byKey('iccid', iccids)).get(iccids[1000] ?? '')];
      await simApi.control.send(
        { action: 'ACTIVATE' },
        iccids,
        async () => true,
        async (part) => {
          failures.push('failure' in part ? part.failure : undefined);
        },
      );
      await client.stop();
      expect(failures).toHaveLength(2);
      for (const failure of failures) {
        if (!isSimApiFailure(failure)) throw new Error('the SIM API accepted 1001 SIMs');
        expect(fromSimApi(failure).extensions).toMatchObject({
          code: 'TOO_MANY_SIMS',
          retryable: false,
          simApi: { code: 'E230' },
        });
      }
    });
  });
}
