import { flagOf, instantOf, isRecord, numberOf, textOf } from './value.wire.ts';

/** Live data about the device of a SIM. */
export interface Diagnostics {
  readonly imei: string | null;
  readonly deviceName: string | null;
  readonly inDataSession: boolean | null;
  readonly lastNetworkActivityAt: Date | null;
  readonly lastCountry: string | null;
  readonly lastOperator: string | null;
  /** Derived from the radio cell, not GPS; null unless both coordinates are present. */
  readonly location: {
    readonly latitude: number;
    readonly longitude: number;
    readonly radiusMeters: number | null;
  } | null;
}

/** Decodes diagnostics; undefined if the value is not an object. Source: `/diagnostics`. */
export function decodeDiagnostics(value: unknown): Diagnostics | undefined {
  if (!isRecord(value)) return undefined;
  const latitude = numberOf(value.latitude);
  const longitude = numberOf(value.longitude);
  return {
    imei: textOf(value.imei),
    deviceName: textOf(value.deviceName),
    inDataSession: flagOf(value.inDataSession),
    lastNetworkActivityAt: instantOf(value.lastNetworkActivity),
    lastCountry: textOf(value.lastCountry),
    lastOperator: textOf(value.lastOperator),
    location:
      latitude === null || longitude === null
        ? null
        : { latitude, longitude, radiusMeters: numberOf(value.radius) },
  };
}
