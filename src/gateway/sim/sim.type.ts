import { Field, Int, ObjectType } from 'type-graphql';
import type * as SimApi from '../../sim-api/index.ts';
import { ConnectionPage, connectionOf } from '../common/connection.ts';
import { Node } from '../common/node.type.ts';
import { DateTime, EID, ICCID } from '../common/scalars.ts';
import { SimLegacyStatus, SimStateEnum } from './sim-state.type.ts';

/** A SIM, of the very shape the wire gave it; fields that cost another call are added by the resolvers of their nouns. */
@ObjectType('Sim', {
  description:
    'A SIM card, or an eUICC: the chip of an eSIM, whose subscription can be changed over the air.',
  implements: Node,
  simpleResolvers: true,
})
export class Sim implements SimApi.Sim {
  @Field(() => ICCID, {
    description:
      'Integrated circuit card id: the serial number of the SIM, printed on the card. It is the key of a SIM.',
  })
  iccid!: string;

  @Field(() => EID, {
    nullable: true,
    description: 'eUICC id: the serial number of an eSIM chip. Null on plain SIMs.',
  })
  eid!: string | null;

  @Field(() => String, { nullable: true, description: 'Name given to the SIM by its owner.' })
  name!: string | null;

  @Field(() => String, { nullable: true, description: 'Phone number of the SIM (MSISDN).' })
  msisdn!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Number by which the networks know the subscription (IMSI).',
  })
  imsi!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'IMEI, the serial number of a modem: that of the device last seen with this SIM.',
  })
  imei!: string | null;

  @Field(() => String, { nullable: true, description: 'SIM type, for example UICC (a plain SIM) or eSIM.' })
  type!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Form factor, the size of the card: for example 2/3/4FF (mini, micro, nano) industrial.',
  })
  formFactor!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Access point name: the setting with which the device gets mobile data.',
  })
  apn!: string | null;

  @Field(() => SimStateEnum, {
    description:
      'The state, as the 1oT Terminal shows it. While a change is under way it already names the target: check pendingState.',
  })
  state!: SimApi.SimState;

  @Field(() => SimStateEnum, {
    nullable: true,
    description: 'The state that the SIM is on its way to, for seconds or minutes; null when settled.',
  })
  pendingState!: SimApi.SimState | null;

  @Field(() => Boolean, { description: 'True while a change of state is under way.' })
  isTransitioning!: boolean;

  @Field(() => String, {
    nullable: true,
    description: "The SIM API's own word for the state, for when state is UNKNOWN.",
  })
  rawState!: string | null;

  @Field(() => SimLegacyStatus, {
    nullable: true,
    description: 'Status pair of the first API version.',
    deprecationReason: 'Use state and pendingState.',
  })
  legacyStatus!: SimApi.Sim['legacyStatus'];

  @Field(() => DateTime, {
    nullable: true,
    description: 'When the SIM last reached a network: a registration or a location update.',
  })
  lastNetworkActivityAt!: Date | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When the last data session was; it may have carried 0 bytes.',
  })
  lastDataSessionAt!: Date | null;

  @Field(() => DateTime, {
    nullable: true,
    description: "When the SIM's parameters last changed: status, group, name and so on.",
  })
  lastModifiedAt!: Date | null;

  groupName!: string | null;
  dataLimitMegabytes!: number | null;
  activeProfile!: string | null;
  downloadedProfiles!: readonly string[];
  hasDataLimitField!: boolean;
  hasProfilesField!: boolean;
  usageUpdatedAt!: Date | null;
}

/** A page of SIMs. */
@ObjectType('SimConnection', { description: 'Relay connection: a page of a list.', simpleResolvers: true })
export class SimConnection extends connectionOf('Sim', () => Sim) {
  @Field(() => DateTime, {
    description: 'Nothing in the list is older: since then the gateway has read every SIM of the account.',
  })
  asOf!: Date;

  @Field(() => Boolean, {
    description:
      'False while the gateway reads the fleet for the very first time: SIMs that it has not met yet are missing, from totalCount too.',
  })
  isComplete!: boolean;

  @Field(() => Int, {
    description:
      'SIMs that the SIM API lists without a valid ICCID. The gateway cannot tell which they are, so they are missing from the list. Counted over the account, whatever the filter; if the gateway keeps no index of the fleet, over the part of the list that was read for this page.',
  })
  unreadableSims!: number;
}

/** What is known of the SIMs of a page as a whole. */
interface SimPageState {
  readonly asOf: Date;
  readonly isComplete: boolean;
  readonly unreadableSims: number;
}

/** A page of SIMs as it was read. */
export class SimPage extends ConnectionPage<SimApi.Sim> implements SimPageState {
  readonly asOf: Date;
  readonly isComplete: boolean;
  readonly unreadableSims: number;

  constructor(
    { asOf, isComplete, unreadableSims }: SimPageState,
    ...page: ConstructorParameters<typeof ConnectionPage<SimApi.Sim>>
  ) {
    super(...page);
    this.asOf = asOf;
    this.isComplete = isComplete;
    this.unreadableSims = unreadableSims;
  }
}
