/** Packages without a CommonJS build that unit tests load. */
const esmPackages = 'jose';

/** Tests run as CommonJS, compiled by swc: no VM modules, one transform cache in the clone. */
const shared = {
  testEnvironment: 'node',
  transform: {
    [`\\.ts$|/node_modules/(?:${esmPackages})/.+\\.js$`]: [
      '@swc/jest',
      {
        jsc: {
          target: 'es2023',
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, useDefineForClassFields: false },
          keepClassNames: true,
        },
        module: { type: 'commonjs' },
        sourceMaps: 'inline',
      },
    ],
  },
  transformIgnorePatterns: [`/node_modules/(?!(?:${esmPackages})/)`],
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/.cache/'],
};

export default {
  ...shared,
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  globalSetup: '<rootDir>/test/support/global-setup.ts',
  globalTeardown: '<rootDir>/test/support/global-teardown.ts',
  cacheDirectory: '<rootDir>/.cache/jest',
  // Long, because machines may be slow; a test that waits for a condition ends when the condition is true.
  testTimeout: 180_000,
  // Tests spend more time on waiting for leases and delays than on CPU work.
  maxWorkers: 4,
};
