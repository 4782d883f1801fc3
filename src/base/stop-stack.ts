import { within } from './within.ts';

type Step = () => unknown;

/** What has to be stopped, in the reverse order of its start. */
export class StopStack {
  private readonly drains: Step[] = [];
  private readonly steps: Step[] = [];

  /** Adds a step that runs before all steps that were added earlier. */
  push(step: Step): void {
    this.steps.push(step);
  }

  /** Adds what ends of itself once it is asked to: all of these begin at the same moment, before the first step. */
  pushDrain(drain: Step): void {
    this.drains.push(drain);
  }

  /** Waits up to `graceMs` for what drains, then runs each step to its end. Errors: the first of any step, after all of them ran. */
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
