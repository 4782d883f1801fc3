import { Query, Resolver } from 'type-graphql';
import { errorCodes, errorTable } from '../../errors/index.ts';
import { Access } from '../common/access.ts';
import { Cost } from '../common/field-cost.ts';
import { nullOnlyWithError } from '../common/null-only-with-error.ts';
import { ErrorCodeInfo } from './error.type.ts';

const catalog: readonly ErrorCodeInfo[] = errorCodes.map((code) => {
  const row = errorTable[code];
  const { description, retryable } = row;
  return { code, simApiCode: 'simApiCode' in row ? row.simApiCode : null, description, retryable };
});

@Resolver()
export class ErrorCatalogResolver {
  @Cost({ listSize: errorCodes.length })
  @Access({ scopes: [] })
  @Query(() => [ErrorCodeInfo], nullOnlyWithError('All values of extensions.code and SimError.code.'))
  errorCatalog(): readonly ErrorCodeInfo[] {
    return catalog;
  }
}
