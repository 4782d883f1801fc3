import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { type Answer, ok } from '../api/answer.ts';
import { send } from '../api/send.ts';
import type { World } from '../world/world.ts';
import type { Worlds } from '../world/worlds.ts';
import { ControlError, failed } from './reply.ts';
import { addSims, findSims, patchSim, removeSim } from './sims.control.ts';
import { addFaults, createWorld, moveClock, setBehaviour, worldSummary } from './world.control.ts';

/** Prefix of the control API. It needs no credentials: the sandbox is meant for loopback. */
export const CONTROL_PREFIX = '/_sandbox';

/** A control call to one world with its path parsed. */
interface ControlCall {
  readonly world: World;
  /** The path segment after the resource; empty if there is none. */
  readonly key: string;
  readonly query: URLSearchParams;
  readonly body: unknown;
}

const NO_CONTENT: Answer = { status: 204, text: '' };

const worldRoutes: Record<string, (call: ControlCall) => Answer> = {
  'GET calls': ({ world }) => ok(world.calls.report()),
  'DELETE calls': ({ world }) => done(world.calls.clear()),
  'GET effects': ({ world, query }) => ok(effectsOf(world, query)),
  'DELETE effects': ({ world }) => done(world.effects.clear()),
  'GET behaviour': ({ world }) => ok(world.behaviour),
  'PATCH behaviour': ({ world, body }) => ok(setBehaviour(world, body)),
  // `manners` is the name of `behaviour` in 0.1; accepted through 0.2.x.
  'GET manners': ({ world }) => ok(world.behaviour),
  'PATCH manners': ({ world, body }) => ok(setBehaviour(world, body)),
  'GET faults': ({ world }) => ok({ faults: world.faults.list() }),
  'POST faults': ({ world, body }) => created({ faults: addFaults(world, body) }),
  'DELETE faults': ({ world }) => done(world.faults.clear()),
  'GET clock': ({ world }) => ok(worldSummary(world).clock),
  'POST clock': ({ world, body }) => ok(moveClock(world, body)),
  'DELETE tokens': ({ world }) => done(world.tokens.revokeAll()),
  'GET sims': ({ world, query }) => ok({ sims: findSims(world, query) }),
  'POST sims': ({ world, body }) => created({ sims: addSims(world, body) }),
  'PATCH sims/': ({ world, key, body }) => ok(patchSim(world, key, body)),
  'DELETE sims/': ({ world, key }) => done(removeSim(world, key)),
};

export async function serveControl(
  worlds: Worlds,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
): Promise<void> {
  try {
    const body = parsed(await text(request));
    send(response, answerTo(worlds, request.method ?? '', url, body));
  } catch (error) {
    send(response, failed(error));
  }
}

function answerTo(worlds: Worlds, method: string, url: URL, body: unknown): Answer {
  const [, , root, id, resource, key = '', ...rest] = url.pathname.split('/');
  if (root !== 'worlds' || rest.length > 0) throw new ControlError(404, `No such path: ${url.pathname}`);
  if (id === undefined) {
    if (method === 'GET') return ok({ worlds: worlds.list().map(worldSummary) });
    if (method === 'POST') return created(createWorld(worlds, body));
    throw new ControlError(405, 'Only GET and POST are allowed');
  }
  const world = worlds.get(id);
  if (world === undefined) throw new ControlError(404, `No such world: ${id}`);
  if (resource === undefined) {
    if (method === 'GET') return ok(worldSummary(world));
    if (method === 'DELETE') return done(worlds.remove(id));
    throw new ControlError(405, 'Only GET and DELETE are allowed');
  }
  const route = worldRoutes[`${method} ${resource}${key === '' ? '' : '/'}`];
  if (route === undefined) throw new ControlError(404, `No such call: ${method} ${url.pathname}`);
  return route({ world, key, query: url.searchParams, body });
}

function effectsOf(world: World, query: URLSearchParams): unknown {
  const filter = { path: query.get('path') ?? undefined, iccid: query.get('iccid') ?? undefined };
  if (query.get('counts') === 'true') {
    const byIccid = world.effects.countByIccid(filter);
    return { total: Object.values(byIccid).reduce((sum, count) => sum + count, 0), byIccid };
  }
  const effects = world.effects.list(filter);
  return { total: effects.length, effects };
}

function parsed(body: string): unknown {
  if (body === '') return {};
  try {
    return JSON.parse(body);
  } catch {
    throw new ControlError(400, 'The body is not valid JSON');
  }
}

function created(json: unknown): Answer {
  return { status: 201, json };
}

/** 204; the evaluation of the argument does the work. */
function done(_: unknown): Answer {
  return NO_CONTENT;
}
