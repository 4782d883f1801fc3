import { type ClassType, Field, Int, ObjectType } from 'type-graphql';

/** Relay page information. */
@ObjectType('PageInfo', { description: 'Relay page information. Cursors are opaque.', simpleResolvers: true })
export class PageInfo {
  @Field(() => Boolean, { description: 'Whether there is more behind the last edge.' })
  hasNextPage!: boolean;

  @Field(() => Boolean, { description: 'Whether there is more before the first edge.' })
  hasPreviousPage!: boolean;

  @Field(() => String, { nullable: true, description: 'Cursor of the first edge; null on an empty page.' })
  startCursor!: string | null;

  @Field(() => String, { nullable: true, description: 'Cursor of the last edge; null on an empty page.' })
  endCursor!: string | null;
}

/** One item and its place. */
export interface Edge<T> {
  readonly cursor: string;
  readonly node: T;
}

/** A stretch of a list, as the resolvers of a connection read it: what nobody selected is not worked out. */
export class ConnectionPage<T> {
  constructor(
    readonly nodes: readonly T[],
    readonly totalCount: number,
    private readonly cursorAt: (index: number) => string,
    private readonly around: { readonly hasNextPage: boolean; readonly hasPreviousPage: boolean },
  ) {}

  get edges(): Edge<T>[] {
    const { cursorAt } = this;
    return this.nodes.map((node, index) => ({
      node,
      get cursor() {
        return cursorAt(index);
      },
    }));
  }

  get pageInfo(): PageInfo {
    const last = this.nodes.length - 1;
    return {
      ...this.around,
      startCursor: last < 0 ? null : this.cursorAt(0),
      endCursor: last < 0 ? null : this.cursorAt(last),
    };
  }
}

/** The GraphQL types of a Relay connection over `node`: an abstract one, for a class of the noun's own to extend. */
export function connectionOf<T extends object>(nodeName: string, node: () => ClassType<T>) {
  @ObjectType(`${nodeName}Edge`, {
    description: 'Relay edge: an item and its place in the list.',
    simpleResolvers: true,
  })
  class NodeEdge implements Edge<T> {
    @Field(() => String, { description: 'Opaque place of this item in the list, for after and before.' })
    cursor!: string;

    @Field(() => node(), { description: 'The item.' })
    node!: T;
  }

  @ObjectType()
  abstract class NodeConnection {
    @Field(() => [NodeEdge], { description: 'Items with their cursors.' })
    edges!: readonly Edge<T>[];

    @Field(() => [node()], { description: 'Items without cursors.' })
    nodes!: readonly T[];

    @Field(() => PageInfo, { description: 'Where this page lies in the list.' })
    pageInfo!: PageInfo;

    @Field(() => Int, { description: 'Items over all pages.' })
    totalCount!: number;
  }

  return NodeConnection;
}
