import { setTimeout as pause } from 'node:timers/promises';

/** Changes a world at random until `isOver()`: SIMs come, leave, and are named and grouped otherwise. Gives how many of each. */
export async function disturbFleet(world, isOver, betweenMs = 25) {
  const iccids = (await world.sims()).map(({ iccid }) => iccid);
  const done = { added: 0, removed: 0, renamed: 0, regrouped: 0 };
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
    } else if (draw < 0.7) {
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
