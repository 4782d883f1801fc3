import { pino } from 'pino';
import type { LogDestination } from './log-destination.ts';

/** One JSON line per event; the first argument holds the fields, the second the words. */
export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** What LOG_LEVEL may be, from most to least talkative. */
export const logLevels = ['debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

/**
 * A log that writes JSON lines.
 * Callers name the fields they log one by one: no request, header or argument object is ever logged whole,
 * so that no password, token or message text can ride along.
 */
export function createLog(level: LogLevel, destination: Pick<LogDestination, 'write'>): Log {
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, destination);
}
