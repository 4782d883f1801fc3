import { coerceInputValue, type GraphQLInputType } from 'graphql';
import { badUserInput, GatewayError } from '../../errors/index.ts';
import { shortMessage } from '../errors/without-values.ts';
import { isTooDeep } from './input-depth.ts';

/** Number of characters of an unknown parameter that a message quotes. */
const maxQuoted = 40;

/**
 * Parses the JSON parameters of a URL as GraphQL inputs of `types`, with the scalars, enums and defaults of the schema.
 * A parameter that is not given is undefined. Errors: BAD_USER_INPUT, which names the parameter and the rule.
 */
export function readUrlInputs<Name extends string>(
  query: string,
  types: Readonly<Record<Name, GraphQLInputType>>,
): Partial<Record<Name, unknown>> {
  const inputs: Partial<Record<Name, unknown>> = {};
  for (const part of query.replace(/^\?/, '').split('&')) {
    if (part === '') continue;
    const [name = ''] = part.split('=', 1);
    const given = decoded('The name of a parameter', name);
    if (!isNameIn(types, given))
      throw badUserInput(
        JSON.stringify(given.slice(0, maxQuoted)),
        `is no parameter: ${Object.keys(types).join(' and ')} are`,
      );
    if (Object.hasOwn(inputs, given)) throw badUserInput(given, 'must be given once');
    inputs[given] = coerced(given, jsonOf(given, decoded(given, part.slice(name.length + 1))), types[given]);
  }
  return inputs;
}

function isNameIn<Name extends string>(types: Readonly<Record<Name, unknown>>, name: string): name is Name {
  return Object.hasOwn(types, name);
}

function decoded(what: string, text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw badUserInput(what, 'must be percent-encoded UTF-8');
  }
}

function jsonOf(name: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw badUserInput(name, 'must be JSON');
  }
}

function coerced(name: string, value: unknown, type: GraphQLInputType): unknown {
  if (isTooDeep(value)) throw badUserInput(name, 'nests its values too deeply');
  return coerceInputValue(value, type, (path, _, { message }) => {
    const steps = path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${step}`));
    throw new GatewayError('BAD_USER_INPUT', {
      message: shortMessage(`${name}${steps.join('')}: ${message}`),
      argumentPath: [name, ...path],
    });
  });
}
