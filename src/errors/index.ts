/** Public API of the errors module: error codes, GatewayError and its stored form. */
export { checkText } from './check-text.ts';
export {
  type ArgumentPath,
  argumentPathOf,
  badUserInput,
  fromFailure,
  fromSimApi,
  GatewayError,
  gatewayErrorOf,
  itemOf,
  rejectedBy,
  type SimApiWords,
} from './gateway-error.ts';
export { deserializeError, type StoredError, serializeError } from './stored-error.ts';
export {
  codeOfSimApi,
  type ErrorCode,
  type ErrorRow,
  errorCodes,
  errorTable,
  isErrorCode,
  releasesKey,
} from './table.ts';
