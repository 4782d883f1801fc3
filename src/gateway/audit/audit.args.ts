import { ArgsType, Field, Int } from 'type-graphql';
import type { RecordedAction } from '../../ledger/index.ts';
import { ForwardArgs } from '../common/forward.args.ts';
import { DateTime, ICCID } from '../common/scalars.ts';
import { AuditActionEnum } from './audit.type.ts';

/** Arguments of the audit log. */
@ArgsType()
export class AuditLogArgs extends ForwardArgs {
  @Field(() => ICCID, { nullable: true, description: 'Only changes of this SIM.' })
  iccid?: string | null;

  @Field(() => String, {
    nullable: true,
    description: "Only changes by this caller: the subject of the caller's credentials.",
  })
  actor?: string | null;

  @Field(() => [AuditActionEnum], {
    nullable: true,
    description: 'Only these actions; all actions if null or empty.',
  })
  actions?: RecordedAction[] | null;

  @Field(() => DateTime, { nullable: true, description: 'Only changes requested at or after this time.' })
  from?: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'Only changes requested at or before this time.' })
  to?: Date | null;
}

/** Arguments of the SIMs of an entry. */
@ArgsType()
export class AuditIccidsArgs {
  @Field(() => Int, { nullable: true, defaultValue: 50, description: 'Maximum number of ICCIDs, 1 to 500.' })
  first?: number | null;
}
