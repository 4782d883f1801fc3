import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type GraphQLSchema, isInputObjectType } from 'graphql';
import type { Principal, Scope } from '../../auth/index.ts';
import type { Cancellation } from '../../base/cancellation.ts';
import type { Log } from '../../base/log.ts';
import { GatewayError } from '../../errors/index.ts';
import type { SimFilter, SimOrder, SimRow } from '../../fleet-index/index.ts';
import { StoreUnavailable } from '../../store/index.ts';
import { scopesOfList } from '../common/argument-rules.ts';
import type { Context } from '../context.ts';
import { acceptedCoding, type Coding } from './accept.ts';
import { MethodRefused, varyingHeaders } from './answer.ts';
import { createCompressor } from './compression.ts';
import { hiddenColumns, simsCsvHeader, simsCsvLine } from './sims-csv.ts';
import { createSpool, type Spool } from './spool.ts';
import { readUrlInputs } from './url-inputs.ts';

/** Path of the CSV export of all matching SIMs. */
export const simsExportPath = '/export/sims.csv';
/** The methods of `simsExportPath`, in the form of the header Allow. */
export const simsExportMethods = 'GET, HEAD';

/** Handles requests to `simsExportPath`. */
export interface SimsExport {
  /**
   * Sends the SIMs of one database snapshot. The database is read at full speed, independently of the client: rows that the client has
   * not read yet wait in a spool. `cancellation` is cancelled when the client has disconnected, which stops the reading. Errors:
   * BAD_USER_INPUT, BAD_REQUEST, FORBIDDEN, FEATURE_NOT_ENABLED, OVERLOADED, STORE_UNAVAILABLE. An error after the first byte means that the response is incomplete.
   */
  handle(
    request: IncomingMessage,
    response: ServerResponse,
    query: string,
    context: Pick<Context, 'fleet' | 'requestId' | 'principal'>,
    cancellation: Cancellation,
  ): Promise<void>;
}

/** Maximum number of exports that read from the database: each uses one of the connections for snapshots. */
const maxReading = 2;
/** Maximum number of exports in progress: each may have a temporary file as large as the whole export. */
const maxSending = 10;
const retryAfterSeconds = 5;

export function createSimsExport(schema: GraphQLSchema, log: Log): SimsExport {
  const types = { filter: inputOf(schema, 'SimFilter'), orderBy: inputOf(schema, 'SimOrder') };
  let read = 0;
  let sent = 0;

  /** Reads the SIMs into the spool; calls `begin` when the first are read, or when there are none. */
  async function fill(
    spool: Spool,
    found: FoundSims,
    lineOf: (row: SimRow) => string,
    cancellation: Cancellation,
    begin: () => void,
  ): Promise<number> {
    let sims = 0;
    read++;
    try {
      await found.read(async (rows) => {
        throwIfCancelled(cancellation);
        begin();
        sims += rows.length;
        await spool.write(Buffer.from(rows.map(lineOf).join('')));
      });
    } finally {
      read--;
    }
    throwIfCancelled(cancellation);
    begin();
    spool.end();
    return sims;
  }

  async function send(
    found: FoundSims,
    response: ServerResponse,
    coding: Coding | null,
    scopes: ReadonlySet<Scope>,
    cancellation: Cancellation,
  ): Promise<number> {
    const spool = createSpool();
    let sending: Promise<void> | undefined;
    // Called only now, so that a failure before the first SIMs is still sent as an error response.
    const begin = () => {
      if (sending !== undefined) return;
      response.writeHead(200, headersOf(found.state, coding, scopes));
      // A compressor writes nothing before it has read much.
      response.flushHeaders();
      sending = pipeline([
        Readable.from(spool.read()),
        ...(coding === null ? [] : [createCompressor(coding)]),
        response,
      ]);
      // It may fail while SIMs are still being read; it is awaited only after that.
      sending.catch(() => undefined);
    };
    sent++;
    try {
      await spool.write(Buffer.from(simsCsvHeader));
      const sims = await fill(spool, found, simsCsvLine(scopes), cancellation, begin);
      await sending;
      return sims;
    } catch (error) {
      // Shows the client that the file is incomplete.
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
    async handle(request, response, query, { fleet, requestId, principal }, cancellation) {
      if (request.method !== 'GET' && request.method !== 'HEAD') throw new MethodRefused(simsExportMethods);
      const inputs = readUrlInputs(query, types);
      checkScopes(inputs, principal);
      const filter = (inputs.filter ?? null) as SimFilter | null;
      const orderBy = (inputs.orderBy ?? null) as SimOrder | null;
      try {
        const found = await fleet.export(filter, orderBy);
        const coding = acceptedCoding(request.headers['accept-encoding']?.toString());
        if (request.method === 'HEAD') {
          response.writeHead(200, headersOf(found.state, coding, principal.scopes)).end();
          return;
        }
        if (read >= maxReading || sent >= maxSending)
          throw new GatewayError('OVERLOADED', { retryAfterSeconds });
        const sims = await send(found, response, coding, principal.scopes, cancellation);
        log.info({ requestId, sims }, 'export: sent');
      } catch (error) {
        if (response.headersSent || cancellation.isCancelled)
          log.info({ requestId, detail: String(error) }, 'export: cut short');
        if (cancellation.isCancelled) return;
        throw error instanceof StoreUnavailable
          ? new GatewayError('STORE_UNAVAILABLE', { retryAfterSeconds })
          : error;
      }
    },
  };
}

/** The scopes of the query `sims`. Errors: FORBIDDEN. */
function checkScopes(inputs: Readonly<Record<string, unknown>>, { scopes }: Principal): void {
  const missing = (['READ', ...scopesOfList(inputs)] as const).filter((scope) => !scopes.has(scope));
  if (missing.length > 0)
    throw new GatewayError('FORBIDDEN', {
      message: `The export needs the scope ${missing.join(' and ')}: the caller does not have it.`,
      requiredScopes: missing,
    });
}

function throwIfCancelled({ isCancelled }: Cancellation): void {
  if (isCancelled) throw new Error('the client has disconnected');
}

type FoundSims = Awaited<ReturnType<Context['fleet']['export']>>;

function inputOf(schema: GraphQLSchema, name: string) {
  const type = schema.getType(name);
  if (!isInputObjectType(type)) throw new Error(`${name} is not an input type of the schema`);
  return type;
}

interface ExportState {
  readonly asOf: Date;
  readonly isComplete: boolean;
  readonly unreadableSims: number;
}

function headersOf(
  state: ExportState | null,
  coding: Coding | null,
  scopes: ReadonlySet<Scope>,
): OutgoingHttpHeaders {
  const hidden = hiddenColumns(scopes);
  return {
    ...(hidden.length > 0 && { 'x-hidden-columns': hidden.join(', ') }),
    ...(coding !== null && { 'content-encoding': coding }),
    vary: varyingHeaders,
    'content-type': 'text/csv; charset=utf-8; header=present',
    'content-disposition': 'attachment; filename="sims.csv"',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    // Null: no SIM was read yet, so nothing in the file is older than now.
    'x-fleet-as-of': (state?.asOf ?? new Date()).toISOString(),
    'x-fleet-complete': String(state?.isComplete ?? false),
    'x-fleet-unreadable-sims': String(state?.unreadableSims ?? 0),
  };
}
