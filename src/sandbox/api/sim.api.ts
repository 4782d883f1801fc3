import type { IncomingMessage, ServerResponse } from 'node:http';
import type { World } from '../world/world.ts';
import type { Worlds } from '../world/worlds.ts';
import { type Answer, plainError, refused, unauthorized } from './answer.ts';
import { BadParameter, Refusal } from './errors.ts';
import { answerWithFault } from './fault.answer.ts';
import { grantToken, TOKEN_PATH, withoutSecrets, worldOfTokenCall } from './oauth.ts';
import { formOf, readOldForm, withForm } from './old.form.ts';
import { keysOf } from './parameters.ts';
import { type Handler, routes } from './routes.ts';
import { send } from './send.ts';
import { wireTime } from './wire.ts';

/** Prefix of every path of the SIM API. */
export const SIM_API_PREFIX = '/v1';

/** A call to the SIM API with its URL parsed. */
interface Incoming {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Below `/v1`. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** The query as the call log shows it, without secrets. */
  readonly shownQuery: string;
  readonly accessToken: string | null;
}

/** Answers a call to the SIM API in the world that its access token or login belongs to. */
export async function serveSimApi(
  worlds: Worlds,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
): Promise<void> {
  // One client adds a slash to the path.
  const path = url.pathname.slice(SIM_API_PREFIX.length).replace(/(?<=.)\/$/, '');
  const shownQuery = withoutSecrets(url);
  const inQuery = { request, response, path, shownQuery, query: url.searchParams };
  const inHeader = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? null;
  if (path === TOKEN_PATH) return serveToken(worlds, { ...inQuery, accessToken: inHeader });

  const old = await readOldForm(request, url.searchParams);
  const accessToken = inHeader ?? old.accessToken;
  const named = accessToken === null ? undefined : worlds.ofAccessToken(accessToken);
  const isOldAccepted = named?.behaviour.oldClients === 'accept';
  const world = inHeader !== null || isOldAccepted ? named : undefined;
  const query = isOldAccepted ? old.query : url.searchParams;
  const incoming: Incoming = { ...inQuery, query, accessToken };
  const mismatch = mismatchOf(incoming, isOldAccepted);
  const handler = routes.get(path)?.handle;
  if (world === undefined || accessToken === null) {
    return send(
      response,
      mismatch ?? unauthorized('Full authentication is required to access this resource'),
    );
  }
  const early = mismatch ?? (world.tokens.isAlive(accessToken) ? null : unauthorized('Access token expired'));
  await serveWorld(world, incoming, early, () =>
    handler === undefined ? Promise.resolve(notFound(path)) : handled(handler, world, query),
  );
}

async function serveToken(worlds: Worlds, incoming: Incoming): Promise<void> {
  const { request, response, query } = incoming;
  if (request.method !== 'POST') {
    request.resume();
    return send(response, wrongMethod('POST'));
  }
  const fields = withForm(query, await formOf(request));
  const world = worldOfTokenCall(worlds, fields);
  if (world === undefined) return send(response, grantToken(undefined, fields));
  await serveWorld(world, incoming, null, async () => grantToken(world, fields));
}

/** Counts the call, applies the first fault of the world that matches, and answers. `early` is sent without faults. */
async function serveWorld(
  world: World,
  incoming: Incoming,
  early: Answer | null,
  produce: () => Promise<Answer>,
): Promise<void> {
  const { request, response, path, query, shownQuery, accessToken } = incoming;
  const { iccids, eids } = keysOf(query);
  const method = request.method ?? '';
  const { call, closed } = world.calls.open({
    at: Date.now(),
    method,
    path,
    query: shownQuery,
    sims: iccids.length + eids.length,
  });
  response.once('close', closed);

  function reply(answer: Answer): void {
    response.once('finish', () => {
      call.httpStatus = answer.status;
    });
    if (answer.errorCode !== undefined) call.errorCode = answer.errorCode;
    send(response, answer);
  }

  if (Buffer.byteLength(request.url ?? '') > world.behaviour.maxUrlBytes) {
    return reply({ status: world.behaviour.maxUrlStatus, text: 'URI too long' });
  }
  if (early !== null) return reply(early);
  const fault = world.faults.findFault({ path, method, iccids });
  if (fault === null) return reply(await produce());
  await answerWithFault(fault, { world, request, response, accessToken, produce, reply });
}

async function handled(handle: Handler, world: World, query: URLSearchParams): Promise<Answer> {
  try {
    return await handle(world, query);
  } catch (error) {
    if (error instanceof BadParameter) return plainError(400, 'bad_request', error.message);
    if (!(error instanceof Refusal)) throw error;
    return refused(error.code, world.behaviour.errorStatus, wireTime(world, world.clock.now()));
  }
}

function mismatchOf({ request, path }: Incoming, isOldAccepted: boolean): Answer | null {
  const route = routes.get(path);
  if (route === undefined) return notFound(path);
  if (isOldAccepted && route.method === 'GET' && request.method === 'POST') return null;
  return request.method === route.method ? null : wrongMethod(route.method);
}

function notFound(path: string): Answer {
  return plainError(404, 'not_found', `No such path: ${path}`);
}

function wrongMethod(allowed: string): Answer {
  return {
    ...plainError(405, 'method_not_allowed', `Only ${allowed} is allowed`),
    headers: { allow: allowed },
  };
}
