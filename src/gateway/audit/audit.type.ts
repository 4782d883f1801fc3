import { Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import type { ErrorCode } from '../../errors/index.ts';
import { type AuditRow, type RecordedAction, recordedActions } from '../../ledger/index.ts';
import type { EntryOutcome } from '../../store/index.ts';
import { connectionOf } from '../common/connection.ts';
import { enumOf } from '../common/enum.ts';
import { DateTime } from '../common/scalars.ts';
import { ErrorCodeEnum } from '../errors/error.type.ts';

/** AuditAction as GraphQL has it. */
export const AuditActionEnum: Record<RecordedAction, RecordedAction> = enumOf(recordedActions);
registerEnumType(AuditActionEnum, {
  name: 'AuditAction',
  description: 'What can stand in the audit log: every SimAction, and what changes no SIM.',
  valuesConfig: {
    ACTIVATE: { description: 'A SIM was to be activated.' },
    DEACTIVATE: { description: 'A SIM was to be deactivated.' },
    SUSPEND: { description: 'A SIM was to be suspended.' },
    RESUME: { description: 'A SIM was to be resumed.' },
    TEST: { description: 'A SIM was to go to the state TEST.' },
    ACTIVE_READY: { description: 'A SIM was to go to the state ACTIVE_READY.' },
    RESET: { description: 'A SIM was to attach to the network again.' },
    CLOSE: { description: 'A SIM was to be closed, for good.' },
    SET_NAME: { description: 'A SIM was to get a name.' },
    SET_GROUP: { description: 'SIMs were to go into a group.' },
    SET_DATA_LIMIT: { description: 'SIMs were to get a monthly data limit, or none.' },
    SEND_SMS: { description: 'SIMs were to be sent a message.' },
    ESIM_PROFILE: { description: 'A profile of eUICCs was to change.' },
    SET_IMEI_LOCK: { description: 'SIMs were to be locked to their devices, or unlocked.' },
    MARK_ALERTS_READ: { description: 'Alerts were to be marked as read.' },
    START_BULK_OPERATION: { description: 'A bulk operation was started.' },
    CANCEL_BULK_OPERATION: { description: 'A bulk operation was cancelled.' },
  } satisfies Record<RecordedAction, object>,
});

/** AuditOutcome as GraphQL has it. */
const AuditOutcomeEnum: Record<EntryOutcome, EntryOutcome> = enumOf([
  'OPEN',
  'SUCCEEDED',
  'FAILED',
  'PARTIAL',
  'UNKNOWN',
]);
registerEnumType(AuditOutcomeEnum, {
  name: 'AuditOutcome',
  description: 'What became of a change as a whole.',
  valuesConfig: {
    OPEN: {
      description:
        'Under way, or the gateway died in the middle of it: then another one settles it within seconds.',
    },
    SUCCEEDED: { description: 'All of it was accepted, or was so already.' },
    FAILED: { description: 'Nothing of it was done.' },
    PARTIAL: { description: 'Not all SIMs alike.' },
    UNKNOWN: { description: 'No clear answer came, and reading the SIMs back settled nothing.' },
  },
});

/** One change asked of the gateway. */
@ObjectType('AuditEntry', {
  description: 'One change asked of the gateway, and what became of it.',
  simpleResolvers: true,
})
export class AuditEntry implements AuditRow {
  @Field(() => ID, { description: 'Id of the entry.' })
  id!: string;

  @Field(() => DateTime, { description: 'When it was written: before anything was sent.' })
  at!: Date;

  @Field(() => String, {
    description: "Subject of the caller's credentials; anonymous where none are asked for.",
  })
  actor!: string;

  @Field(() => AuditActionEnum, { description: 'What was asked for.' })
  action!: RecordedAction;

  @Field(() => Int, { description: 'SIMs that were named, each counted once.' })
  simCount!: number;

  @Field(() => String, {
    description:
      'The arguments as JSON, SIMs left out; an SMS text and the text that a filter searches for are kept as their length only.',
  })
  arguments!: string;

  @Field(() => AuditOutcomeEnum, { description: 'What became of it.' })
  outcome!: EntryOutcome;

  @Field(() => ErrorCodeEnum, {
    nullable: true,
    description: 'Why it failed or is unknown; null where several SIMs have several reasons.',
  })
  errorCode!: ErrorCode | null;

  @Field(() => String, { description: 'Id of the request that asked for it; the log has it too.' })
  requestId!: string;
}

/** A page of the audit log. */
@ObjectType('AuditEntryConnection', {
  description: 'Relay connection: a page of a list.',
  simpleResolvers: true,
})
export class AuditEntryConnection extends connectionOf('AuditEntry', () => AuditEntry) {}
