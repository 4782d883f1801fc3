/** File names of Monaco's workers beside this script, written in by the build. */
declare const WORKER_FILES: Readonly<Record<'editor' | 'json' | 'graphql', string>>;

/** The texts of schema/operations in the order of their file names, written in by the build. */
declare const EXAMPLES: readonly string[];

declare module '*.css';
