import { once } from 'node:events';
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { type GraphQLSchema, isInputObjectType } from 'graphql';
import type { Log } from '../../base/log.ts';
import { StoreUnavailable } from '../../store/store-unavailable.ts';
import type { Context } from '../context.ts';
import { GatewayError } from '../errors/gateway-error.ts';
import { simsCsvHeader, simsCsvLine } from '../fleet/sims-csv.ts';
import type { SimFilter } from '../sim/sim-filter.type.ts';
import type { SimOrder } from '../sim/sim-order.type.ts';
import { MethodRefused } from './answer.ts';
import { readUrlInputs } from './url-inputs.ts';

/** Where all SIMs that fit are to be had as one file. */
export const simsExportPath = '/export/sims.csv';

/** Answers that path. */
export interface SimsExport {
  /**
   * Sends the SIMs as they are at one moment, no more of them in memory than the client takes; `gone` aborts when the client has
   * left, which ends the reading. Errors: BAD_USER_INPUT, BAD_REQUEST, FEATURE_NOT_ENABLED, OVERLOADED, STORE_UNAVAILABLE; any
   * of them after the first byte means that the answer is not whole.
   */
  handle(
    request: IncomingMessage,
    response: ServerResponse,
    query: string,
    context: Pick<Context, 'fleet' | 'requestId'>,
    gone: AbortSignal,
  ): Promise<void>;
}

/** Exports at a time: each has one of the connections for snapshots for as long as its client reads. */
const mostExports = 2;
const retryAfterSeconds = 5;
/** A client that takes nothing for so long is cut off. */
const mostStillMs = 60_000;

/** The export of a gateway. */
export function createSimsExport(schema: GraphQLSchema, log: Log, stillMs = mostStillMs): SimsExport {
  const types = { filter: inputOf(schema, 'SimFilter'), orderBy: inputOf(schema, 'SimOrder') };
  let running = 0;

  async function send(
    { state, read }: Awaited<ReturnType<Context['fleet']['export']>>,
    response: ServerResponse,
    gone: AbortSignal,
  ): Promise<number> {
    let sims = 0;
    // What fails before the first SIMs are there is still answered as an error.
    const begin = () => {
      if (response.headersSent) return;
      response.writeHead(200, headersOf(state));
      response.write(simsCsvHeader);
    };
    await read(async (rows) => {
      gone.throwIfAborted();
      begin();
      sims += rows.length;
      if (!response.write(rows.map(simsCsvLine).join(''))) await taken(response, 'drain', gone, stillMs);
    });
    gone.throwIfAborted();
    begin();
    response.end();
    await taken(response, 'finish', gone, stillMs);
    return sims;
  }

  return {
    async handle(request, response, query, { fleet, requestId }, gone) {
      if (request.method !== 'GET' && request.method !== 'HEAD') throw new MethodRefused('GET, HEAD');
      const inputs = readUrlInputs(query, types);
      const filter = (inputs.filter ?? null) as SimFilter | null;
      const orderBy = (inputs.orderBy ?? null) as SimOrder | null;
      try {
        const found = await fleet.export(filter, orderBy);
        if (request.method === 'HEAD') {
          response.writeHead(200, headersOf(found.state)).end();
          return;
        }
        if (running >= mostExports) throw new GatewayError('OVERLOADED', { retryAfterSeconds });
        running++;
        try {
          const sims = await send(found, response, gone);
          log.info({ requestId, sims }, 'export: sent');
        } finally {
          running--;
        }
      } catch (error) {
        if (response.headersSent || gone.aborted)
          log.info({ requestId, detail: String(error) }, 'export: cut short');
        // Nobody is left to be told.
        if (gone.aborted) return;
        throw error instanceof StoreUnavailable
          ? new GatewayError('STORE_UNAVAILABLE', { retryAfterSeconds })
          : error;
      }
    },
  };
}

function inputOf(schema: GraphQLSchema, name: string) {
  const type = schema.getType(name);
  if (!isInputObjectType(type)) throw new Error(`${name} is no input type of the schema`);
  return type;
}

interface ExportState {
  readonly asOf: Date;
  readonly isComplete: boolean;
  readonly unreadableSims: number;
}

function headersOf(state: ExportState | null): OutgoingHttpHeaders {
  return {
    'content-type': 'text/csv; charset=utf-8; header=present',
    'content-disposition': 'attachment; filename="sims.csv"',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    // Where nothing was read yet, nothing in the file is older than now.
    'x-fleet-as-of': (state?.asOf ?? new Date()).toISOString(),
    'x-fleet-complete': String(state?.isComplete ?? false),
    'x-fleet-unreadable-sims': String(state?.unreadableSims ?? 0),
  };
}

/** Resolves when what was written is on its way. A client that leaves ends it, and so does one that takes nothing for too long. */
async function taken(
  response: ServerResponse,
  event: 'drain' | 'finish',
  gone: AbortSignal,
  stillMs: number,
): Promise<void> {
  const cutOff = setTimeout(() => response.destroy(), stillMs);
  try {
    await once(response, event, { signal: gone });
  } finally {
    clearTimeout(cutOff);
  }
}
