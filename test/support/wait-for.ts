/** Waits until `isSo` returns true, polling about 50 times a second; only Jest's timeout ends the wait. */
export async function waitFor(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 20));
}
