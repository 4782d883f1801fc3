import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import type { Fault } from '../world/fault.list.ts';
import type { World } from '../world/world.ts';
import { type Answer, plainError, refused, unauthorized } from './answer.ts';
import { bodyOf, headersOf } from './send.ts';
import { tampered } from './tamper.ts';
import { wireTime } from './wire.ts';

/** A call to which a fault applies. */
export interface FaultedCall {
  readonly world: World;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Null if the call has no access token. */
  readonly accessToken: string | null;
  /** Carries the call out and returns the answer that it has without the fault. */
  produce(): Promise<Answer>;
  /** Sends an answer and records its status and error code in the call log. */
  reply(answer: Answer): void;
}

const DRIP_MS = 100;
const HTML = '<!DOCTYPE html><html><head><title>Maintenance</title></head><body>Back soon.</body></html>';

/** Answers a call as the fault specifies. */
export async function answerWithFault(fault: Fault, call: FaultedCall): Promise<void> {
  if (fault.kind === 'delay') return answerLate(fault.ms, fault.acts ?? true, call);
  if (fault.kind === 'tamper') return call.reply(tampered(await call.produce(), fault));
  const acts = fault.acts ?? fault.kind === 'cut';
  const answer = acts ? await call.produce() : { status: 200, json: { found: 0, message: 'cut short' } };
  const { response, world } = call;
  switch (fault.kind) {
    case 'hang':
      return;
    case 'reset':
      call.request.socket.destroy();
      return;
    case 'cut':
      return cutShort(response, answer);
    case 'drip':
      return drip(response, fault.ms ?? DRIP_MS);
    case 'status':
      return call.reply(statusAnswer(fault));
    case 'error':
      return call.reply(refused(fault.code, world.behaviour.errorStatus, wireTime(world, world.clock.now())));
    case 'garbage':
      return call.reply({ ...answerOf('{"found": 1, "sims": [{"iccid": '), headers: JSON_TYPE });
    case 'empty':
      return call.reply(answerOf(''));
    case 'html':
      return call.reply({ ...answerOf(HTML), headers: { 'content-type': 'text/html;charset=UTF-8' } });
    case 'tooManyRequests':
      return call.reply(tooManyRequests(fault.retryAfter));
    case 'unauthorized':
      if (call.accessToken !== null) world.tokens.revoke(call.accessToken);
      return call.reply(unauthorized('Access token expired'));
  }
}

const JSON_TYPE = { 'content-type': 'application/json;charset=UTF-8' };

function answerOf(text: string): Answer {
  return { status: 200, text };
}

/** With `acts` false the call is carried out after the delay, and dropped if the caller has disconnected by then. */
async function answerLate(ms: number, acts: boolean, call: FaultedCall): Promise<void> {
  const early = acts ? await call.produce() : null;
  await wait(ms, undefined, { ref: false });
  if (early !== null) call.reply(early);
  else if (!call.response.destroyed) call.reply(await call.produce());
}

function statusAnswer({ status, body, headers }: Extract<Fault, { kind: 'status' }>): Answer {
  const shared = { status, ...(headers !== undefined && { headers }) };
  return typeof body === 'string' || body === undefined
    ? { ...shared, text: body ?? '' }
    : { ...shared, json: body };
}

function tooManyRequests(retryAfter: string | number | undefined): Answer {
  const answer = plainError(429, 'too_many_requests', 'Too many requests');
  return retryAfter === undefined ? answer : { ...answer, headers: { 'retry-after': String(retryAfter) } };
}

function cutShort(response: ServerResponse, answer: Answer): void {
  const body = bodyOf(answer);
  response.writeHead(answer.status, headersOf(answer, body));
  response.write(body.subarray(0, Math.floor(body.length / 2)), () => response.destroy());
}

function drip(response: ServerResponse, ms: number): void {
  response.writeHead(200, JSON_TYPE);
  const drops = setInterval(() => response.write(' '), ms);
  drops.unref();
  response.on('close', () => clearInterval(drops));
}
