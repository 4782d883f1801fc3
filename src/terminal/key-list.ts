import type { ApiKey } from './admin.ts';
import type { List } from './list.ts';
import type { Span } from './screen.ts';

export const KEY_LIST: List<ApiKey> = {
  columns: [
    { name: 'name', value: ({ name }) => name, isWhole: true },
    { name: 'status', value: statusOf, cell: statusCell },
    { name: 'scopes', value: ({ scopes }) => scopes.join(',') },
    {
      name: 'groups',
      value: ({ groups }) => groups?.join(','),
      cell: ({ groups }) => groups?.join(',') ?? '(all)',
    },
    { name: 'createdAt', value: ({ createdAt }) => createdAt, only: 'csv' },
    {
      name: 'expiresAt',
      heading: 'EXPIRES',
      value: ({ expiresAt }) => expiresAt,
      cell: ({ expiresAt }) => expiresAt ?? '(never)',
    },
    {
      name: 'lastUsedAt',
      heading: 'LAST USED',
      value: ({ lastUsedAt }) => lastUsedAt,
      cell: ({ lastUsedAt }) => lastUsedAt ?? '(never)',
    },
    { name: 'revokedAt', value: ({ revokedAt }) => revokedAt, only: 'csv' },
    { name: 'id', value: ({ id }) => id, isWhole: true },
  ],
};

function statusCell(key: ApiKey): Span {
  const status = statusOf(key);
  return { text: status, ...(status !== 'valid' && { style: 'dim' }) };
}

function statusOf({ revokedAt, expiresAt, previousUntil }: ApiKey): string {
  if (revokedAt !== null) return 'revoked';
  if (expiresAt !== null && Date.parse(expiresAt) <= Date.now()) return 'expired';
  return previousUntil !== null && Date.parse(previousUntil) > Date.now() ? 'rotating' : 'valid';
}
