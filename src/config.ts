import { createHash } from 'node:crypto';
import type { AuthMethod, JwtSettings } from './base/auth-settings.ts';
import { commaSeparated } from './base/comma-separated.ts';
import { ConfigError } from './base/config-error.ts';
import type { LogLevel } from './base/log.ts';
import { faultOfMisspelt, type MisspeltSetting, misspeltSettings } from './base/misspelt-settings.ts';
import { type executors, settingNames, settings } from './settings.ts';

/** The validated settings, frozen. */
export interface Config {
  readonly host: string;
  readonly port: number;
  /** Host names allowed in addition to those of loopback, in the format of `createHostRule`. */
  readonly allowedHosts: string | undefined;
  /** Origins of pages that may call the gateway, in the form of the header Origin. */
  readonly corsOrigins: readonly string[];
  readonly logLevel: LogLevel;
  /** Number of gateways, in child processes that share the port and the database; 1: one gateway in this process. */
  readonly workers: number;
  readonly maxBodyBytes: number;
  readonly auth: {
    /** How callers prove who they are; empty: they are anonymous and may do everything. */
    readonly methods: readonly AuthMethod[];
    /** Allows the management of API keys; null: the gateway makes one in `dataDir` if its database is embedded. */
    readonly adminToken: string | null;
    /** Null without the method jwt. */
    readonly jwt: JwtSettings | null;
  };
  /** What executes GraphQL operations. */
  readonly executor: (typeof executors)[number];
  readonly limits: {
    /** Upstream calls that a mutation may make in addition to those that it needs if no SIM is refused. */
    readonly maxExtraCalls: number;
    /** Maximum number of objects in the answer of one operation, estimated before it runs. */
    readonly maxNodes: number;
    /** Maximum number of upstream calls for the reads of one operation, by the same estimate. */
    readonly maxUpstreamCalls: number;
  };
  readonly bulk: {
    /** Upstream calls per second of all bulk operations of an account, over all gateways. */
    readonly callsPerSecond: number;
    /** Concurrent upstream calls of bulk operations in this gateway. */
    readonly concurrency: number;
    /** Chunks that this gateway processes concurrently. */
    readonly chunkConcurrency: number;
    /** Delay before the first poll of changed SIMs, in ms. The delay doubles with each further poll, up to 60 s. */
    readonly firstPollMs: number;
  };
  readonly fleet: {
    /** Time from the start of one full sync to the start of the next, in ms; 0: this gateway has no fleet index. */
    readonly syncIntervalMs: number;
    /** Upstream calls per second for the fleet index. */
    readonly callsPerSecond: number;
  };
  /** Grace period for requests and changes in flight after SIGTERM or SIGINT, in ms. */
  readonly shutdownGraceMs: number;
  readonly store: {
    readonly dataDir: string;
    /** Null: the embedded database in `dataDir`. */
    readonly url: string | null;
    readonly migrationUrl: string | null;
    readonly maxConnections: number;
    /** Lease of a gateway, in ms. Without a renewal for this time it counts as dead, and another gateway recovers its changes. */
    readonly leaseMs: number;
    /** The account whose open work and keys `simApi.account` takes over, or its first 16 digits or more; null: none. */
    readonly adoptAccount: string | null;
    /** Age in days at which audit entries are deleted; 0: never. */
    readonly auditRetentionDays: number;
  };
  readonly simApi: {
    /** Ends with the version and no slash, for example https://api.1ot.mobi/v1. */
    readonly url: string;
    /** Identifies the account without revealing it: SHA-256 of URL and user name. */
    readonly account: string;
    readonly username: string;
    readonly password: string;
    /** Whether its SIMs are made up. */
    readonly isSandbox: boolean;
    readonly maxSimsPerCall: number;
    readonly smsSimsPerCall: number;
    readonly maxUrlBytes: number;
    readonly timeoutMs: number;
    readonly deadlineMs: number;
    readonly concurrency: number;
    readonly inferred: {
      readonly activeReadyPath: string;
      readonly imeiLockPath: string;
      readonly imeiLockParameter: string;
      readonly unlimitedDataLimit: string;
    };
  };
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Settings of 0.1 that were renamed: old name to current name. Old names are supported through 0.2.x. */
const currentNames: Readonly<Record<string, string>> = { BULK_FIRST_LOOK_MS: 'BULK_FIRST_POLL_MS' };

/** Settings that the environment has under an old name, each with its current name. */
export function oldSettings(environment: Environment = process.env): { name: string; currentName: string }[] {
  return Object.entries(currentNames).flatMap(([name, currentName]) =>
    environment[name] ? { name, currentName } : [],
  );
}

/** The settings whose names no other program is likely to use. */
const ownNames = /^(?:SIM_API|BULK|FLEET)_/;

/**
 * Whether the gateway does not start with this variable: no other program is likely to use such a name. Names that begin with JWT_ are
 * common, so one of them is an error only if tokens would be verified without the setting that it resembles.
 */
function isFault({ resembles }: MisspeltSetting, environment: Environment): boolean {
  if (ownNames.test(resembles)) return true;
  if (!resembles.startsWith('JWT_') || environment[resembles]) return false;
  return commaSeparated(environment.AUTH ?? '').includes('jwt');
}

const misspelt = (environment: Environment) =>
  misspeltSettings(environment, [...settingNames, ...Object.keys(currentNames)]);

/**
 * Variables that may be misspelt settings, or settings of another program. None of them is reported if the setting has a value, too.
 */
export function similarVariables(environment: Environment = process.env): MisspeltSetting[] {
  return misspelt(environment).filter(
    (variable) => !isFault(variable, environment) && !environment[variable.resembles],
  );
}

/** The settings with a value, by their current names. If both names have a value, the current name wins. */
function givenSettings(environment: Environment): Record<string, string | undefined> {
  const given = Object.entries(environment).filter(([, value]) => value !== '');
  const old = oldSettings(environment).map(({ name, currentName }) => [currentName, environment[name]]);
  return Object.fromEntries([...old, ...given]);
}

/**
 * Reads the configuration from the environment. Only this function and the sandbox read process.env.
 * Errors: ConfigError with all faults at once. It never contains a value, which may be a secret.
 */
export function readConfig(environment: Environment = process.env): Config {
  const given = givenSettings(environment);
  const parsed = settings.safeParse(given);
  const faults = (parsed.error?.issues ?? []).map((issue) => {
    const name = issue.path.join('.');
    if (given[name] === undefined && issue.code !== 'custom')
      return `${name} is missing (SIM_API_URL, SIM_API_USERNAME and SIM_API_PASSWORD are needed together)`;
    const old = environment[name]
      ? undefined
      : oldSettings(environment).find((each) => each.currentName === name);
    return old === undefined ? `${name} ${issue.message}` : `${old.name}, now ${name}, ${issue.message}`;
  });
  const misnamed = misspelt(environment).filter((variable) => isFault(variable, environment));
  faults.push(...misnamed.map(faultOfMisspelt));
  if (!parsed.success || faults.length > 0) throw new ConfigError(faults);
  const from = parsed.data;
  return deepFreeze({
    host: from.HOST,
    port: from.PORT,
    allowedHosts: from.ALLOWED_HOSTS,
    corsOrigins: from.CORS_ORIGINS ?? [],
    logLevel: from.LOG_LEVEL,
    workers: from.WORKERS,
    maxBodyBytes: from.MAX_BODY_BYTES,
    auth: {
      methods: from.AUTH,
      adminToken: from.ADMIN_TOKEN ?? null,
      jwt:
        from.JWT_ISSUER === undefined || from.JWT_AUDIENCE === undefined
          ? null
          : {
              issuer: from.JWT_ISSUER,
              audiences: from.JWT_AUDIENCE,
              jwksUrl: from.JWT_JWKS_URL ?? null,
              algorithms: from.JWT_ALGORITHMS,
              scopesClaim: from.JWT_SCOPES_CLAIM,
            },
    },
    executor: from.EXECUTOR,
    limits: {
      maxExtraCalls: from.MUTATION_MAX_EXTRA_CALLS,
      maxNodes: from.QUERY_MAX_NODES,
      maxUpstreamCalls: from.QUERY_MAX_UPSTREAM_CALLS,
    },
    bulk: {
      callsPerSecond: from.BULK_CALLS_PER_SECOND,
      concurrency: from.BULK_CONCURRENCY,
      chunkConcurrency: from.BULK_CHUNKS,
      firstPollMs: from.BULK_FIRST_POLL_MS,
    },
    fleet: { syncIntervalMs: from.FLEET_SYNC_INTERVAL_MS, callsPerSecond: from.FLEET_CALLS_PER_SECOND },
    shutdownGraceMs: from.SHUTDOWN_GRACE_MS,
    store: {
      dataDir: from.DATA_DIR,
      url: from.DATABASE_URL ?? null,
      migrationUrl: from.DATABASE_MIGRATION_URL ?? null,
      maxConnections: from.DATABASE_CONNECTIONS,
      leaseMs: from.CHANGE_LEASE_MS,
      adoptAccount: from.ADOPT_ACCOUNT ?? null,
      auditRetentionDays: from.AUDIT_RETENTION_DAYS,
    },
    simApi: {
      url: from.SIM_API_URL,
      account: accountOf(from.SIM_API_URL, from.SIM_API_USERNAME),
      username: from.SIM_API_USERNAME,
      password: from.SIM_API_PASSWORD,
      isSandbox: from.SIM_API_IS_SANDBOX === 'true',
      maxSimsPerCall: from.SIM_API_MAX_SIMS_PER_CALL,
      smsSimsPerCall: from.SMS_SIMS_PER_CALL,
      maxUrlBytes: from.SIM_API_MAX_URL_BYTES,
      timeoutMs: from.SIM_API_TIMEOUT_MS,
      deadlineMs: from.SIM_API_DEADLINE_MS,
      concurrency: from.SIM_API_CONCURRENCY,
      inferred: {
        activeReadyPath: from.SIM_API_PATH_ACTIVE_READY,
        imeiLockPath: from.SIM_API_PATH_IMEI_LOCK,
        imeiLockParameter: from.SIM_API_PARAMETER_IMEI_LOCK,
        unlimitedDataLimit: from.SIM_API_UNLIMITED_DATA_LIMIT,
      },
    },
  });
}

function accountOf(url: string, username: string): string {
  return createHash('sha256').update(`${url}\n${username}`).digest('hex');
}

function deepFreeze<T extends object>(value: T): T {
  for (const inner of Object.values(value))
    if (typeof inner === 'object' && inner !== null) deepFreeze(inner);
  return Object.freeze(value);
}
