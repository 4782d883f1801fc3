import { EXIT } from './exit-codes.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const SAME_KEYPRESS_MS = 300;

/** One of the ways in which the program is told to leave. SIGINT is Ctrl-C. */
export type Interrupt = (typeof SIGNALS)[number];

type Handler = (signal: Interrupt) => void;

const leave: Handler = () => process.exit(EXIT.interrupted);
let handler: Handler = leave;

/** From now on an interrupt ends the program with 130, unless `whileInterruptible` says otherwise. */
export function listenForInterrupts(): void {
  let last = { signal: '', atMs: Number.NEGATIVE_INFINITY };
  for (const signal of SIGNALS) {
    process.on(signal, () => {
      const now = performance.now();
      // npm may pass a Ctrl-C on that the terminal has sent already: one key, two signals.
      const isSame = last.signal === signal && now - last.atMs < SAME_KEYPRESS_MS;
      last = { signal, atMs: now };
      if (!isSame) handler(signal);
    });
  }
}

/** Does some work, during which interrupts go to this handler. */
export async function whileInterruptible<T>(onInterrupt: Handler, work: () => Promise<T>): Promise<T> {
  const before = handler;
  handler = onInterrupt;
  try {
    return await work();
  } finally {
    handler = before;
  }
}
