/** Preloaded into a program: its clock is ahead of the real one by so many milliseconds, and runs as that one does. */
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
