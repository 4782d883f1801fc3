import { Field, InputType, registerEnumType } from 'type-graphql';
import { type SimOrder as IndexOrder, type SimOrderField, simOrderFields } from '../../fleet-index/index.ts';
import { enumOf } from '../common/enum.ts';

const SimOrderFieldEnum: Record<SimOrderField, SimOrderField> = enumOf(simOrderFields);
registerEnumType(SimOrderFieldEnum, {
  name: 'SimOrderField',
  description: 'Sort key of a list of SIMs. Texts are sorted by character, capitals before small letters.',
  valuesConfig: {
    ICCID: { description: 'By ICCID.' },
    NAME: { description: 'By name.' },
    GROUP: { description: 'By the name of the group.' },
    STATE: { description: 'By state, alphabetically.' },
    USED_BYTES: { description: 'By bytes used this month (UTC).' },
    USED_PERCENT: { description: 'By the used share of the data limit this month (UTC).' },
    COST: { description: 'By the cost of this month (UTC).' },
    EID: { description: 'By EID.' },
    MSISDN: { description: 'By phone number (MSISDN), by character: 3725 is before 46.' },
    LAST_NETWORK_ACTIVITY: { description: 'By the time of the last registration or location update.' },
    LAST_DATA_SESSION: { description: 'By the time of the last data session.' },
    LAST_MODIFIED: { description: 'By the time of the last change of status, group, name and so on.' },
  },
});

type OrderDirection = IndexOrder['direction'];

const OrderDirectionEnum: Record<OrderDirection, OrderDirection> = enumOf(['ASC', 'DESC']);
registerEnumType(OrderDirectionEnum, {
  name: 'OrderDirection',
  description: 'Ascending or descending.',
  valuesConfig: {
    ASC: { description: 'Smallest or earliest first.' },
    DESC: { description: 'Largest or latest first.' },
  },
});

@InputType('SimOrder', {
  description:
    'Order of a list of SIMs. In both directions, equal values are sorted by ascending ICCID, and SIMs without a value come last.',
})
export class SimOrder implements IndexOrder {
  @Field(() => SimOrderFieldEnum, { defaultValue: 'ICCID', description: 'Sort key.' })
  field!: SimOrderField;

  @Field(() => OrderDirectionEnum, { defaultValue: 'ASC', description: 'Ascending or descending.' })
  direction!: OrderDirection;
}
