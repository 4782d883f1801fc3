import { Ctx, Query, Resolver } from 'type-graphql';
import { scopes } from '../../auth/index.ts';
import { Access } from '../common/access.ts';
import { nullOnlyWithError } from '../common/null-only-with-error.ts';
import type { Context } from '../context.ts';
import { Viewer } from './viewer.type.ts';

@Resolver()
export class ViewerResolver {
  @Access({ scopes: [] })
  @Query(
    () => Viewer,
    nullOnlyWithError('The caller: who it is, what it may do and until when. It needs no scope.'),
  )
  viewer(@Ctx() { principal, isSandbox }: Context): Viewer {
    const { actor, method, groups, expiresAt } = principal;
    return {
      actor,
      method,
      groups,
      expiresAt,
      scopes: scopes.filter((scope) => principal.scopes.has(scope)),
      environment: isSandbox ? 'SANDBOX' : 'LIVE',
    };
  }
}
