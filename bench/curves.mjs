/** The cost curves: how the figures of the gateway change with the fleet, with the clients, and with the SIMs in a request. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../scripts/command.mjs';
import { fleetCurve } from './curves-fleet.mjs';
import { batchCurve, clientsCurve } from './curves-load.mjs';
import { pinThisProcess } from './lib/programs.mjs';
import { UsageError } from './lib/usage-error.mjs';
import { plot } from './plot.mjs';
import { machineText, writeReport } from './report.mjs';
import { table } from './tables.mjs';

/** Each has `name`, `points` of the x axis, `measure(points, options, print)`, `tableOf(results)` and `plotOf(results)`. */
const curves = [fleetCurve, clientsCurve, batchCurve];

/** Measures the curves of `only`, prints a table of each, and with `writes` replaces its table and its picture in docs/. */
export async function runCurves(options, print) {
  const { only, maxPoint, writes } = options;
  const unknown = only?.filter((name) => !curves.some((each) => each.name === name)) ?? [];
  if (unknown.length > 0)
    throw new UsageError(
      `No curve ${unknown.join(', ')}. Curves: ${curves.map(({ name }) => name).join(', ')}.`,
    );
  pinThisProcess();
  for (const curve of curves.filter(({ name }) => only === null || only.includes(name))) {
    const points = curve.points.filter((point) => point <= maxPoint);
    const { results, facts } = await curve.measure(points, options, print);
    const { titles, rows } = curve.tableOf(results);
    const text = `${machineText(facts)}\n${table(titles, rows)}`;
    print(`\n${text}`);
    if (!writes) continue;
    writeReport(text, `curves-${curve.name}`);
    writeFileSync(join(root, 'docs', `curves-${curve.name}.svg`), plot(curve.plotOf(results)));
  }
}
