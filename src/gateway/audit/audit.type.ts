import { Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import type { ErrorCode } from '../../errors/index.ts';
import { type AuditRow, type RecordedAction, recordedActions } from '../../ledger/index.ts';
import type { EntryOutcome } from '../../store/index.ts';
import { connectionOf } from '../common/connection.ts';
import { enumOf } from '../common/enum.ts';
import { nullOnlyWithError } from '../common/null-only-with-error.ts';
import { DateTime } from '../common/scalars.ts';
import { ErrorCodeEnum } from '../errors/error.type.ts';

export const AuditActionEnum: Record<RecordedAction, RecordedAction> = enumOf(recordedActions);
registerEnumType(AuditActionEnum, {
  name: 'AuditAction',
  description: 'Action of an audit entry: every SimAction, and the actions that change no SIM directly.',
  valuesConfig: {
    ACTIVATE: { description: 'To the state LIVE: data service on.' },
    DEACTIVATE: { description: 'To the state OFFLINE, deactivated.' },
    SUSPEND: { description: 'To the state OFFLINE, suspended: data service off.' },
    RESUME: { description: 'Back to LIVE after a suspension.' },
    TEST: { description: 'To the state TEST.' },
    ACTIVE_READY: { description: 'To the state ACTIVE_READY.' },
    RESET: { description: 'Network reset: the device must attach to the network again.' },
    CLOSE: { description: 'To the state CLOSED, permanently.' },
    SET_NAME: { description: 'Sets the name.' },
    SET_GROUP: { description: 'Moves SIMs into a group.' },
    SET_DATA_LIMIT: { description: 'Sets or removes the monthly data limit.' },
    SEND_SMS: { description: 'Sends an SMS to the device.' },
    ESIM_PROFILE: { description: 'Downloads, enables or deletes an eSIM profile.' },
    SET_IMEI_LOCK: { description: 'Locks SIMs to their devices, or unlocks them.' },
    MARK_ALERTS_READ: { description: 'Marks alerts as read.' },
    START_BULK_OPERATION: {
      description: 'Starts a bulk operation. The entry stays OPEN until the operation ends.',
    },
    CANCEL_BULK_OPERATION: { description: 'Cancels a bulk operation.' },
    CREATE_API_KEY: { description: 'Creates an API key.' },
    ROTATE_API_KEY: { description: 'Replaces an API key by a new one of the same name.' },
    REVOKE_API_KEY: { description: 'Revokes an API key.' },
  } satisfies Record<RecordedAction, object>,
});

const AuditOutcomeEnum: Record<EntryOutcome, EntryOutcome> = enumOf([
  'OPEN',
  'SUCCEEDED',
  'FAILED',
  'PARTIAL',
  'UNKNOWN',
]);
registerEnumType(AuditOutcomeEnum, {
  name: 'AuditOutcome',
  description: 'Outcome of a change as a whole.',
  valuesConfig: {
    OPEN: {
      description:
        'In progress. If the gateway died during the change, another gateway completes the entry when the lease has expired (CHANGE_LEASE_MS, by default 15 s).',
    },
    SUCCEEDED: {
      description:
        'Every SIM succeeded: the SIM API accepted the change, or the SIM already was as requested.',
    },
    FAILED: { description: 'Nothing was changed.' },
    PARTIAL: { description: 'The outcomes of the SIMs differ.' },
    UNKNOWN: {
      description: 'No clear answer came, and a read of the SIMs after that did not show the change.',
    },
  },
});

@ObjectType('AuditEntry', {
  description: 'One change that was requested from the gateway, and its outcome.',
  simpleResolvers: true,
})
export class AuditEntry implements AuditRow {
  @Field(() => ID, { description: 'Id of the entry.' })
  id!: string;

  @Field(() => DateTime, { description: 'When the entry was written, before the first call of the SIM API.' })
  at!: Date;

  @Field(() => String, {
    description:
      "Who asked for the change: key:NAME for an API key, the subject of the caller's credentials, admin for the management of API keys, or anonymous if the gateway does not authenticate callers.",
  })
  actor!: string;

  @Field(() => AuditActionEnum, { description: 'The requested action.' })
  action!: RecordedAction;

  @Field(() => Int, { description: 'Number of SIMs of the change, each counted once.' })
  simCount!: number;

  @Field(
    () => String,
    nullOnlyWithError(
      'The arguments as JSON, without the SIMs. Of an SMS text and of the search text of a filter, only the length is recorded.',
    ),
  )
  arguments!: string;

  @Field(() => AuditOutcomeEnum, { description: 'Outcome of the change as a whole.' })
  outcome!: EntryOutcome;

  @Field(() => ErrorCodeEnum, {
    nullable: true,
    description:
      'Why the change failed or is unknown. Null if there is no error, or if the SIMs have different errors.',
  })
  errorCode!: ErrorCode | null;

  @Field(() => String, { description: 'Id of the HTTP request; the log of the gateway has it too.' })
  requestId!: string;
}

@ObjectType('AuditEntryConnection', {
  description: 'Relay connection: a page of audit entries.',
  simpleResolvers: true,
})
export class AuditEntryConnection extends connectionOf('AuditEntry', () => AuditEntry) {}
