const NUMBER = new Intl.NumberFormat('en-US');

/** Formats a whole number with commas between thousands. */
export function count(value: number): string {
  return NUMBER.format(value);
}

/** Formats a number of SIMs: `1 SIM`, `20,000 SIMs`. */
export function simCount(value: number): string {
  return `${count(value)} ${value === 1 ? 'SIM' : 'SIMs'}`;
}

/** Formats a duration in its two largest units: `45 s`, `3 min 12 s`, `2 h 5 min`. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return whole % 60 === 0 ? `${minutes} min` : `${minutes} min ${whole % 60} s`;
  const hours = Math.floor(minutes / 60);
  return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
}

/** Formats an amount of data in decimal units, as the SIM API counts: `7.5 MB`. */
export function dataSize(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let amount = bytes;
  let unit = 0;
  // 999.95 would be shown as 1000.0.
  while (amount >= 999.95 && unit < units.length - 1) {
    amount /= 1000;
    unit += 1;
  }
  return `${unit === 0 ? amount : amount.toFixed(1)} ${units[unit]}`;
}

/** Formats an amount of money: `0.0932 EUR`. */
export function money({ amount, currency }: { amount: number; currency: string }): string {
  return `${amount.toFixed(amount !== 0 && Math.abs(amount) < 1 ? 4 : 2)} ${currency}`;
}

/** Formats a time in UTC, to the second. */
export function moment(at: Date): string {
  return `${at.toISOString().slice(0, 19)}Z`;
}

/** A code of the gateway, with the code of the SIM API if there is one. */
export function codeText({ code, simApi }: { code: string; simApi?: { code: string } | null }): string {
  return simApi ? `${code} (${simApi.code})` : code;
}
