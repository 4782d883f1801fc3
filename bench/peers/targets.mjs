/** Paths of the SIM API that the peers call. */

const now = new Date();
export const month = { month: now.getUTCMonth() + 1, year: now.getUTCFullYear() };
export const monthText = `${month.year}-${String(month.month).padStart(2, '0')}`;

export const simsTarget = (iccids) => `/get_sims?iccid=${iccids.join(',')}`;
export const costsTarget = (iccids) =>
  `/get_sim_costs?month=${month.month}&year=${month.year}&iccid=${iccids.join(',')}`;
