import './workers.ts';
import 'graphiql/style.css';
import './main.css';
import './account.css';
import './panel.css';
import './run.css';
import { GraphiQL, HISTORY_PLUGIN } from 'graphiql';
import { createRoot } from 'react-dom/client';
import { AccountBar } from './account.tsx';
import { AnswerLine } from './answer-line.tsx';
import { Appearance, editorTheme } from './appearance.tsx';
import { ConfirmChange } from './confirm-change.tsx';
import { defaultTabs, EXAMPLES_PLUGIN } from './examples.tsx';
import { fetcher } from './fetcher.ts';
import { OneEntryForARun } from './history.tsx';
import { CopyLink, OpenLink } from './link.tsx';
import { SignIn } from './sign-in.tsx';
import { openStorage } from './storage.ts';

const storage = openStorage();
const isNewcomer = storage.getItem('graphiql:tabState') === null;
/** Whether an open panel leaves enough space for the operation and its answer. */
const isRoomy = window.innerWidth >= 1_000;

const element = document.getElementById('page');
if (element === null) throw new Error('The page has no element to show GraphiQL in');

createRoot(element).render(
  <GraphiQL
    fetcher={fetcher}
    storage={storage}
    editorTheme={editorTheme}
    defaultTabs={defaultTabs}
    // Headers may have credentials. This also removes the setting.
    shouldPersistHeaders={false}
    plugins={[EXAMPLES_PLUGIN, HISTORY_PLUGIN]}
    // Only at the first visit, so that a closed panel stays closed.
    {...(isNewcomer && isRoomy && { visiblePlugin: EXAMPLES_PLUGIN.title })}
  >
    <GraphiQL.Logo>
      <span className="product">SIM Gateway</span>
      <AccountBar />
    </GraphiQL.Logo>
    <GraphiQL.Toolbar>
      {({ prettify, merge, copy }) => (
        <>
          {prettify}
          {merge}
          {copy}
          <CopyLink />
        </>
      )}
    </GraphiQL.Toolbar>
    <GraphiQL.Footer>
      <AnswerLine />
    </GraphiQL.Footer>
    <Appearance />
    <OneEntryForARun />
    <OpenLink />
    <SignIn />
    <ConfirmChange />
  </GraphiQL>,
);
