import type { GraphQLResolveInfo } from 'graphql';
import { Args, Ctx, FieldResolver, Info, Query, Resolver, Root } from 'type-graphql';
import { checkText } from '../../errors/index.ts';
import { Access } from '../common/access.ts';
import { nullOnlyWithError } from '../common/null-only-with-error.ts';
import { windowOf } from '../common/paging.ts';
import { ICCID } from '../common/scalars.ts';
import { selectedFields } from '../common/selection.ts';
import type { Context } from '../context.ts';
import { AuditIccidsArgs, AuditLogArgs } from './audit.args.ts';
import { AuditEntry, AuditEntryConnection } from './audit.type.ts';

@Resolver(() => AuditEntry)
export class AuditResolver {
  @Access({ scopes: ['AUDIT'], coversAccount: true })
  @Query(
    () => AuditEntryConnection,
    nullOnlyWithError(
      'Changes made through this gateway, newest first: who asked for what, and the outcome. It has no changes made elsewhere, and no requests that were refused for their arguments alone, before any SIM was read. STORE_UNAVAILABLE if the database does not answer.',
    ),
  )
  auditLog(
    @Args(() => AuditLogArgs) { first, after, ...filter }: AuditLogArgs,
    @Ctx() { audit }: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<AuditEntryConnection> {
    if (filter.actor != null) checkText('actor', filter.actor);
    const isCounted = selectedFields(info, 'AuditEntryConnection').some(({ name }) => name === 'totalCount');
    return audit.page(filter, windowOf({ first, after }), isCounted);
  }

  @FieldResolver(() => [ICCID], {
    description:
      'ICCIDs of the first SIMs of the change, up to 500, in the order of the request. SIMs whose ICCID is not known, such as an EID without a SIM, are left out.',
  })
  iccids(
    @Root() { id }: AuditEntry,
    @Args(() => AuditIccidsArgs) args: AuditIccidsArgs,
    @Ctx() { audit }: Context,
  ): Promise<string[]> {
    return audit.iccids(id, windowOf(args).count);
  }
}
