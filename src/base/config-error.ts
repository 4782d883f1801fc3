/** Some settings are not valid; `faults` has one sentence for each of them, without a value. */
export class ConfigError extends Error {
  constructor(readonly faults: readonly string[]) {
    super(`These settings cannot be used:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`);
  }
}
