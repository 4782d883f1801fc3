/** File names of Monaco's workers, in the folder of this script. Defined by the build. */
declare const WORKER_FILES: Readonly<Record<'editor' | 'json' | 'graphql', string>>;

/** One file of schema/operations. */
interface Example {
  /** Name of the operation. */
  readonly name: string;
  /** `error` if the description begins with an error code. */
  readonly group: 'query' | 'mutation' | 'error';
  /** The first sentence of its description. */
  readonly summary: string;
  /** The whole file. */
  readonly text: string;
}

/** The operations of schema/operations in the order of their file names. Defined by the build. */
declare const EXAMPLES: readonly Example[];

declare module '*.css';
