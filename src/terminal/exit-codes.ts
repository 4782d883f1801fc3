export const EXIT = {
  succeeded: 0,
  /** A SIM failed, is unknown, was not sent or does not exist; or a change may have been made; or the result could not be written. */
  notAll: 1,
  /** Wrong usage, the gateway refused an argument or the start of the operation, or the answer to a question was no. */
  refused: 2,
  unreachable: 3,
  /** The gateway needs a key or token, or does not accept it, or it lacks a scope. */
  unauthorized: 4,
  /** Detached or interrupted. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Shown below the help of every command. */
export const EXIT_CODES_HELP = `
Exit codes:
  0    all succeeded (with --detach: the operation was started)
  1    a SIM failed, is unknown, was not sent or does not exist; or it is unknown whether the change was made, or the
       operation started; or the result could not be written
  2    wrong usage, or the gateway refused an argument or the start of the operation, or a question was answered with no
  3    the gateway could not be reached
  4    the gateway needs an API key or token, or refused it, or it lacks a scope
  130  detached or interrupted; the operation continues in the gateway
`;

/** A usage error. The message names the option and the rule. */
export class WrongUsage extends Error {}
