import { ArgsType, Field, Int } from 'type-graphql';
import type { RecordedAction } from '../../ledger/index.ts';
import { ForwardArgs } from '../common/forward.args.ts';
import { DateTime, ICCID } from '../common/scalars.ts';
import { AuditActionEnum } from './audit.type.ts';

/** Which entries of the audit log. */
@ArgsType()
export class AuditLogArgs extends ForwardArgs {
  @Field(() => ICCID, { nullable: true, description: 'Only changes that named this SIM.' })
  iccid?: string | null;

  @Field(() => String, { nullable: true, description: 'Only changes that this subject asked for.' })
  actor?: string | null;

  @Field(() => [AuditActionEnum], {
    nullable: true,
    description: 'Only these actions; all where it is empty.',
  })
  actions?: RecordedAction[] | null;

  @Field(() => DateTime, { nullable: true, description: 'Only changes asked for then or later.' })
  from?: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'Only changes asked for then or earlier.' })
  to?: Date | null;
}

/** How many SIMs of an entry. */
@ArgsType()
export class AuditIccidsArgs {
  @Field(() => Int, { nullable: true, defaultValue: 50, description: 'How many at most: 1 to 500.' })
  first?: number | null;
}
