import { Field, InputType, registerEnumType } from 'type-graphql';
import { type SimOrder as IndexOrder, type SimOrderField, simOrderFields } from '../../fleet-index/index.ts';
import { enumOf } from '../common/enum.ts';

/** SimOrderField as GraphQL has it. */
const SimOrderFieldEnum: Record<SimOrderField, SimOrderField> = enumOf(simOrderFields);
registerEnumType(SimOrderFieldEnum, {
  name: 'SimOrderField',
  description: 'What sims can be sorted by. Texts are sorted by their characters, capitals first.',
  valuesConfig: {
    ICCID: { description: 'By ICCID.' },
    NAME: { description: 'By name.' },
    GROUP: { description: 'By the name of the group.' },
    STATE: { description: 'By state, in the order of the alphabet.' },
    USED_BYTES: { description: 'By bytes used this month.' },
    USED_PERCENT: { description: 'By the used share of the data limit.' },
    LAST_NETWORK_ACTIVITY: { description: 'By the last registration or location update.' },
    LAST_DATA_SESSION: { description: 'By the last data session.' },
    LAST_MODIFIED: { description: 'By the last change of status, group, name and so on.' },
  },
});

type OrderDirection = IndexOrder['direction'];

/** OrderDirection as GraphQL has it. */
const OrderDirectionEnum: Record<OrderDirection, OrderDirection> = enumOf(['ASC', 'DESC']);
registerEnumType(OrderDirectionEnum, {
  name: 'OrderDirection',
  description: 'Ascending or descending.',
  valuesConfig: {
    ASC: { description: 'Smallest or earliest first.' },
    DESC: { description: 'Largest or latest first.' },
  },
});

/** The order of a list of SIMs. */
@InputType('SimOrder', {
  description: 'Ties are broken by ICCID, ascending either way; nulls come last either way.',
})
export class SimOrder implements IndexOrder {
  @Field(() => SimOrderFieldEnum, { defaultValue: 'ICCID', description: 'What to sort by.' })
  field!: SimOrderField;

  @Field(() => OrderDirectionEnum, { defaultValue: 'ASC', description: 'Which way.' })
  direction!: OrderDirection;
}
