import { Button, Dialog } from '@graphiql/react';
import { type ReactNode, useSyncExternalStore } from 'react';
import { currentQuestion, type Question, subscribe } from './question.ts';

/** Asks before a mutation of an account that is not a sandbox. */
export function ConfirmChange(): ReactNode {
  const question = useSyncExternalStore(subscribe, currentQuestion);
  return (
    <Dialog open={question !== null} onOpenChange={(isOpen) => isOpen || question?.answer(false)}>
      {question !== null && <ChangeQuestion question={question} />}
    </Dialog>
  );
}

function ChangeQuestion({ question }: { readonly question: Question }): ReactNode {
  const { change, environment, answer } = question;
  return (
    <div className="confirm-change">
      <Dialog.Title className="graphiql-dialog-title">
        {environment === 'LIVE' ? 'Run this on the live account?' : 'Run this on an unknown account?'}
      </Dialog.Title>
      <Dialog.Description>
        {change.operation === null ? 'This operation' : <strong>{change.operation}</strong>}
        {environment === 'LIVE'
          ? ' changes real SIM cards.'
          : ' may change real SIM cards: the gateway did not answer whether it uses a sandbox.'}
      </Dialog.Description>
      <ul>
        {change.fields.map(({ name, target, isIrreversible }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the list never changes
          <li key={index}>
            <code>{name}</code>
            {target !== null && <span>{target}</span>}
            {isIrreversible && <em>This cannot be undone.</em>}
          </li>
        ))}
      </ul>
      <div className="dialog-actions">
        {/* The safe choice has the focus: Enter changes nothing. */}
        <Button type="button" autoFocus onClick={() => answer(false)}>
          Cancel
        </Button>
        <Button type="button" className="confirm-change-run" onClick={() => answer(true)}>
          Run it
        </Button>
      </div>
    </div>
  );
}
