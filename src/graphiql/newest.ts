import { pick, useGraphiQL, useGraphiQLActions } from '@graphiql/react';
import { authorizationOf, currentAccount, currentKey, type Viewer } from './credential.ts';
import { post } from './post.ts';

const query = `query NewestIds {
  sims(first: 1) { nodes { id group { id } } }
  bulkOperations(first: 1) { nodes { id } }
  viewer { environment }
}`;

/** Null where the caller may not read it. */
interface NewestIds {
  readonly sims?: { readonly nodes: readonly { id: string; group: { id: string } | null }[] } | null;
  readonly bulkOperations?: { readonly nodes: readonly { id: string }[] } | null;
  readonly viewer?: Pick<Viewer, 'environment'> | null;
}

/** The default values of variables of the types ID and list of IDs. */
const oneId = /(?<=: ID! = )"[^"]*"/;
const listOfIds = /(?<=: \[ID!\]! = )\[[^\]]*\]/;

const mutation = /^mutation\b/m;

/** The text of an example with the newest ids in place of those in it. The examples with one id are about bulk operations. */
function withNewestIds(text: string, { sims, bulkOperations }: NewestIds): string {
  const [sim] = sims?.nodes ?? [];
  const [operation] = bulkOperations?.nodes ?? [];
  const ids = [sim?.id, sim?.group?.id, operation?.id].filter((id) => id !== undefined);
  return text
    .replace(oneId, (given) => (operation === undefined ? given : JSON.stringify(operation.id)))
    .replace(listOfIds, (given) =>
      ids.length === 0 ? given : `[\n    ${ids.map((id) => JSON.stringify(id)).join('\n    ')}\n  ]`,
    );
}

/** The texts of examples in which ids were replaced, by the text of the example. */
const replaced = new Map<string, string>();

/** Whether a tab has an example unchanged, apart from ids that {@link useNewestIds} replaced. */
export const isUnchanged = (example: string, query: string | null | undefined) =>
  query === example || (query != null && query === replaced.get(example));

/**
 * Returns a function that replaces the ids of an example that the active tab shows. The example stays as it is if there are no such
 * objects, if the gateway does not answer or the caller may not read them, and if the user has changed it or the key before the answer.
 * A mutation changes only on a sandbox: on a live account, its id would name an object that another caller may need.
 */
export function useNewestIds(): (example: string) => Promise<void> {
  const { queryEditor, headerEditor } = useGraphiQL(pick('queryEditor', 'headerEditor'));
  const { updateActiveTabValues } = useGraphiQLActions();
  return async (example) => {
    if (!oneId.test(example) && !listOfIds.test(example)) return;
    const key = currentKey();
    if (currentAccount().needsKey && key === null) return;
    // A run would use that authorization, which may be of another account.
    if (/authorization/i.test(headerEditor?.getValue() ?? '')) return;
    const { answer } = await post({ query }, authorizationOf(key), AbortSignal.timeout(10_000));
    const data: NewestIds | null | undefined = answer.data;
    if (!data || key !== currentKey()) return;
    if (mutation.test(example) && data.viewer?.environment !== 'SANDBOX') return;
    if (!isUnchanged(example, queryEditor?.getValue())) return;
    const text = withNewestIds(example, data);
    replaced.set(example, text);
    queryEditor?.setValue(text);
    // GraphiQL reads the editor with a delay.
    updateActiveTabValues({ query: text });
  };
}
