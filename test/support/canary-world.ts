import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { text as readText } from 'node:stream/consumers';
import { makeGroup, stableIccids } from './bulk.ts';
import { type Canaries, createCanaries, type ProbedAnswer } from './canaries.ts';
import { accountOf, type GatewayOptions, type RunningGateway, startGateway } from './gateway.ts';
import { type Relay, startRelay } from './relay.ts';
import { createWorld, type World } from './sandbox.ts';
import { createStore, type TestStore } from './store.ts';

/** Headers with credentials; each request has one of them. The gateway of these tests asks for none, so it only has to keep them secret. */
const credentialHeaders: readonly (readonly [
  kind: string,
  header: string,
  of: (secret: string) => string,
])[] = [
  ['bearer token', 'authorization', (secret) => `Bearer ${secret}`],
  [
    'basic credentials',
    'authorization',
    (secret) => `Basic ${Buffer.from(`user:${secret}`).toString('base64')}`,
  ],
  ['token of another scheme', 'authorization', (secret) => secret],
  ['cookie', 'cookie', (secret) => `session=${secret}; theme=dark`],
  ['API key header', 'x-api-key', (secret) => secret],
];

/** Secret settings of the gateway beside those of the SIM API and of the database: settings by kind of their secret. */
const secretSettings: readonly (readonly [
  kind: string,
  settings: (secret: string) => Record<string, string>,
])[] = [['admin token', (secret) => ({ ADMIN_TOKEN: secret, AUTH: 'apikey' })]];

/** A request to a gateway. Node sends every header as it is given here, Host included. */
export interface Probe {
  readonly method?: string;
  readonly url?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Kinds of canaries that a message may quote, because this request has them and they are wrong. */
  readonly mayQuote?: readonly string[];
}

/** An answer of GraphQL. */
export interface GraphqlAnswer {
  readonly status: number;
  readonly data: Record<string, unknown> | null;
  readonly codes: readonly string[];
}

/** An account whose secrets and personal data are canaries, and gateways on it. */
export interface CanaryWorld {
  readonly world: World;
  readonly canaries: Canaries;
  readonly store: TestStore;
  /** Between the gateways and the SIM API; it can refuse connections. */
  readonly relay: Relay;
  /** Settings of a gateway on this account, for `GatewayOptions.env`. */
  readonly env: Readonly<Record<string, string>>;
  /** LIVE SIMs with personal data, in the group `group`. */
  readonly iccids: readonly string[];
  readonly group: string;
  /** Starts a gateway whose output is kept. */
  start(
    name: string,
    env?: Readonly<Record<string, string>>,
    options?: GatewayOptions,
  ): Promise<RunningGateway>;
  /** The kinds and the settings of further secret settings. */
  readonly secretSettings: readonly { kind: string; env: Record<string, string> }[];
  /** Sends a request to a gateway, with credentials, and keeps its answer. */
  send(gateway: RunningGateway, probe: Probe): Promise<ProbedAnswer>;
  /** Sends an operation. */
  ask(gateway: RunningGateway, query: string, variables?: object, probe?: Probe): Promise<GraphqlAnswer>;
  /** Writes bytes to a connection and keeps what comes back until the gateway closes it. */
  write(gateway: RunningGateway, bytes: string): Promise<string>;
  remove(): Promise<void>;
}

