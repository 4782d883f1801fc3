/** Preloaded into a program: shifts its clock forward by CLOCK_SHIFT_MS milliseconds; it runs at the real rate. */
const shiftMs = Number(process.env.CLOCK_SHIFT_MS);
const { now } = Date;

class ShiftedDate extends Date {
  constructor(...values) {
    if (values.length === 0) super(ShiftedDate.now());
    else super(...values);
  }

  static now() {
    return now() + shiftMs;
  }
}
Object.defineProperty(ShiftedDate, 'name', { value: 'Date' });
globalThis.Date = ShiftedDate;
