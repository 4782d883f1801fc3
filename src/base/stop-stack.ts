import { within } from './within.ts';

type Step = () => unknown;

/** Drains and steps that stop the gateway. Steps run in the reverse order in which they were added. */
export class StopStack {
  private readonly drains: Step[] = [];
  private readonly steps: Step[] = [];

  /** Adds a step. It runs before all steps added earlier. */
  push(step: Step): void {
    this.steps.push(step);
  }

  /** Adds a drain, which lets running work end. All drains start together, before the first step. */
  pushDrain(drain: Step): void {
    this.drains.push(drain);
  }

  /** Waits up to `graceMs` for all drains, then runs each step to its end. Errors: the first error, after all steps have run. */
  async stop(graceMs: number): Promise<void> {
    const errors: unknown[] = [];
    const run = async (step: Step) => {
      try {
        await step();
      } catch (error) {
        errors.push(error);
      }
    };
    await within(graceMs, Promise.all(this.drains.map(run)), undefined);
    for (const step of this.steps.toReversed()) await run(step);
    if (errors.length > 0) throw errors[0];
  }
}
