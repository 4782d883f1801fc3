import { Field, ObjectType } from 'type-graphql';
import type * as SimApi from '../../sim-api/index.ts';
import { ConnectionPage, connectionOf } from '../common/connection.ts';
import { Node } from '../common/node.type.ts';
import { DateTime, EID, ICCID } from '../common/scalars.ts';
import { SimLegacyStatus, SimStateEnum } from './sim-state.type.ts';

/** A SIM, of the very shape the wire gave it; fields that cost another call are added by the resolvers of their nouns. */
@ObjectType('Sim', { description: 'A SIM card or an eUICC.', implements: Node, simpleResolvers: true })
export class Sim implements SimApi.Sim {
  @Field(() => ICCID, { description: 'Integrated circuit card id, printed on the card: the key of a SIM.' })
  iccid!: string;

  @Field(() => EID, { nullable: true, description: 'Present on eUICC SIMs only.' })
  eid!: string | null;

  @Field(() => String, { nullable: true, description: 'Name given to the SIM by its owner.' })
  name!: string | null;

  @Field(() => String, { nullable: true, description: 'Phone number of the SIM.' })
  msisdn!: string | null;

  @Field(() => String, { nullable: true, description: 'Number by which the network knows the subscription.' })
  imsi!: string | null;

  @Field(() => String, { nullable: true, description: 'IMEI of the device last seen with this SIM.' })
  imei!: string | null;

  @Field(() => String, { nullable: true, description: 'SIM type, for example UICC or eSIM.' })
  type!: string | null;

  @Field(() => String, { nullable: true, description: 'Form factor, for example 2/3/4FF industrial.' })
  formFactor!: string | null;

  @Field(() => String, { nullable: true, description: 'Access point name that the device should use.' })
  apn!: string | null;

  @Field(() => SimStateEnum, {
    description:
      'The state the Terminal shows. While a change is under way it already names the target: check pendingState.',
  })
  state!: SimApi.SimState;

  @Field(() => SimStateEnum, {
    nullable: true,
    description: 'Target of the change under way; null when settled.',
  })
  pendingState!: SimApi.SimState | null;

  @Field(() => Boolean, { description: 'True while a change is under way.' })
  isTransitioning!: boolean;

  @Field(() => String, { nullable: true, description: "The upstream's own word for the state." })
  rawState!: string | null;

  @Field(() => SimLegacyStatus, {
    nullable: true,
    description: 'Status pair of the first API version.',
    deprecationReason: 'Use state and pendingState.',
  })
  legacyStatus!: SimApi.Sim['legacyStatus'];

  @Field(() => DateTime, { nullable: true, description: 'Last registration or location update.' })
  lastNetworkActivityAt!: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'Last data session; it may have carried 0 bytes.' })
  lastDataSessionAt!: Date | null;

  @Field(() => DateTime, {
    nullable: true,
    description: "Last change of the SIM's parameters: status, group, name and so on.",
  })
  lastModifiedAt!: Date | null;

  groupName!: string | null;
  dataLimitMegabytes!: number | null;
  activeProfile!: string | null;
  downloadedProfiles!: readonly string[];
  usageUpdatedAt!: Date | null;
}

/** A page of SIMs. */
@ObjectType('SimConnection', { description: 'Relay connection.', simpleResolvers: true })
export class SimConnection extends connectionOf('Sim', () => Sim) {
  @Field(() => DateTime, { description: 'When the gateway last read the list.' })
  asOf!: Date;
}

/** A page of SIMs as it was read. */
export class SimPage extends ConnectionPage<SimApi.Sim> {
  constructor(
    readonly asOf: Date,
    ...page: ConstructorParameters<typeof ConnectionPage<SimApi.Sim>>
  ) {
    super(...page);
  }
}
