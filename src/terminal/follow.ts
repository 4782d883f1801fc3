import { type AskOptions, Refused, Unreachable } from './gateway.ts';
import { type Interrupt, whileInterruptible } from './interrupts.ts';
import { hasEnded, type Operation } from './operation.ts';
import { progressLines, progressSentence } from './progress.ts';
import { CANCEL, PROGRESS } from './requests.ts';
import { reportFailure, type Session } from './session.ts';
import { TimeLeft } from './time-left.ts';
import { duration } from './words.ts';

const POLL_INTERVAL_MS = 1000;
/** Timeout of a read or a cancellation. Short, so that a frozen gateway is reported soon; both are safe to repeat. */
const TIMEOUT_MS = 10_000;
const MAX_WAIT_MS = 5000;
const REDRAW_EVERY_MS = 500;
const SENTENCE_EVERY_MS = 5000;
const SAME_SENTENCE_EVERY_MS = 60_000;

/** Shows the progress of an operation until it ends or the user detaches. Returns its last known state. Errors: Refused. */
export async function follow(session: Session, started: Operation): Promise<Operation> {
  const following = new Following(session, started);
  return whileInterruptible(
    (signal) => void following.interrupt(signal),
    () => following.run(),
  );
}

class Following {
  readonly #session: Session;
  readonly #timeLeft = new TimeLeft();
  readonly #left = new AbortController();
  readonly #over = new AbortController();
  #operation: Operation;
  /** Whether the last request had no answer. */
  #isLost = false;
  #answeredAtMs = performance.now();
  #lastSentence = { text: '', atMs: Number.NEGATIVE_INFINITY };
  #waitsFor = '';
  #isAsking = false;
  #cancel: 'no' | 'wanted' | 'sent' = 'no';
  #resume = () => {};

  constructor(session: Session, started: Operation) {
    this.#session = session;
    this.#operation = started;
  }

