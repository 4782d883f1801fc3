/** What the program ends with. */
export const EXIT = {
  succeeded: 0,
  /** Something failed, is unknown, was not sent, is not there or could not be written. */
  notAll: 1,
  /** Wrong usage, or the gateway refused to start it. */
  refused: 2,
  unreachable: 3,
  /** Detached or interrupted. */
  interrupted: 130,
} as const;

/** One of them. */
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Told under the help of every command. */
export const EXIT_CODES_HELP = `
Exit codes:
  0    all succeeded (with --detach: it was started)
  1    something failed, is unknown, was not sent or is not there; or whether it was started is unknown; or the result
       could not be written
  2    wrong usage, or the gateway refused to start it
  3    the gateway could not be reached
  130  detached or interrupted; the operation goes on in the gateway
`;

/** A command that cannot be carried out as it was typed. The message says which option, and the rule. */
export class WrongUsage extends Error {}
