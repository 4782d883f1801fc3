import { randomUUID } from 'node:crypto';
import { ask } from './programs.mjs';

const kinds = {
  sms: { field: 'sendSms', input: 'SendSmsInput', path: '/sendSms', mark: 'text' },
  group: { field: 'setSimsGroup', input: 'SetSimsGroupInput', path: '/set_group', mark: 'group' },
  activate: { field: 'activateSims', input: 'SimsInput', path: '/activate' },
  deactivate: { field: 'deactivateSims', input: 'SimsInput', path: '/deactivate' },
  suspend: { field: 'suspendSims', input: 'SimsInput', path: '/suspend' },
  reset: { field: 'resetSims', input: 'SimsInput', path: '/reset' },
};

/** Paths of all changes that these mutations send. */
export const changePaths = Object.values(kinds).map(({ path }) => path);

/**
 * A mutation with a new idempotency key. Its value (an SMS text, a group name) is unique, so that the sandbox's effects identify
 * the mutation. `alreadySo`: SIMs that need no change.
 */
export function newMutation(kind, iccids, alreadySo = []) {
  const key = randomUUID();
  const { mark } = kinds[kind];
  return {
    ...kinds[kind],
    kind,
    key,
    iccids,
    alreadySo: new Set(alreadySo),
    said: mark === undefined ? '' : `${kind} ${key}`,
  };
}

/**
 * Sends a mutation. Returns `{results, codes}`: outcomes by ICCID, and their error codes; `{code}` if an error answered it; or
 * `{lost}` if no answer came.
 */
export async function send(gatewayUrl, { field, input, mark, iccids, said, key }) {
  const text = `mutation ($input: ${input}!) { payload: ${field}(input: $input) { results { iccid outcome error { code } } } }`;
  const values = { sims: iccids.map((iccid) => ({ iccid })), ...(mark !== undefined && { [mark]: said }) };
  try {
    const { data, errors } = await ask(gatewayUrl, text, { input: values }, { 'idempotency-key': key });
    if (errors) return { code: errors[0].extensions.code };
    const { results } = data.payload;
    return {
      results: new Map(results.map(({ iccid, outcome }) => [iccid, outcome])),
      codes: [...new Set(results.flatMap(({ error }) => error?.code ?? []))].sort(),
    };
  } catch (error) {
    return { lost: String(error.cause ?? error) };
  }
}

/** The key of an effect of the sandbox, or of a SIM of a mutation; it is unique if mutations of the same path name different SIMs. */
export const traceOf = (path, iccid, said) => `${path} ${iccid} ${said}`;

/** The key of an effect as the sandbox reports it. */
export const traceOfEffect = ({ path, iccid, params }) =>
  traceOf(path, iccid, params.message ?? params.group ?? '');
