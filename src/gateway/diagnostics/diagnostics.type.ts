import { Field, Float, ObjectType } from 'type-graphql';
import type * as SimApi from '../../sim-api/index.ts';
import { DateTime } from '../common/scalars.ts';

/** A position. */
@ObjectType('CellLocation', {
  description: 'Position worked out from the cell, not GPS.',
  simpleResolvers: true,
})
class CellLocation {
  @Field(() => Float, { description: 'Degrees north of the equator.' })
  latitude!: number;

  @Field(() => Float, { description: 'Degrees east of Greenwich.' })
  longitude!: number;

  @Field(() => Float, {
    nullable: true,
    description: 'The device is likely within this distance, in metres.',
  })
  radiusMeters!: number | null;
}

/** Diagnostics, of the very shape the wire gave them. */
@ObjectType('SimDiagnostics', {
  description: 'Live look at the device behind the SIM.',
  simpleResolvers: true,
})
export class SimDiagnostics implements SimApi.Diagnostics {
  @Field(() => String, { nullable: true, description: 'IMEI, the serial number of the modem.' })
  imei!: string | null;

  @Field(() => String, { nullable: true, description: 'Make and model of the device.' })
  deviceName!: string | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether a data session is under way.' })
  inDataSession!: boolean | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When the SIM last reached a network: a registration or a location update.',
  })
  lastNetworkActivityAt!: Date | null;

  @Field(() => String, { nullable: true, description: 'Country the device was last seen in.' })
  lastCountry!: string | null;

  @Field(() => String, { nullable: true, description: 'Operator the device was last seen with.' })
  lastOperator!: string | null;

  @Field(() => CellLocation, {
    nullable: true,
    description: 'Where the device is. Null where the position is not known.',
  })
  location!: SimApi.Diagnostics['location'];
}
