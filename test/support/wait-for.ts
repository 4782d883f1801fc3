/** Waits until something is so, looking again as soon as the event loop turns; jest's own time limit ends it. */
export async function waitFor(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 5));
}
