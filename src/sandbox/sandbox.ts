import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createHostRule, type HostRule, hostOfUrl, servesEveryName } from '../base/host-rule.ts';
import { plainError } from './api/answer.ts';
import { send } from './api/send.ts';
import { SIM_API_PREFIX, serveSimApi } from './api/sim.api.ts';
import { CONTROL_PREFIX, serveControl } from './control/control.ts';
import type { SandboxSettings } from './settings.ts';
import { createWorlds, type Worlds } from './world/worlds.ts';

/** A running sandbox. */
export interface Sandbox {
  /** URL of the SIM API, `/v1` included. */
  readonly url: string;
  /** Whether requests with any `Host` header are served: the address is not loopback, and no host names are set. */
  readonly isOpen: boolean;
  stop(): Promise<void>;
}

/** The id, user name and password of the default world. */
export const DEFAULT_WORLD = 'sandbox';

/** 1000 EIDs, each as a separate parameter, take 37 KB. */
const MAX_HEADER_BYTES = 131_072;
/** Longer than clients keep an idle connection, so that the sandbox does not close one on which a client is sending. */
const KEEP_ALIVE_MS = 65_000;

const serverOptions = { maxHeaderSize: MAX_HEADER_BYTES, keepAliveTimeout: KEEP_ALIVE_MS };

/** Starts a sandbox with its default world. Errors: those of `listen`, such as a port in use. */
export async function startSandbox(settings: SandboxSettings): Promise<Sandbox> {
  const { host, port, allowedHosts, sims, seed } = settings;
  const names = { host, allowed: allowedHosts };
  const hostRule = createHostRule({ ...names, setting: 'SANDBOX_ALLOWED_HOSTS' });
  const worlds = createWorlds();
  worlds.create({
    id: DEFAULT_WORLD,
    sims,
    seed,
    special: true,
    behaviour: {},
    startAt: Date.now(),
    rate: 1,
  });
  const server = createServer(serverOptions, (request, response) => {
    serve(worlds, hostRule, request, response).catch((error: unknown) => {
      if (response.headersSent) response.destroy();
      else send(response, plainError(500, 'sandbox_fault', String(error)));
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const address = server.address();
  const boundPort = typeof address === 'object' && address !== null ? address.port : port;
  return {
    url: `http://${hostOfUrl(host)}:${boundPort}${SIM_API_PREFIX}`,
    isOpen: servesEveryName(names),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function serve(
  worlds: Worlds,
  hostRule: HostRule,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const foreign = hostRule(request.headers);
  if (foreign !== null) {
    request.resume();
    return send(response, plainError(403, 'foreign_host', foreign));
  }
  const target = request.url ?? '/';
  if (!URL.canParse(target, 'http://sandbox')) {
    request.resume();
    return send(response, plainError(400, 'bad_request', 'Malformed URL'));
  }
  const url = new URL(target, 'http://sandbox');
  if (url.pathname.startsWith(`${SIM_API_PREFIX}/`)) return serveSimApi(worlds, request, response, url);
  if (url.pathname.startsWith(`${CONTROL_PREFIX}/`)) return serveControl(worlds, request, response, url);
  request.resume();
  send(response, plainError(404, 'not_found', `No such path: ${url.pathname}`));
}
