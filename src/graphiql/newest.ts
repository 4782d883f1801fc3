import { pick, useGraphiQL, useGraphiQLActions } from '@graphiql/react';
import { authorizationOf, currentAccount, currentKey } from './credential.ts';
import { post } from './post.ts';

const query = `query NewestIds {
  sims(first: 1) { nodes { id group { id } } }
  bulkOperations(first: 1) { nodes { id } }
}`;

/** Null where the caller may not read it. */
interface NewestIds {
  readonly sims?: { readonly nodes: readonly { id: string; group: { id: string } | null }[] } | null;
  readonly bulkOperations?: { readonly nodes: readonly { id: string }[] } | null;
}

/** The default values of variables of the types ID and list of IDs. */
const oneId = /(?<=: ID! = )"[^"]*"/;
const listOfIds = /(?<=: \[ID!\]! = )\[[^\]]*\]/;

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
 * objects, if the gateway does not answer or the caller may not read them, and if the user has changed it before the answer.
 */
export function useNewestIds(): (example: string) => Promise<void> {
  const { queryEditor } = useGraphiQL(pick('queryEditor'));
  const { updateActiveTabValues } = useGraphiQLActions();
  return async (example) => {
    if (!oneId.test(example) && !listOfIds.test(example)) return;
    if (currentAccount().needsKey && currentKey() === null) return;
    const { answer } = await post({ query }, authorizationOf(currentKey()), AbortSignal.timeout(10_000));
    const { data } = answer;
    if (!data || !isUnchanged(example, queryEditor?.getValue())) return;
    const text = withNewestIds(example, data);
    replaced.set(example, text);
    queryEditor?.setValue(text);
    // GraphiQL reads the editor with a delay.
    updateActiveTabValues({ query: text });
  };
}
