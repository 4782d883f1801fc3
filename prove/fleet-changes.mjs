import { setTimeout as pause } from 'node:timers/promises';

/**
 * Changes a world at random until `isOver()`: adds, removes, renames and regroups SIMs and changes their states. Returns the number
 * of each.
 */
export async function disturbFleet(world, isOver, betweenMs = 25) {
  const iccids = (await world.sims()).map(({ iccid }) => iccid);
  const done = { added: 0, removed: 0, renamed: 0, regrouped: 0, 'of state': 0 };
  const simApi = await world.simApi();
  while (!isOver()) {
    const draw = Math.random();
    const place = Math.floor(Math.random() * iccids.length);
    const iccid = iccids[place];
    if (draw < 0.1) {
      const { sims } = await world.addSims(5);
      iccids.push(...sims.map((sim) => sim.iccid));
      done.added += sims.length;
    } else if (draw < 0.4) {
      iccids.splice(place, 1);
      await world.removeSim(iccid);
      done.removed++;
    } else if (draw < 0.6) {
      const path = ['/suspend', '/activate', '/deactivate'][Math.floor(Math.random() * 3)];
      if (await simApi.change(path, { iccid })) done['of state']++;
    } else if (draw < 0.8) {
      await world.patchSim(iccid, { name: `renamed ${Math.random()}` });
      done.renamed++;
    } else {
      await world.patchSim(iccid, { group: `Group ${Math.floor(Math.random() * 9)}` });
      done.regrouped++;
    }
    await pause(betweenMs);
  }
  return done;
}
