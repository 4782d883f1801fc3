import { EXIT } from './exit-codes.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const SAME_KEYPRESS_MS = 300;

/** SIGINT is sent by Ctrl-C. */
export type Interrupt = (typeof SIGNALS)[number];

type Handler = (signal: Interrupt) => void;

const leave: Handler = () => process.exit(EXIT.interrupted);
let handler: Handler = leave;

/** From now on an interrupt ends the program with exit code 130, except during `whileInterruptible`. */
export function listenForInterrupts(): void {
  let last = { signal: '', atMs: Number.NEGATIVE_INFINITY };
  for (const signal of SIGNALS) {
    process.on(signal, () => {
      const now = performance.now();
      // npm may forward a Ctrl-C that the terminal has sent to this process too: one key press, two signals.
      const isSame = last.signal === signal && now - last.atMs < SAME_KEYPRESS_MS;
      last = { signal, atMs: now };
      if (!isSame) handler(signal);
    });
  }
}

/** Runs `work`; until it ends, interrupts go to `onInterrupt`. */
export async function whileInterruptible<T>(onInterrupt: Handler, work: () => Promise<T>): Promise<T> {
  const before = handler;
  handler = onInterrupt;
  try {
    return await work();
  } finally {
    handler = before;
  }
}
