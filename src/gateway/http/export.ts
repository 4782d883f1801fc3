import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type GraphQLSchema, isInputObjectType } from 'graphql';
import type { Log } from '../../base/log.ts';
import { GatewayError } from '../../errors/index.ts';
import type { SimFilter, SimOrder } from '../../fleet-index/index.ts';
import { StoreUnavailable } from '../../store/index.ts';
import type { Context } from '../context.ts';
import { MethodRefused } from './answer.ts';
import { simsCsvHeader, simsCsvLine } from './sims-csv.ts';
import { createSpool, type Spool } from './spool.ts';
import { readUrlInputs } from './url-inputs.ts';

/** Where all SIMs that fit are to be had as one file. */
export const simsExportPath = '/export/sims.csv';

/** Answers that path. */
export interface SimsExport {
  /**
   * Sends the SIMs as they are at one moment. They are read as fast as the database gives them, whatever the client takes: what it
   * has not taken waits in a spool. `gone` aborts when the client has left, which ends the reading. Errors: BAD_USER_INPUT, BAD_REQUEST, FEATURE_NOT_ENABLED, OVERLOADED, STORE_UNAVAILABLE; any
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

/** Exports that are read from the database at a time: each has one of the connections for snapshots. */
const maxReading = 2;
/** Exports that are under way at a time: each may have a temporary file of the size of the whole. */
const maxSending = 10;
const retryAfterSeconds = 5;

/** The export of a gateway. */
export function createSimsExport(schema: GraphQLSchema, log: Log): SimsExport {
  const types = { filter: inputOf(schema, 'SimFilter'), orderBy: inputOf(schema, 'SimOrder') };
  let read = 0;
  let sent = 0;

  /** Reads the SIMs into the spool; `begin` is called when the first are there, or when there are none. */
  async function fill(spool: Spool, found: FoundSims, gone: AbortSignal, begin: () => void): Promise<number> {
    let sims = 0;
    read++;
    try {
      await found.read(async (rows) => {
        gone.throwIfAborted();
        begin();
        sims += rows.length;
        await spool.write(Buffer.from(rows.map(simsCsvLine).join('')));
      });
    } finally {
      read--;
    }
    gone.throwIfAborted();
    begin();
    spool.end();
    return sims;
  }

  async function send(found: FoundSims, response: ServerResponse, gone: AbortSignal): Promise<number> {
    const spool = createSpool();
    let sending: Promise<void> | undefined;
    // What fails before the first SIMs are there is still answered as an error.
    const begin = () => {
      if (sending !== undefined) return;
      response.writeHead(200, headersOf(found.state));
      response.write(simsCsvHeader);
      sending = pipeline(Readable.from(spool.read()), response);
      // It fails while more is read, and is waited for after that.
      sending.catch(() => undefined);
    };
    sent++;
    try {
      const sims = await fill(spool, found, gone, begin);
      await sending;
      return sims;
    } catch (error) {
      // The client sees that the file is not whole.
      if (sending !== undefined) response.destroy();
      spool.end();
      throw error;
    } finally {
      await sending?.catch(() => undefined);
      sent--;
      await spool.close();
    }
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
        if (read >= maxReading || sent >= maxSending)
          throw new GatewayError('OVERLOADED', { retryAfterSeconds });
        const sims = await send(found, response, gone);
        log.info({ requestId, sims }, 'export: sent');
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

type FoundSims = Awaited<ReturnType<Context['fleet']['export']>>;

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
