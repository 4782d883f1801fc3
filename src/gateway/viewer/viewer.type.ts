import { Field, ObjectType, registerEnumType } from 'type-graphql';
import { type Method, type Scope, scopes } from '../../auth/index.ts';
import { enumOf } from '../common/enum.ts';
import { DateTime } from '../common/scalars.ts';

const ScopeEnum: Record<Scope, Scope> = enumOf(scopes);
registerEnumType(ScopeEnum, {
  name: 'Scope',
  description:
    'What a caller may do. No scope includes another. docs/authentication.md has the scope of every field.',
  valuesConfig: {
    READ: { description: 'Read SIMs, groups, alerts, sessions and bulk operations.' },
    COST: { description: 'Read costs and balances, and filter and sort by them.' },
    CONTROL: {
      description:
        'Change SIMs in every way that can be undone: states, names, groups, limits, locks, eSIM profiles. Mark alerts as read.',
    },
    SMS: { description: 'Send SMS to devices.' },
    CLOSE: { description: 'Close SIMs, which cannot be undone.' },
    AUDIT: { description: 'Read the audit log.' },
    PERSONAL: {
      description:
        'Read phone numbers (MSISDN), IMSI, IMEI and positions of devices, and sort by and search in them. Without it they are null.',
    },
  } satisfies Record<Scope, object>,
});

const MethodEnum: Record<Method, Method> = enumOf(['NONE', 'API_KEY', 'JWT']);
registerEnumType(MethodEnum, {
  name: 'AuthenticationMethod',
  description: 'How a caller proved who it is.',
  valuesConfig: {
    NONE: { description: 'Not at all: the gateway does not authenticate callers.' },
    API_KEY: { description: 'By an API key of the gateway.' },
    JWT: { description: 'By a JSON Web Token of the issuer that the gateway trusts.' },
  } satisfies Record<Method, object>,
});

const EnvironmentEnum = enumOf(['SANDBOX', 'LIVE']);
registerEnumType(EnvironmentEnum, {
  name: 'Environment',
  description: 'What the SIMs are.',
  valuesConfig: {
    SANDBOX: { description: 'Made up, in the sandbox: changes have no effect outside of it.' },
    LIVE: { description: 'Real SIM cards: changes cost money and reach devices.' },
  },
});

@ObjectType('Viewer', { description: 'The caller, as the gateway knows it.', simpleResolvers: true })
export class Viewer {
  @Field(() => String, {
    description:
      'Identifies the caller, also in the audit log and in bulk operations: key:NAME for an API key, jwt:SUBJECT or client:ID for a token, anonymous if the gateway does not authenticate callers.',
  })
  actor!: string;

  @Field(() => MethodEnum, { description: 'How the caller proved who it is.' })
  method!: Method;

  @Field(() => [ScopeEnum], { description: 'What the caller may do.' })
  scopes!: readonly Scope[];

  @Field(() => [String], {
    nullable: true,
    description: 'The only groups whose SIMs the caller may read and change. Null: all SIMs.',
  })
  groups!: readonly string[] | null;

  @Field(() => DateTime, { nullable: true, description: 'When the credentials expire. Null: never.' })
  expiresAt!: Date | null;

  @Field(() => EnvironmentEnum, { description: 'Whether the SIMs are real.' })
  environment!: keyof typeof EnvironmentEnum;
}
