import type { FaultKind, World } from '../../support/sandbox.ts';
import type { Passing } from '../tampering-proxy.ts';

/** A way in which a SIM API may answer otherwise than the contract says. */
export interface Broken {
  /** Goes on from "a SIM API that". */
  readonly what: string;
  /** Makes a world, of 100 SIMs, answer so. */
  readonly arrange?: (world: World) => Promise<unknown>;
  /** Changes its answers on their way. */
  readonly tamper?: (answer: Passing) => void;
  /** The checks that fail for it, and no others. */
  readonly fails: readonly string[];
  /** What the report says of one of them. */
  readonly remark?: readonly [id: string, remark: string];
}

/** Lets a fault of the sandbox strike a path. */
export const struck = (path: string, fault: FaultKind) => (world: World) =>
  world.addFaults({ path, ...fault });
/** Changes what is said of the first SIM. */
export const patched = (fields: Parameters<World['patchSim']>[1]) => async (world: World) =>
  world.patchSim((await world.sims())[0]?.iccid ?? '', fields);
/** Meddles with the answers of one path. */
export const named = (path: string, tamper: (answer: Passing) => void) => (answer: Passing) => {
  if (answer.path === path && answer.status === 200) tamper(answer);
};
/** Sets fields of every item of a list. */
export const each = (path: string, list: string, fields: object) =>
  named(path, ({ json }) => {
    for (const item of json[list]) Object.assign(item, fields);
  });
/** Sets fields of the answers of a path. */
export const into = (path: string, fields: object) => named(path, ({ json }) => Object.assign(json, fields));
/** Answers a path with this JSON. */
export const instead = (path: string, json: unknown) =>
  named(path, (answer) => {
    answer.json = json;
  });
