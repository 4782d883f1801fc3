import { Arg, Ctx, FieldResolver, ID, Query, Resolver, Root } from 'type-graphql';
import { Account } from '../account/account.type.ts';
import { Access } from '../common/access.ts';
import { Cost } from '../common/field-cost.ts';
import { groupNodeId } from '../common/node-id.ts';
import type { Context } from '../context.ts';
import { GroupCount } from '../fleet/fleet.type.ts';
import { Sim } from '../sim/sim.type.ts';
import { SimGroup } from './group.type.ts';

@Resolver(() => SimGroup)
export class GroupResolver {
  @Cost({ calls: 1 })
  @Access({ scopes: ['READ'] })
  @Query(() => SimGroup, {
    nullable: true,
    description: 'One group by its name. Null if the account has no such group.',
  })
  async group(
    @Arg('name', () => String, { description: 'Exact name of the group; case matters.' }) name: string,
    @Ctx() { loaders }: Context,
  ): Promise<SimGroup | null> {
    return (await loaders.account.groups()).includes(name) ? { name } : null;
  }

  @FieldResolver(() => ID, { description: 'Opaque and stable. Do not parse it.' })
  id(@Root() { name }: SimGroup): string {
    return groupNodeId(name);
  }
}

@Resolver(() => Sim)
export class SimGroupResolver {
  @FieldResolver(() => SimGroup, {
    nullable: true,
    description: 'The group of the SIM. Null if it is in none.',
  })
  group(@Root() { groupName }: Sim): SimGroup | null {
    return groupName === null ? null : { name: groupName };
  }
}

@Resolver(() => Account)
export class AccountGroupResolver {
  @Cost({ calls: 1, listSize: (_, { groups }) => groups })
  @FieldResolver(() => [SimGroup], {
    nullable: true,
    description: 'Groups of the account, in the order of the SIM API.',
  })
  async groups(@Ctx() { loaders, estimate }: Context): Promise<SimGroup[]> {
    const names = await loaders.account.groups();
    estimate.checkGroups(names.length);
    return names.map((name) => ({ name }));
  }
}

@Resolver(() => GroupCount)
export class GroupCountResolver {
  @FieldResolver(() => SimGroup, { nullable: true, description: 'The group. Null for the SIMs in no group.' })
  group(@Root() { groupName }: GroupCount): SimGroup | null {
    return groupName === null ? null : { name: groupName };
  }
}
