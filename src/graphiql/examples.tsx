import { Button, type GraphiQLPlugin, pick, useGraphiQL, useGraphiQLActions } from '@graphiql/react';
import { type ReactNode, useState } from 'react';
import { isUnchanged, useNewestIds } from './newest.ts';

/** The tab of the first visit. */
export const defaultTabs = EXAMPLES.slice(0, 1).map(({ text }) => ({ query: text }));

/** Title of the panel and its button. */
const title = 'Examples';

const groups = [
  { group: 'query', heading: 'Queries' },
  { group: 'mutation', heading: 'Mutations' },
  { group: 'error', heading: 'Errors' },
] as const;

/** Whether the window is so narrow that the panel covers the editor. If so, the panel closes when an example is opened. */
const isNarrow = () => window.matchMedia('(max-width: 800px)').matches;

/** Opens an example in a new tab, or selects the tab that already contains it unchanged. */
function useOpenExample(): {
  open(example: Example): void;
  isShown(example: Example): boolean;
  /** Whether an operation runs. GraphiQL would stop it with a change to another tab, or show its answer in a new tab. */
  isRunning: boolean;
} {
  const { tabs, activeTabIndex, queryEditor, isFetching } = useGraphiQL(
    pick('tabs', 'activeTabIndex', 'queryEditor', 'isFetching'),
  );
  const { addTab, changeTab, setOperationName, setVisiblePlugin, updateActiveTabValues } =
    useGraphiQLActions();
  const takeNewestIds = useNewestIds();
  return {
    isRunning: isFetching,
    isShown: ({ text }) => isUnchanged(text, tabs[activeTabIndex]?.query),
    open({ name, text }) {
      // GraphiQL copies the editor's text to the active tab with a delay, so the comparison uses the editor's text for that tab.
      const index = tabs.findIndex(({ query }, at) =>
        isUnchanged(text, at === activeTabIndex ? queryEditor?.getValue() : query),
      );
      if (index === -1) {
        addTab();
        queryEditor?.setValue(text);
        // GraphiQL reads the editor with a delay; this gives the tab its title at once.
        updateActiveTabValues({ query: text });
        setOperationName(name);
      } else if (index !== activeTabIndex) {
        changeTab(index);
      }
      if (isNarrow()) setVisiblePlugin(null);
      void takeNewestIds(text);
    },
  };
}

function ExamplesPanel(): ReactNode {
  const [sought, setSought] = useState('');
  const { setVisiblePlugin } = useGraphiQLActions();
  const { open, isShown, isRunning } = useOpenExample();
  const words = sought.toLowerCase().split(/\s+/).filter(Boolean);
  const found = EXAMPLES.filter(({ text }) => words.every((word) => text.toLowerCase().includes(word)));
  return (
    <section aria-label={title} className="examples">
      <header>
        <h2>{title}</h2>
        <input
          type="search"
          aria-label="Find an example"
          placeholder="Find: a word, E202"
          value={sought}
          onChange={(event) => setSought(event.currentTarget.value)}
        />
        <Button type="button" onClick={() => setVisiblePlugin(null)}>
          Hide
        </Button>
      </header>
      {groups.map(({ group, heading }) => {
        const examples = found.filter((example) => example.group === group);
        return (
          examples.length > 0 && (
            <section key={group} aria-label={heading}>
              <h3>{heading}</h3>
              <ul>
                {examples.map((example) => (
                  <li key={example.name}>
                    <button
                      type="button"
                      aria-current={isShown(example)}
                      disabled={isRunning}
                      title={isRunning ? 'An operation runs: stop it, or wait for its answer' : undefined}
                      onClick={() => open(example)}
                    >
                      <strong>{example.name}</strong>
                      <span>{example.summary}</span>
                    </button>
                  </li>
                ))}
              </ul>
            </section>
          )
        );
      })}
      {found.length === 0 && <p>No example contains this text.</p>}
    </section>
  );
}

/** Filled while the panel is open, like the icons of the other panels. */
function ExamplesIcon(): ReactNode {
  const isOpen = useGraphiQL(({ visiblePlugin }) => visiblePlugin?.title === title);
  return (
    <svg viewBox="0 0 24 24" fill="none" stroke="currentColor" strokeWidth="1.5" aria-hidden="true">
      <path d="M12.5 5.5H21M12.5 12H21M3 18.5h18" strokeLinecap="round" />
      <path d="M3.75 4.6v8.3l5.5-4.15z" strokeLinejoin="round" fill={isOpen ? 'currentColor' : 'none'} />
    </svg>
  );
}

/** A panel that lists all examples with their summaries, and filters them by words of their text. */
export const EXAMPLES_PLUGIN: GraphiQLPlugin = {
  title,
  icon: ExamplesIcon,
  content: ExamplesPanel,
};
