import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, ID, Info, Query, Resolver } from 'type-graphql';
import { badUserInput, fromFailure, GatewayError } from '../../errors/index.ts';
import type { BulkOperation } from '../bulk/bulk.type.ts';
import { Cost, lengthOf } from '../common/field-cost.ts';
import { Node } from '../common/node.type.ts';
import { decodeNodeId } from '../common/node-id.ts';
import type { Context } from '../context.ts';
import type { SimGroup } from '../group/group.type.ts';
import type { Sim } from '../sim/sim.type.ts';

type Found = Sim | SimGroup | BulkOperation;

/** Refetches things by their global ids. */
@Resolver()
export class NodeResolver {
  @Query(() => Node, {
    nullable: true,
    description: 'What has this id; null and SIM_NOT_FOUND or NOT_FOUND where it is no longer there.',
  })
  node(
    @Arg('id', () => ID, { description: 'As the field id gives it.' }) id: string,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Found> {
    context.lookAhead(info, context.loaders.sims.knownIccids([{ id }]));
    return find(id, context);
  }

  @Cost({ listSize: ({ ids }) => lengthOf(ids) })
  @Query(() => [Node], {
    nullable: 'items',
    description: 'What has these ids: in the same order and of the same length, at most 1000.',
  })
  nodes(
    @Arg('ids', () => [ID], { description: 'As the field id gives them.' }) ids: string[],
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<(Found | Error)[]> {
    if (ids.length > maxIds)
      throw new GatewayError('BAD_USER_INPUT', { message: `ids must hold at most ${maxIds} ids` });
    context.lookAhead(info, context.loaders.sims.knownIccids(ids.map((id) => ({ id }))));
    return Promise.all(ids.map((id) => find(id, context).catch(fromFailure)));
  }
}

const maxIds = 1000;

async function find(id: string, { loaders, bulk }: Context): Promise<Found> {
  const key = decodeNodeId(id);
  if (key === undefined) throw badUserInput('id', 'must be a global id, as the field id gives it');
  if (key.type === 'Sim') return loaders.sims.byIccid(key.iccid);
  if (key.type === 'BulkOperation') return bulk.byId(id);
  const groups = await loaders.account.groups();
  if (!groups.includes(key.name))
    throw new GatewayError('NOT_FOUND', { message: 'The account has no such group.' });
  return { name: key.name };
}
