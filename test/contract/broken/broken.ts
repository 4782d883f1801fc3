import type { FaultKind, World } from '../../support/sandbox.ts';
import type { Passing } from '../tampering-proxy.ts';

/** A deviation of a SIM API from the contract. */
export interface Broken {
  /** Continues the sentence "a SIM API that". */
  readonly what: string;
  /** Sets up a world of 100 SIMs with this deviation. */
  readonly arrange?: (world: World) => Promise<unknown>;
  /** Changes the answers in the proxy. */
  readonly tamper?: (answer: Passing) => void;
  /** The ids of exactly the checks that fail. */
  readonly fails: readonly string[];
  /** The expected remark of one of these checks. */
  readonly remark?: readonly [id: string, remark: string];
}

/** Adds a fault of the sandbox to a path. */
export const struck = (path: string, fault: FaultKind) => (world: World) =>
  world.addFaults({ path, ...fault });
/** Overrides wire fields of the first SIM. */
export const patched = (fields: Parameters<World['patchSim']>[1]) => async (world: World) =>
  world.patchSim((await world.sims())[0]?.iccid ?? '', fields);
/** Changes the answers of one path that have the status 200. */
export const named = (path: string, tamper: (answer: Passing) => void) => (answer: Passing) => {
  if (answer.path === path && answer.status === 200) tamper(answer);
};
/** Sets fields of every item of the list in a path's answers. */
export const each = (path: string, list: string, fields: object) =>
  named(path, ({ json }) => {
    for (const item of json[list]) Object.assign(item, fields);
  });
/** Sets fields of a path's answers. */
export const into = (path: string, fields: object) => named(path, ({ json }) => Object.assign(json, fields));
/** Replaces the JSON of a path's answers. */
export const instead = (path: string, json: unknown) =>
  named(path, (answer) => {
    answer.json = json;
  });
