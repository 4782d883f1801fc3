import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, ID, Info, Query, Resolver } from 'type-graphql';
import { badUserInput, fromFailure, GatewayError } from '../../errors/index.ts';
import type { BulkOperation } from '../bulk/bulk.type.ts';
import { Access } from '../common/access.ts';
import { Cost, lengthOf } from '../common/field-cost.ts';
import { Node } from '../common/node.type.ts';
import { decodeNodeId } from '../common/node-id.ts';
import type { Context } from '../context.ts';
import type { SimGroup } from '../group/group.type.ts';
import type { Sim } from '../sim/sim.type.ts';

type Found = Sim | SimGroup | BulkOperation;

@Resolver()
export class NodeResolver {
  @Access({ scopes: ['READ'] })
  @Query(() => Node, {
    nullable: true,
    description:
      'The SIM, group or bulk operation with this id. Null with the error SIM_NOT_FOUND or NOT_FOUND if it does not exist.',
  })
  node(
    @Arg('id', () => ID, { description: 'Global id, from the field id of the object.' }) id: string,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Found> {
    return context.lookAhead(info, context.loaders.sims.knownIccids([{ id }]), find(id, context));
  }

  @Cost({ listSize: ({ ids }) => lengthOf(ids) })
  @Access({ scopes: ['READ'] })
  @Query(() => [Node], {
    nullable: 'itemsAndList',
    description:
      'The SIMs, groups and bulk operations with these ids, in the same order and length. An object that does not exist is null, with the error SIM_NOT_FOUND or NOT_FOUND at its index. The list is null only with an error.',
  })
  nodes(
    @Arg('ids', () => [ID], { description: 'Global ids, at most 1000, from the field id of each object.' })
    ids: string[],
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<(Found | Error)[]> {
    if (ids.length > maxIds) throw badUserInput('ids', `must hold at most ${maxIds} ids`);
    const iccids = context.loaders.sims.knownIccids(ids.map((id) => ({ id })));
    const found = Promise.all(ids.map((id, index) => find(id, context, `ids[${index}]`).catch(fromFailure)));
    return context.lookAhead(info, iccids, found);
  }
}

const maxIds = 1000;

async function find(id: string, { loaders, bulk }: Context, field = 'id'): Promise<Found> {
  const key = decodeNodeId(id);
  if (key === undefined) throw badUserInput(field, 'must be a global id, from the field id of an object');
  if (key.type === 'Sim') return loaders.sims.byIccid(key.iccid);
  if (key.type === 'BulkOperation') return bulk.byId(id);
  const groups = await loaders.account.groups();
  if (!groups.includes(key.name))
    throw new GatewayError('NOT_FOUND', { message: 'The account has no such group.' });
  return { name: key.name };
}
