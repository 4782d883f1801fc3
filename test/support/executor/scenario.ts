import { GraphQLError, type GraphQLResolveInfo, responsePathAsArray } from 'graphql';

/** Which of `count` cases a position takes. It depends on the text only, not on the order of the calls. */
function choose(text: string, count: number): number {
  let hash = 2166136261;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 16777619);
  hash = Math.imul(hash ^ (hash >>> 15), 2246822507);
  return ((hash ^ (hash >>> 13)) >>> 0) % count;
}

/** One execution: decides what each resolver does, and records what each was given. */
export class Scenario {
  readonly calls: string[] = [];

  constructor(
    private readonly seed: number,
    /** How many of 100 resolvers fail or return something odd. */
    private readonly failures: number,
    /** After this number of calls, resolvers that wait are rejected: the client has disconnected. */
    private readonly cancelledAfter: number,
  ) {}

  choose(position: string, count: number): number {
    return choose(`${this.seed}/${position}`, count);
  }

  record(info: GraphQLResolveInfo, source: unknown, args: unknown, extra: unknown[]): string {
    const { path, fieldName, fieldNodes, returnType, parentType, operation, fragments } = info;
    const position = responsePathAsArray(path).join('.');
    const types: string[] = [];
    for (let at: typeof path | undefined = path; at !== undefined; at = at.prev)
      types.push(String(at.typename));
    this.calls.push(
      JSON.stringify([
        position,
        types,
        fieldName,
        fieldNodes.map(({ loc }) => loc?.start),
        String(returnType),
        parentType.name,
        operation.name?.value,
        Object.keys(fragments),
        info.schema.getQueryType()?.name,
        info.variableValues,
        typeof info.rootValue,
        Object.keys(info),
        (source as { id?: unknown } | undefined)?.id,
        args,
        extra.length,
      ]),
    );
    return position;
  }

  /** What a resolver, or the item of a list, is at this position: mostly what `make` returns, now or later. */
  act(position: string, make: () => unknown): unknown {
    const value = this.actAt(position, make);
    // An executor does not read the rest of a list that has failed.
    if (value instanceof Promise) value.catch(() => undefined);
    return value;
  }

  private actAt(position: string, make: () => unknown): unknown {
    if (this.choose(`${position}?`, 100) < this.failures) return this.fail(position);
    const later = async (ticks: number) => {
      for (let tick = 0; tick < ticks; tick++) await undefined;
      return make();
    };
    switch (this.choose(`${position}!`, 12)) {
      case 0:
        return Promise.resolve(make());
      case 1:
        return later(1);
      case 2:
        return later(2 + this.choose(`${position}#`, 6));
      case 3:
        return this.late(make);
      case 4:
        return Promise.resolve(later(1));
      case 5: {
        const promise = later(1);
        // An object that is no Promise.
        promise.catch(() => undefined);
        return Object.fromEntries([['then', promise.then.bind(promise)]]);
      }
      default:
        return make();
    }
  }

  private async late(make: () => unknown): Promise<unknown> {
    await new Promise(setImmediate);
    if (this.calls.length > this.cancelledAfter) throw new Error('the client has disconnected');
    return make();
  }

  private fail(position: string): unknown {
    const error = () => new Error(`failed at ${position}`);
    const coded = () =>
      new GraphQLError(`refused at ${position}`, { extensions: { code: 'REFUSED', position } });
    switch (this.choose(`${position}-`, 16)) {
      case 0:
      case 1:
        throw error();
      case 2:
        throw `text at ${position}`;
      case 3:
        throw undefined;
      case 4:
        throw coded();
      case 5:
        return error();
      case 6:
        return Promise.resolve(coded());
      case 7:
        return Promise.reject(error());
      case 8:
        return Promise.reject({ position });
      case 9:
        return this.late(() => {
          throw coded();
        });
      case 10:
        return undefined;
      case 11:
        return { unexpected: position };
      case 12:
        return Promise.resolve(null);
      case 13:
        // Located already.
        throw new GraphQLError(`located at ${position}`, { path: ['elsewhere', 1] });
      default:
        return null;
    }
  }
}
