import { useHistory, useHistoryActions } from '@graphiql/plugin-history';
import { pick, useGraphiQL } from '@graphiql/react';
import { useEffect, useRef } from 'react';
import { operationName } from './operation-name.ts';
import { subscribe } from './outcome.ts';

/**
 * Adds one entry to the history for each run, or none if the history has it or nothing was sent; renders nothing. GraphiQL adds an entry at each change of the
 * active tab during a run, and the tab gets the text of the editor with a delay.
 */
export function OneEntryForARun(): null {
  const { queryId, queryEditor, variableEditor, headerEditor } = useGraphiQL(
    pick('queryId', 'queryEditor', 'variableEditor', 'headerEditor'),
  );
  const selected = useGraphiQL((state) => state.operationName);
  const entries = useHistory();
  const actions = useHistoryActions();
  const add = useRef(actions.addToHistory);
  const added = useRef(queryId);
  /** The entry of the last run, unless the history had it before. */
  const newEntry = useRef<Parameters<typeof actions.deleteFromHistory>[0] | null>(null);

  // Runs before the effect in which GraphiQL calls addToHistory, because that is an effect of a parent.
  useEffect(() => {
    actions.addToHistory = () => {
      if (queryId === added.current) return;
      added.current = queryId;
      const query = queryEditor?.getValue() ?? '';
      const name = operationName(query, selected);
      const run = {
        query,
        variables: variableEditor?.getValue() ?? '',
        headers: headerEditor?.getValue() ?? '',
        ...(name !== undefined && { operationName: name }),
      };
      newEntry.current = null;
      const known = entries.find(
        (entry) =>
          entry.query === run.query &&
          (entry.variables ?? '') === run.variables &&
          entry.operationName === name,
      );
      if (known?.favorite || known?.label) return;
      if (known === undefined) newEntry.current = run;
      else actions.deleteFromHistory(known);
      add.current(run);
    };
  });
  useEffect(
    () =>
      subscribe(({ kind }) => {
        if (kind === 'not-sent' && newEntry.current !== null) actions.deleteFromHistory(newEntry.current);
      }),
    [actions],
  );
  return null;
}
