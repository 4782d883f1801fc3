import { pick, ToolbarButton, useGraphiQL, useGraphiQLActions } from '@graphiql/react';
import { type ReactNode, useEffect, useReducer, useRef } from 'react';

/** The texts of a tab that a link to the page has. Headers are not among them: they may have credentials, or set those of another. */
interface Linked {
  readonly query: string;
  readonly variables: string;
  readonly operationName: string | null;
}

/** The operation of the page's address, in its query string or its fragment. Null: it has none. */
const readAddress = () => readLink(window.location.search) ?? readLink(window.location.hash.slice(1));

/** The parameters are those of GraphQL over HTTP. Null: there is no query. */
function readLink(text: string): Linked | null {
  const parameters = new URLSearchParams(text);
  const query = parameters.get('query')?.trim();
  if (!query) return null;
  return {
    query,
    variables: indented(parameters.get('variables') ?? ''),
    operationName: parameters.get('operationName'),
  };
}

/** Text that is not JSON stays as it is: the editor shows the fault. */
function indented(json: string): string {
  try {
    return JSON.stringify(JSON.parse(json), null, 2);
  } catch {
    return json;
  }
}

/** Browsers do not send the fragment: it may be longer than the gateway accepts an address, and stays out of the logs of proxies. */
function linkTo({ query, variables, operationName }: Linked): string {
  const parameters = new URLSearchParams({ query });
  if (variables.trim() !== '') parameters.set('variables', variables);
  if (operationName) parameters.set('operationName', operationName);
  return `${window.location.origin}${window.location.pathname}#${parameters}`;
}

/** The user should see the variables before a run. GraphiQL has no action that opens their editor. */
const showVariables = () =>
  document.querySelector<HTMLElement>('.graphiql-editor-tools [data-name="variables"]')?.click();

/**
 * Opens the operation of the page's address in a tab, or selects the tab that has it, and does not run it; renders nothing. Then the
 * address loses its parameters, so that a reload restores the tabs as they are.
 */
export function OpenLink(): null {
  const { tabs, activeTabIndex, queryEditor, variableEditor, operations, isFetching } = useGraphiQL(
    pick('tabs', 'activeTabIndex', 'queryEditor', 'variableEditor', 'operations', 'isFetching'),
  );
  const { addTab, changeTab, setOperationName, updateActiveTabValues } = useGraphiQLActions();
  const waiting = useRef<{ readonly name: string | null; readonly operations: typeof operations } | null>(
    null,
  );
  // A browser loads no page for an address that differs only in its fragment.
  const [, render] = useReducer((count: number) => count + 1, 0);
  useEffect(() => {
    window.addEventListener('hashchange', render);
    return () => window.removeEventListener('hashchange', render);
  }, []);
  useEffect(() => {
    // A change of the tab would stop an operation that runs.
    if (queryEditor === undefined || variableEditor === undefined || isFetching) return;
    const linked = readAddress();
    if (linked === null) return;
    const { query, variables } = linked;
    window.history.replaceState(null, '', window.location.pathname);
    const index = tabs.findIndex((tab) => tab.query?.trim() === query && (tab.variables ?? '') === variables);
    if (index === -1) {
      addTab();
      queryEditor.setValue(query);
      variableEditor.setValue(variables);
      updateActiveTabValues({ query, variables });
    } else if (index !== activeTabIndex) {
      changeTab(index);
    }
    if (variables !== '') showVariables();
    waiting.current = {
      name: linked.operationName,
      operations: index === activeTabIndex ? undefined : operations,
    };
  });

  // GraphiQL parses a new text with a delay, and then selects its first operation.
  useEffect(() => {
    const { name, operations: previous } = waiting.current ?? {};
    if (name == null || operations === previous) return;
    if (!operations?.some((operation) => operation.name?.value === name)) return;
    waiting.current = null;
    setOperationName(name);
  });
  return null;
}

/** Copies a link that opens the active tab's operation and variables. */
export function CopyLink(): ReactNode {
  const { queryEditor, variableEditor, operationName } = useGraphiQL(
    pick('queryEditor', 'variableEditor', 'operationName'),
  );
  async function copy(): Promise<void> {
    const link = linkTo({
      query: queryEditor?.getValue() ?? '',
      variables: variableEditor?.getValue() ?? '',
      operationName: operationName ?? null,
    });
    try {
      await navigator.clipboard.writeText(link);
    } catch {
      // Browsers allow it only on this machine and over HTTPS.
      window.prompt('Link to this operation', link);
    }
  }
  return (
    <ToolbarButton label="Copy link (operation and variables)" onClick={() => void copy()}>
      <svg
        className="graphiql-toolbar-icon"
        viewBox="0 0 24 24"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.5"
        aria-hidden="true"
      >
        <path
          d="M10 14a4 4 0 0 0 5.7 0l3.6-3.6a4 4 0 0 0-5.7-5.7L12.3 6M14 10a4 4 0 0 0-5.7 0l-3.6 3.6a4 4 0 0 0 5.7 5.7l1.3-1.3"
          strokeLinecap="round"
        />
      </svg>
    </ToolbarButton>
  );
}