/** Creates the account. `username` is also its name in the sandbox; the gateway knows another password, which only the relay accepts. */
export async function createCanaryWorld(username: string): Promise<CanaryWorld> {
  const canaries = createCanaries(username);
  canaries.add('user name', username);
  const password = canaries.hex('password');
  const world = await createWorld({
    id: username,
    sims: 60,
    clock: { rate: 0 },
    behaviour: { settleMs: { min: 0, max: 0 } },
  });
  const store = await createStore();
  canaries.add('database password', new URL(store.url).password);
  const exchange = await startTokenExchange(world, password, canaries);
  const relay = await startRelay(exchange.url);
  const headers = credentialHeaders.map(([kind, name, of]) => ({ [name]: of(canaries.hex(kind)) }));
  let sent = 0;

  const iccids = await stableIccids(world, 8);
  const group = canaries.add('group name', 'API_USER_77001234');
  await makeGroup(world, group, iccids.slice(0, 4));
  for (const [index, iccid] of iccids.entries())
    await world.patchSim(iccid, {
      msisdn: `88239990012${index}417`,
      imsi: `26201990034${index}528`,
      imei: `35693803564${index}639`,
      name: canaries.hex(`SIM name ${index}`),
    });
  for (const { msisdn, imsi, imei, name } of await world.sims())
    for (const [kind, value] of Object.entries({ MSISDN: msisdn, IMSI: imsi, IMEI: imei, 'SIM name': name }))
      if (typeof value === 'string') canaries.add(kind, value);

  async function send(gateway: RunningGateway, probe: Probe): Promise<ProbedAnswer> {
    const { method = 'GET', url = '/graphql', body, mayQuote } = probe;
    const { hostname, port } = new URL(gateway.url);
    const credentials = headers[sent++ % headers.length];
    const answer = await new Promise<ProbedAnswer>((resolve, reject) => {
      const asked = request(
        {
          hostname,
          port,
          method,
          path: url,
          agent: false,
          headers: { ...credentials, ...probe.headers },
        },
        (response) => {
          readText(response).then(
            (text) => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }),
            reject,
          );
        },
      );
      asked.on('error', reject);
      asked.end(body);
    });
    canaries.answered(answer, mayQuote);
    return answer;
  }

  const env = {
    SIM_API_URL: `${relay.url}/v1`,
    SIM_API_USERNAME: username,
    SIM_API_PASSWORD: password,
    LOG_LEVEL: 'debug',
  };
  for (const apiUrl of [world.apiUrl, env.SIM_API_URL])
    canaries.add('account id', accountOf({ apiUrl, username }));

  return {
    world,
    canaries,
    store,
    relay,
    iccids,
    group,
    env,
    secretSettings: secretSettings.map(([kind, settings]) => ({ kind, env: settings(canaries.hex(kind)) })),
    send,
    start: (name, own = {}, options = {}) =>
      startGateway({
        world,
        store,
        onOutput: canaries.output(name),
        ...options,
        env: { ...env, ...own },
      }),
    async ask(gateway, query, variables, probe = {}) {
      const { status, text } = await send(gateway, {
        method: 'POST',
        body: JSON.stringify({ query, variables }),
        ...probe,
        headers: { 'content-type': 'application/json', ...probe.headers },
      });
      const { data = null, errors = [] } = JSON.parse(text) as {
        data?: Record<string, unknown> | null;
        errors?: { extensions: { code: string } }[];
      };
      return { status, data, codes: errors.map(({ extensions }) => extensions.code) };
    },
    write(gateway, bytes) {
      const { hostname, port } = new URL(gateway.url);
      return new Promise((resolve, reject) => {
        let answer = '';
        const socket = connect(Number(port), hostname, () => socket.write(bytes));
        socket.on('data', (chunk) => {
          answer += String(chunk);
        });
        socket.on('error', reject);
        socket.on('close', () => {
          canaries.answered({ status: 400, headers: {}, text: answer });
          resolve(answer);
        });
      });
    },
    async remove() {
      await relay.stop();
      await exchange.stop();
      await store.remove();
      await world.remove();
    },
  };
}

/**
 * Starts a proxy before the SIM API that accepts only `password` for the account, and adds each token that the SIM API issues to the
 * canaries.
 */
async function startTokenExchange(world: World, password: string, canaries: Canaries) {
  async function passTokenCall(from: IncomingMessage, to: ServerResponse): Promise<void> {
    const form = new URLSearchParams(await readText(from));
    if (form.has('password'))
      form.set('password', form.get('password') === password ? world.password : 'a wrong password');
    const answer = await fetch(world.origin + from.url, { method: 'POST', body: form });
    const text = await answer.text();
    const [access = '', refresh = ''] = ['access_token', 'refresh_token'].map(
      (name) => new RegExp(`"${name}":"([^"]+)"`).exec(text)?.[1],
    );
    canaries.add('access token', access);
    canaries.add('refresh token', refresh);
    const type = answer.headers.get('content-type');
    to.writeHead(answer.status, type === null ? {} : { 'content-type': type }).end(text);
  }

  const server = createServer({ maxHeaderSize: 1_000_000 }, (from, to) => {
    if (from.method === 'POST') return void passTokenCall(from, to).catch(() => to.destroy());
    const { method, headers, url } = from;
    const onward = request(world.origin + url, { method, headers, agent: false }, (answer) => {
      // Breaks off the answer when the SIM API does.
      answer.on('close', () => answer.complete || to.destroy());
      to.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(to);
    });
    onward.on('error', () => to.destroy());
    to.on('close', () => onward.destroy());
    from.pipe(onward);
  });
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
