import { useHistory, useHistoryActions } from '@graphiql/plugin-history';
import { pick, useGraphiQL } from '@graphiql/react';
import { useEffect, useRef } from 'react';
import { operationName } from './operation-name.ts';

/**
 * Adds one entry to the history for each run, or none if the history has it; renders nothing. GraphiQL adds an entry at each change of the
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
      const known = entries.find(
        (entry) =>
          entry.query === run.query &&
          (entry.variables ?? '') === run.variables &&
          entry.operationName === name,
      );
      if (known?.favorite || known?.label) return;
      if (known !== undefined) actions.deleteFromHistory(known);
      add.current(run);
    };
  });
  return null;
}
