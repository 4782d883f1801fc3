/** Monaco calls `getWorker` with the language of a worker; the editor worker serves all other labels. */
const environment = {
  getWorker(_workerId: string, label: string): Worker {
    const file = label === 'json' || label === 'graphql' ? WORKER_FILES[label] : WORKER_FILES.editor;
    return new Worker(new URL(file, import.meta.url), { name: label });
  },
};

Object.assign(globalThis, { MonacoEnvironment: environment });
