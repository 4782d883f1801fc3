/** Another gateway took over what this one worked on: nothing of it may be written or sent by this one any more. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost';
}
