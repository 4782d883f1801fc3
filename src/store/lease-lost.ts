/** Another gateway holds the lease now: this gateway may neither write nor send anything more for it. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost';
}
