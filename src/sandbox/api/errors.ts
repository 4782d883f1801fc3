/** The error codes of the SIM API with their descriptions. */
export const errorDescriptions = {
  E000: 'Server error',
  E002: 'SIM not found',
  E003: 'Feature not enabled',
  E101: 'No SIM cost history for given ICCID in the given month and year',
  E102: 'No account balance history in the given month and year',
  E103: 'No diagnostics available for this SIM',
  E201: 'Cannot change SIM status to desired state, the current status is prohibiting such an operation',
  E202: 'SIM status is locked by an administrator',
  E203: 'Cannot apply new IMEI lock status for SIMs',
  E210: 'Cannot set new data limit because it would exceed the current data usage',
  E211: 'Cannot resume/activate SIM because the amount of used data is equal to or exceeds the data limit set for this SIM',
  E220: 'Cannot assign the SIM to the specified group because the name is forbidden',
  E230: 'Too many SIMs (over 1000) given as arguments',
  E240: 'SMS not allowed for some SIMs',
} as const;

export type ErrorCode = keyof typeof errorDescriptions;

/** Thrown when the SIM API refuses a call with an error code. */
export class Refusal extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode) {
    super(errorDescriptions[code]);
    this.code = code;
  }
}

/** Thrown when a parameter is missing or malformed; the contract has no error code for this. */
export class BadParameter extends Error {}
