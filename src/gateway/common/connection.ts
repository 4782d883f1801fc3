import { type ClassType, Field, Int, ObjectType } from 'type-graphql';

@ObjectType('PageInfo', { description: 'Relay page information. Cursors are opaque.', simpleResolvers: true })
export class PageInfo {
  @Field(() => Boolean, { description: 'Whether there are items after the last edge.' })
  hasNextPage!: boolean;

  @Field(() => Boolean, { description: 'Whether there are items before the first edge.' })
  hasPreviousPage!: boolean;

  @Field(() => String, { nullable: true, description: 'Cursor of the first edge; null on an empty page.' })
  startCursor!: string | null;

  @Field(() => String, { nullable: true, description: 'Cursor of the last edge; null on an empty page.' })
  endCursor!: string | null;
}

export interface Edge<T> {
  readonly cursor: string;
  readonly node: T;
}

/** A page of a list, the value that connection resolvers return. Fields that are not selected are not computed. */
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

/** Creates the Relay connection and edge types of `node`. Returns an abstract class, which the connection class of the type extends. */
export function connectionOf<T extends object>(nodeName: string, node: () => ClassType<T>) {
  @ObjectType(`${nodeName}Edge`, {
    description: 'Relay edge: an item and its cursor.',
    simpleResolvers: true,
  })
  class NodeEdge implements Edge<T> {
    @Field(() => String, { description: 'Opaque cursor of this item, for the paging arguments.' })
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

    @Field(() => PageInfo, {
      description: 'Cursors of this page, and whether there are items before and after it.',
    })
    pageInfo!: PageInfo;

    @Field(() => Int, { description: 'Number of items on all pages.' })
    totalCount!: number;
  }

  return NodeConnection;
}
