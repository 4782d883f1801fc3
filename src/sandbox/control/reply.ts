import * as z from 'zod';
import { type Answer, plainError } from '../api/answer.ts';

/** Thrown when a control call cannot be served. */
export class ControlError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** Parses the body of a control call. Errors: ControlError 400 that names the field. */
export function read<T>(schema: z.ZodType<T>, body: unknown): T {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  throw new ControlError(400, z.prettifyError(result.error));
}

/** The answer to a control call that failed. Errors: rethrows an error that is not a ControlError. */
export function failed(error: unknown): Answer {
  if (error instanceof ControlError) return plainError(error.status, 'control', error.message);
  throw error;
}
