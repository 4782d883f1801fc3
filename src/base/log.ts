import { pino } from 'pino';
import type { LogDestination } from './log-destination.ts';

/** Writes one JSON line per event, with these fields and this message. */
export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** Values of LOG_LEVEL, from most to fewest lines. */
export const logLevels = ['debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

/**
 * Creates a log of JSON lines. `fields` are added to each line.
 * Callers list each logged field: they never log a whole request, header or argument object, which could contain a password, a token
 * or a message text.
 */
export function createLog(
  level: LogLevel,
  destination: Pick<LogDestination, 'write'>,
  fields: object | null = null,
): Log {
  return pino({ level, base: fields, timestamp: pino.stdTimeFunctions.isoTime }, destination);
}
