/** File names of Monaco's workers beside this script, written in by the build. */
declare const WORKER_FILES: Readonly<Record<'editor' | 'json' | 'graphql', string>>;

/** One of schema/operations. */
interface Example {
  /** The name of its operation. */
  readonly name: string;
  /** An error is what begins its comment with an error code. */
  readonly group: 'query' | 'mutation' | 'error';
  /** The first sentence of its comment. */
  readonly summary: string;
  /** The whole file. */
  readonly text: string;
}

/** The operations of schema/operations in the order of their file names, written in by the build. */
declare const EXAMPLES: readonly Example[];

declare module '*.css';
