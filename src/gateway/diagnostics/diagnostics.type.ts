import { Field, Float, ObjectType } from 'type-graphql';
import type * as SimApi from '../../sim-api/index.ts';
import { Access } from '../common/access.ts';
import { DateTime } from '../common/scalars.ts';

@ObjectType('CellLocation', {
  description: 'Position of the device, computed from its radio cell, not from GPS.',
  simpleResolvers: true,
})
class CellLocation {
  @Field(() => Float, { description: 'Latitude in degrees; north of the equator is positive.' })
  latitude!: number;

  @Field(() => Float, { description: 'Longitude in degrees; east of Greenwich is positive.' })
  longitude!: number;

  @Field(() => Float, {
    nullable: true,
    description: 'The device is likely within this distance of the position, in metres. Null if not known.',
  })
  radiusMeters!: number | null;
}

/** Diagnostics, with the fields that `sim-api` decodes. */
@ObjectType('SimDiagnostics', {
  description: 'Live data about the device of the SIM. A field is null if the SIM API does not report it.',
  simpleResolvers: true,
})
export class SimDiagnostics implements SimApi.Diagnostics {
  @Access({ scopes: ['PERSONAL'] })
  @Field(() => String, { nullable: true, description: 'IMEI, the serial number of the modem.' })
  imei!: string | null;

  @Field(() => String, { nullable: true, description: 'Make and model of the device.' })
  deviceName!: string | null;

  @Field(() => Boolean, { nullable: true, description: 'True during a data session.' })
  inDataSession!: boolean | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When the SIM last reached a network: a registration or a location update.',
  })
  lastNetworkActivityAt!: Date | null;

  @Field(() => String, { nullable: true, description: 'Country in which the device was last seen.' })
  lastCountry!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Operator of the network in which the device was last seen.',
  })
  lastOperator!: string | null;

  @Access({ scopes: ['PERSONAL'] })
  @Field(() => CellLocation, {
    nullable: true,
    description: 'Position of the device. Null if not known.',
  })
  location!: SimApi.Diagnostics['location'];
}
