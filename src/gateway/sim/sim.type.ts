import { Field, Int, ObjectType } from 'type-graphql';
import type * as SimApi from '../../sim-api/index.ts';
import { Access } from '../common/access.ts';
import { ConnectionPage, connectionOf } from '../common/connection.ts';
import { Node } from '../common/node.type.ts';
import { DateTime, EID, ICCID } from '../common/scalars.ts';
import { SimLegacyStatus, SimStateEnum } from './sim-state.type.ts';

/** A SIM, with the fields that `sim-api` decodes. Resolvers of other folders add the fields that need another call. */
@ObjectType('Sim', {
  description:
    'A SIM card, or an eUICC: the chip of an eSIM, whose subscription can be changed over the air.',
  implements: Node,
  simpleResolvers: true,
})
export class Sim implements SimApi.Sim {
  @Field(() => ICCID, {
    description:
      'Integrated circuit card id: the serial number of the SIM, printed on the card. It identifies the SIM.',
  })
  iccid!: string;

  @Field(() => EID, {
    nullable: true,
    description: 'eUICC id: the serial number of an eSIM chip. Null on plain SIMs.',
  })
  eid!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Name that the account gave to the SIM. Null if it has none.',
  })
  name!: string | null;

  @Access({ scopes: ['PERSONAL'] })
  @Field(() => String, {
    nullable: true,
    description: 'Phone number of the SIM (MSISDN). Null if the SIM API gives none.',
  })
  msisdn!: string | null;

  @Access({ scopes: ['PERSONAL'] })
  @Field(() => String, {
    nullable: true,
    description: 'Number by which networks identify the subscription (IMSI). Null if the SIM API gives none.',
  })
  imsi!: string | null;

  @Access({ scopes: ['PERSONAL'] })
  @Field(() => String, {
    nullable: true,
    description:
      'IMEI, the serial number of the modem, of the last device that used this SIM. Null if the SIM API gives none.',
  })
  imei!: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'SIM type, as the SIM API words it: for example UICC (a plain SIM) or eSIM. Null if the SIM API gives none.',
  })
  type!: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'Form factor (size of the card), as the SIM API words it: for example 2/3/4FF (mini, micro, nano) industrial. Null if the SIM API gives none.',
  })
  formFactor!: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'Access point name (APN): the setting that the device needs for mobile data. Null if the SIM API gives none.',
  })
  apn!: string | null;

  @Field(() => SimStateEnum, {
    description:
      'State of the SIM, named as in the 1oT Terminal. The change from one state to another, a transition, takes seconds or minutes. Before the transition, state is the old state. As soon as the SIM API has accepted the change, state is the target state, although the SIM has not reached it yet: isTransitioning is true until then. If a LIVE SIM is suspended, state is LIVE before the transition, OFFLINE during it and OFFLINE after it.',
  })
  state!: SimApi.SimState;

  @Field(() => SimStateEnum, {
    nullable: true,
    description:
      'Target state of a transition in progress: the same value as state. Null before and after a transition. If a LIVE SIM is suspended, pendingState is null before the transition, OFFLINE during it and null after it.',
  })
  pendingState!: SimApi.SimState | null;

  @Field(() => Boolean, {
    description:
      'True during a transition: the SIM API has accepted the change, but the SIM has not reached the state that state shows. False before and after it. If a LIVE SIM is suspended, isTransitioning is false before the transition, true during it and false after it.',
  })
  isTransitioning!: boolean;

  @Field(() => String, {
    nullable: true,
    description:
      'The state as the SIM API words it, useful if state is UNKNOWN. Null if the SIM API gives none.',
  })
  rawState!: string | null;

  @Field(() => SimLegacyStatus, {
    nullable: true,
    description: 'Status pair of the first version of the SIM API. Null if it gives none.',
    deprecationReason: 'Use state and pendingState.',
  })
  legacyStatus!: SimApi.Sim['legacyStatus'];

  @Field(() => DateTime, {
    nullable: true,
    description: 'When the SIM last reached a network (registration or location update). Null if never.',
  })
  lastNetworkActivityAt!: Date | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'Time of the last data session, which may have used 0 bytes. Null if there was none.',
  })
  lastDataSessionAt!: Date | null;

  @Field(() => DateTime, {
    nullable: true,
    description:
      'When the status, group, name or another parameter of the SIM last changed. Null if the SIM API gives none.',
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

@ObjectType('SimConnection', { description: 'Relay connection: a page of SIMs.', simpleResolvers: true })
export class SimConnection extends connectionOf('Sim', () => Sim) {
  @Field(() => DateTime, {
    description:
      'No SIM in the list is older than this: the gateway has read every SIM of the account since then.',
  })
  asOf!: Date;

  @Field(() => Boolean, {
    description:
      'False during the first full sync of the fleet: SIMs that the gateway has not read yet are missing, also from totalCount.',
  })
  isComplete!: boolean;

  @Field(() => Int, {
    description:
      'Number of SIMs that the SIM API lists without a valid ICCID. The gateway cannot identify them: they are missing from the list. The number covers the whole account, regardless of the filter; for a list that comes from the SIM API, it covers the part that was read for this page.',
  })
  unreadableSims!: number;
}

interface SimPageState {
  readonly asOf: Date;
  readonly isComplete: boolean;
  readonly unreadableSims: number;
}

/** A page of SIMs with the state of its source. */
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
