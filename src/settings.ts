import * as z from 'zod';
import { type AuthMethod, authMethods, isJwtAlgorithms, jwtAlgorithmsRule } from './base/auth-settings.ts';
import { commaSeparated } from './base/comma-separated.ts';
import { hostListRule, isHostList, isLoopbackAddress } from './base/host-rule.ts';
import { logLevels } from './base/log.ts';
import { isOriginList, originListRule, originsOf } from './base/origin-list.ts';
import { isSecureUrl } from './base/secure-url.ts';

const wholeNumber = (from: number, to: number, byDefault: number) =>
  z
    .string()
    .default(String(byDefault))
    .refine((text) => /^\d+$/.test(text) && Number(text) >= from && Number(text) <= to, {
      error: `must be a whole number from ${from} to ${to}`,
    })
    .transform(Number);

const path = (byDefault: string) =>
  z
    .string()
    .regex(/^\/[\w/-]+$/, 'must be a path such as /activate')
    .default(byDefault);

const databaseUrl = z
  .url({
    protocol: /^postgres(?:ql)?$/,
    error: 'must be the address of a PostgreSQL database, for example postgresql://user:password@host/name',
  })
  .optional();

/** What a token is checked with must not be changed on its way. */
const secureUrl = z
  .string()
  .refine((text) => URL.canParse(text) && !/[?#@]/.test(text) && isSecureUrl(new URL(text)), {
    error:
      'must be an https address without query, fragment and credentials; http is accepted for loopback hosts only',
  })
  .optional();

const flag = z.enum(['true', 'false'], { error: 'must be true or false' }).default('false');

const authRule = `must be none, or one or both of ${authMethods.join(', ')}, separated by commas`;
const isAuthList = (text: string) => {
  const entries = commaSeparated(text);
  return text === 'none' || (entries.length > 0 && entries.every(isAuthMethod));
};
const isAuthMethod = (entry: string): entry is AuthMethod => authMethods.some((method) => method === entry);

export const executors = ['planned', 'graphql-js'] as const;

