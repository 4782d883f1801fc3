import { Button, Dialog, pick, useGraphiQL, useGraphiQLActions } from '@graphiql/react';
import { type FormEvent, type ReactNode, useEffect, useId, useRef, useState } from 'react';
import { useAccount } from './account.tsx';
import { type Occasion, signIn, stopAsking } from './credential.ts';

const titles: Readonly<Record<Occasion, string>> = {
  required: 'Sign in to SIM Gateway',
  invalidated: 'Sign in again',
  'signed-out': 'Sign in to SIM Gateway',
  another: 'Use another key',
};

const reasons: Readonly<Record<Occasion, string>> = {
  required: 'The gateway needs an API key (simgw_…) or a JSON Web Token.',
  invalidated:
    'Your key or token is no longer valid: it has expired or was revoked. Your tabs are unchanged.',
  'signed-out': 'You are signed out. Your tabs are unchanged.',
  another: 'The present key stays in use until the gateway has accepted the new one.',
};

/** Asks for a key or token while the gateway needs one, and loads the schema when it has accepted it. */
export function SignIn(): ReactNode {
  const { asksFor } = useAccount();
  return (
    <Dialog open={asksFor !== null} onOpenChange={(isOpen) => isOpen || stopAsking()}>
      {asksFor !== null && <SignInForm occasion={asksFor} />}
    </Dialog>
  );
}

function SignInForm({ occasion }: { readonly occasion: Occasion }): ReactNode {
  const loadSchema = useLoadSchema();
  const [fault, setFault] = useState<string | null>(null);
  const [isVerifying, setIsVerifying] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const [closing] = useState(() => new AbortController());
  const id = useId();

  useEffect(() => () => closing.abort(), [closing]);

  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault();
    if (isVerifying || input.current === null) return;
    setIsVerifying(true);
    const result = await signIn(input.current.value, closing.signal);
    if (result === 'aborted') return;
    if (result === 'accepted') return loadSchema();
    setIsVerifying(false);
    setFault(result.fault);
    input.current?.select();
  }

  return (
    <form className="sign-in" onSubmit={(event) => void submit(event)} noValidate>
      <Dialog.Title className="graphiql-dialog-title">{titles[occasion]}</Dialog.Title>
      <Dialog.Description>{reasons[occasion]}</Dialog.Description>
      <label htmlFor={id}>API key or token</label>
      {/* Uncontrolled: React would copy a controlled value to an attribute. */}
      <input
        ref={input}
        id={id}
        type="password"
        autoComplete="off"
        autoCapitalize="off"
        spellCheck={false}
        // biome-ignore lint/a11y/noAutofocus: a dialog moves the focus to its first field
        autoFocus
        aria-invalid={fault !== null}
        aria-describedby={`${id}-note ${id}-fault`}
      />
      <p id={`${id}-fault`} className="sign-in-fault" role="alert">
        {fault}
      </p>
      <p id={`${id}-note`} className="sign-in-note">
        This page keeps it in memory only. A reload forgets it.
      </p>
      <div className="dialog-actions">
        <Button type="button" onClick={stopAsking}>
          Cancel
        </Button>
        <Button type="submit" state="success" disabled={isVerifying}>
          {isVerifying ? 'Verifying…' : 'Sign in'}
        </Button>
      </div>
    </form>
  );
}

/** Loads the schema, and removes the answer of the active tab if it says that the caller was not authenticated. */
function useLoadSchema(): () => void {
  const { introspect, updateActiveTabValues } = useGraphiQLActions();
  const { responseEditor, queryEditor } = useGraphiQL(pick('responseEditor', 'queryEditor'));
  return () => {
    if (responseEditor?.getValue().includes('"UNAUTHENTICATED"')) {
      responseEditor.setValue('');
      updateActiveTabValues({ response: null });
    }
    void introspect();
    // On a touch screen the focus would open the keyboard.
    if (window.matchMedia('(pointer: fine)').matches) queryEditor?.focus();
  };
}