  async run(): Promise<Operation> {
    const redraw = setInterval(() => this.#draw(), REDRAW_EVERY_MS);
    let waitMs = POLL_INTERVAL_MS;
    try {
      this.#see(this.#operation);
      while (!hasEnded(this.#operation)) {
        await this.#rest(waitMs);
        if (this.#left.signal.aborted) return this.#operation;
        waitMs = (await this.#poll()) ? POLL_INTERVAL_MS : Math.min(MAX_WAIT_MS, waitMs * 2);
      }
      return this.#operation;
    } catch (error) {
      if (this.#left.signal.aborted) return this.#operation;
      throw error;
    } finally {
      clearInterval(redraw);
      this.#over.abort();
      this.#session.screen.clear();
    }
  }

  /** Asks what to do after Ctrl-C. Detaches on other signals, on a second Ctrl-C, and if there is no terminal to ask on. */
  async interrupt(signal: Interrupt): Promise<void> {
    const { screen } = this.#session;
    if (signal !== 'SIGINT' || this.#isAsking || !screen.canAsk()) return this.#leave();
    this.#isAsking = true;
    const choices = this.#cancel === 'no' ? '[c]ancel, [d]etach, or go on? ' : '[d]etach, or go on? ';
    const key = (await screen.askKey(choices, this.#over.signal))?.toLowerCase();
    this.#isAsking = false;
    if (key === undefined) return;
    if (key === 'd' || key === '\x03') return this.#leave();
    if (key === 'c' && this.#cancel === 'no') {
      this.#cancel = 'wanted';
      screen.say('Cancelling. Changes that were already sent are not undone.');
      this.#resume();
    }
    this.#draw();
  }

  #leave(): void {
    this.#left.abort();
    this.#over.abort();
    this.#resume();
  }

  async #rest(ms: number): Promise<void> {
    if (this.#left.signal.aborted || (this.#cancel === 'wanted' && !this.#isLost)) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#resume = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** Reads or cancels the operation. Returns false after a failure that a retry may fix. Errors: Refused, if it is not retryable. */
  async #poll(): Promise<boolean> {
    try {
      const operation = this.#cancel === 'wanted' ? await this.#sendCancel() : await this.#read();
      if (operation !== undefined) this.#see(operation);
      return true;
    } catch (error) {
      if (this.#left.signal.aborted) throw error;
      if (error instanceof Refused && !error.isRetryable) throw error;
      if (!(error instanceof Refused || error instanceof Unreachable)) throw error;
      this.#lose(error instanceof Refused ? `${error.code}: ${error.message}` : error.message);
      return false;
    }
  }

  #askOptions(): AskOptions {
    return { signal: this.#left.signal, timeoutMs: TIMEOUT_MS };
  }

  async #read(): Promise<Operation> {
    return readOperation(this.#session, this.#operation.id, this.#askOptions());
  }

  async #sendCancel(): Promise<Operation | undefined> {
    const { gateway, screen } = this.#session;
    try {
      const { data } = await gateway.ask<{ cancelBulkOperation: { bulkOperation: Operation } }>(
        CANCEL,
        { input: { id: this.#operation.id } },
        this.#askOptions(),
      );
      this.#cancel = 'sent';
      return data.cancelBulkOperation.bulkOperation;
    } catch (error) {
      if (!(error instanceof Refused) || error.isRetryable) throw error;
      this.#cancel = 'no';
      screen.say('The operation was not cancelled.');
      reportFailure(this.#session, error);
      return undefined;
    }
  }

  #see(operation: Operation): void {
    const { screen } = this.#session;
    this.#operation = operation;
    this.#answeredAtMs = performance.now();
    this.#timeLeft.note(this.#answeredAtMs, operation);
    if (this.#isLost) screen.say('The gateway answers again.');
    this.#isLost = false;
    const { error } = operation;
    const waitsFor = error === null || hasEnded(operation) ? '' : `${error.code}: ${error.message}`;
    if (waitsFor !== '' && waitsFor !== this.#waitsFor) screen.say(`The operation waits. ${waitsFor}`);
    if (waitsFor === '' && this.#waitsFor !== '' && !hasEnded(operation))
      screen.say('The operation continues.');
    this.#waitsFor = waitsFor;
    this.#draw();
    if (!screen.isWatched) this.#printSentence();
  }

  #lose(why: string): void {
    const { screen } = this.#session;
    if (!this.#isLost) {
      screen.say(
        `The gateway does not answer (${why}). Retrying; the operation does not depend on this program.`,
      );
    }
    this.#isLost = true;
    this.#draw();
  }

  #draw(): void {
    const { screen } = this.#session;
    if (!screen.isWatched || this.#over.signal.aborted || hasEnded(this.#operation)) return;
    if (!this.#isLost) {
      screen.show(progressLines(this.#operation, this.#secondsLeft(), screen.columns()));
      return;
    }
    const unanswered = duration((performance.now() - this.#answeredAtMs) / 1000);
    screen.show([
      [{ text: `no answer for ${unanswered}, retrying`.slice(0, screen.columns()), style: 'warn' }],
    ]);
  }

  /** Without a terminal: prints the progress every 5 s if it changed, otherwise every minute. */
  #printSentence(): void {
    const now = performance.now();
    const text = progressSentence(this.#operation, this.#secondsLeft());
    const everyMs = text === this.#lastSentence.text ? SAME_SENTENCE_EVERY_MS : SENTENCE_EVERY_MS;
    if (now - this.#lastSentence.atMs < everyMs || hasEnded(this.#operation)) return;
    this.#lastSentence = { text, atMs: now };
    this.#session.screen.say(text);
  }

  #secondsLeft(): number | undefined {
    // After a cancellation the remaining SIMs end at once, so the measured speed gives no estimate.
    return this.#cancel === 'no' ? this.#timeLeft.seconds(performance.now()) : undefined;
  }
}

/** Reads an operation. Errors: Refused (NOT_FOUND if it does not exist), Unreachable. */
export async function readOperation(
  { gateway }: Session,
  id: string,
  options: AskOptions = {},
): Promise<Operation> {
  const { data, errors } = await gateway.ask<{ bulkOperation: Operation | null }>(PROGRESS, { id }, options);
  if (data.bulkOperation !== null) return data.bulkOperation;
  throw new Refused(
    errors[0] ?? { message: 'There is no bulk operation with this id.', extensions: { code: 'NOT_FOUND' } },
  );
}