/** One entry for each setting: its rule, its default and its type. */
const eachSetting = z.object({
  HOST: z.string().min(1, 'must not be empty').default('127.0.0.1'),
  PORT: wholeNumber(0, 65_535, 4000),
  ALLOWED_HOSTS: z.string().refine(isHostList, { error: hostListRule }).optional(),
  CORS_ORIGINS: z.string().refine(isOriginList, { error: originListRule }).transform(originsOf).optional(),
  AUTH: z
    .string()
    .default('none')
    .refine(isAuthList, { error: authRule })
    .transform((text) => [...new Set(commaSeparated(text).filter(isAuthMethod))]),
  ALLOW_UNAUTHENTICATED: flag,
  ADMIN_TOKEN: z
    .string()
    .regex(/^[!-~]{32,}$/, 'must have at least 32 ASCII characters, and no spaces')
    .optional(),
  JWT_ISSUER: secureUrl,
  JWT_AUDIENCE: z
    .string()
    .transform(commaSeparated)
    .refine((entries) => entries.length > 0, { error: 'must be one or more audiences, separated by commas' })
    .optional(),
  JWT_JWKS_URL: secureUrl,
  JWT_ALGORITHMS: z
    .string()
    .default('RS256, PS256, ES256, EdDSA')
    .refine(isJwtAlgorithms, { error: jwtAlgorithmsRule })
    .transform(commaSeparated),
  JWT_SCOPES_CLAIM: z
    .string()
    .regex(/^[\w.:/-]+$/, 'must be the name of a claim')
    .default('scope'),
  LOG_LEVEL: z.enum(logLevels, { error: `must be one of ${logLevels.join(', ')}` }).default('info'),
  WORKERS: wholeNumber(1, 256, 1),
  MAX_BODY_BYTES: wholeNumber(10_000, 100_000_000, 25_165_824),
  EXECUTOR: z.enum(executors, { error: `must be one of ${executors.join(', ')}` }).default('planned'),
  MUTATION_MAX_EXTRA_CALLS: wholeNumber(0, 10_000, 200),
  QUERY_MAX_NODES: wholeNumber(1, 10_000_000, 100_000),
  QUERY_MAX_UPSTREAM_CALLS: wholeNumber(1, 1_000_000, 1000),
  BULK_CALLS_PER_SECOND: wholeNumber(1, 100_000, 100),
  BULK_CONCURRENCY: wholeNumber(1, 1000, 5),
  BULK_CHUNKS: wholeNumber(1, 100, 3),
  BULK_FIRST_POLL_MS: wholeNumber(100, 600_000, 3000),
  FLEET_SYNC_INTERVAL_MS: wholeNumber(0, 86_400_000, 60_000),
  FLEET_CALLS_PER_SECOND: wholeNumber(1, 100_000, 10),
  SHUTDOWN_GRACE_MS: wholeNumber(0, 600_000, 10_000),
  DATA_DIR: z.string().default('data'),
  DATABASE_URL: databaseUrl,
  DATABASE_MIGRATION_URL: databaseUrl,
  DATABASE_CONNECTIONS: wholeNumber(1, 1000, 10),
  CHANGE_LEASE_MS: wholeNumber(1000, 600_000, 15_000),
  ADOPT_ACCOUNT: z
    .string()
    .regex(
      /^[0-9a-f]{16,64}$/,
      'must be an account as the log shows it, or more of it: 16 to 64 hexadecimal digits',
    )
    .optional(),
  AUDIT_RETENTION_DAYS: wholeNumber(0, 36_500, 365),
  SIM_API_URL: z
    .url({
      protocol: /^https?$/,
      error: 'must be an http or https address, for example https://api.1ot.mobi/v1',
    })
    .refine((text) => !/[?#@]/.test(text), {
      error: 'must have no query, no fragment and no credentials in it',
    })
    .refine((text) => URL.canParse(text) && /[^/]/.test(new URL(text).pathname), {
      error: 'must include the path of the API, for example https://api.1ot.mobi/v1',
    })
    .transform((text) => text.replace(/\/+$/, '')),
  SIM_API_USERNAME: z.string().min(1, 'must not be empty'),
  SIM_API_PASSWORD: z.string().min(1, 'must not be empty'),
  SIM_API_IS_SANDBOX: flag,
  SIM_API_MAX_SIMS_PER_CALL: wholeNumber(1, 1000, 1000),
  SMS_SIMS_PER_CALL: wholeNumber(1, 1000, 1),
  SIM_API_MAX_URL_BYTES: wholeNumber(200, 1_000_000, 7500),
  SIM_API_TIMEOUT_MS: wholeNumber(1, 600_000, 10_000),
  SIM_API_DEADLINE_MS: wholeNumber(1, 600_000, 30_000),
  SIM_API_CONCURRENCY: wholeNumber(1, 1000, 10),
  SIM_API_PATH_ACTIVE_READY: path('/active_ready'),
  SIM_API_PATH_IMEI_LOCK: path('/set_imei_lock'),
  SIM_API_PARAMETER_IMEI_LOCK: z.string().regex(/^\w+$/, 'must be a parameter name').default('lock'),
  SIM_API_UNLIMITED_DATA_LIMIT: z.string().regex(/^\w*$/, 'must be a parameter value').default('0'),
});

export const settingNames = Object.keys(eachSetting.shape);

/** Faults of settings that are valid, but do not go together. Each has the name of a setting and a rule. */
function checkAuth(from: z.infer<typeof eachSetting>, context: z.RefinementCtx): void {
  const refuse = (name: string, message: string) =>
    context.addIssue({ code: 'custom', path: [name], message, input: undefined });
  const { AUTH, HOST, ALLOW_UNAUTHENTICATED, JWT_ISSUER, JWT_AUDIENCE } = from;
  // A text: it is not valid, which is a fault already.
  if (!Array.isArray(AUTH)) return;
  if (AUTH.length === 0 && !isLoopbackAddress(HOST) && ALLOW_UNAUTHENTICATED !== 'true')
    refuse(
      'AUTH',
      'is none, and HOST is not a loopback address: every caller who reaches this address could close SIMs. Set AUTH to apikey or jwt; if a proxy before the gateway authenticates callers, set ALLOW_UNAUTHENTICATED=true',
    );
  const hasJwt = AUTH.includes('jwt');
  if (hasJwt && JWT_ISSUER === undefined) refuse('JWT_ISSUER', 'is needed with AUTH=jwt');
  if (hasJwt && JWT_AUDIENCE === undefined) refuse('JWT_AUDIENCE', 'is needed with AUTH=jwt');
  // A setting without effect would look like protection.
  const unused = [
    ...(hasJwt ? [] : (['JWT_ISSUER', 'JWT_AUDIENCE', 'JWT_JWKS_URL'] as const)),
    ...(AUTH.includes('apikey') ? [] : (['ADMIN_TOKEN'] as const)),
  ];
  for (const name of unused)
    if (from[name] !== undefined)
      refuse(name, `is set, but AUTH does not have ${name === 'ADMIN_TOKEN' ? 'apikey' : 'jwt'}`);
}

/** The rules of all settings, single and together. */
export const settings = eachSetting.superRefine(checkAuth);
