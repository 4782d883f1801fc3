import { type ReactNode, useEffect, useId, useRef, useState, useSyncExternalStore } from 'react';
import { askForKey, currentAccount, loadViewer, signOut, subscribe, type Viewer } from './credential.ts';

const environments = { SANDBOX: 'SANDBOX', LIVE: 'LIVE ACCOUNT' } as const;
const methods = { NONE: 'none', API_KEY: 'API key', JWT: 'JSON Web Token' } as const;

export const useAccount = () => useSyncExternalStore(subscribe, currentAccount);

/** Shows whether the SIMs are real, who the caller is and what it may do. */
export function AccountBar(): ReactNode {
  const { viewer, needsKey } = useAccount();
  useEffect(() => void loadViewer(), []);
  if (viewer === null)
    return needsKey ? (
      <div className="account">
        <button
          type="button"
          className="account-button account-sign-in"
          onClick={() => askForKey('required')}
        >
          Sign in
        </button>
      </div>
    ) : null;
  const { environment } = viewer;
  return (
    <div className="account">
      <span className="account-environment" data-environment={environment}>
        {environments[environment]}
      </span>
      <Details viewer={viewer} />
    </div>
  );
}

/** A button with the actor that opens the details of the caller below it. */
function Details({ viewer }: { readonly viewer: Viewer }): ReactNode {
  const [isOpen, setIsOpen] = useState(false);
  const element = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const id = useId();
  useEffect(() => {
    if (!isOpen) return;
    const closeOutside = ({ target }: Event) => {
      if (target instanceof Node && !element.current?.contains(target)) setIsOpen(false);
    };
    const closeByKey = (event: KeyboardEvent) => {
      if (event.key !== 'Escape') return;
      setIsOpen(false);
      button.current?.focus();
    };
    document.addEventListener('pointerdown', closeOutside);
    document.addEventListener('focusin', closeOutside);
    document.addEventListener('keydown', closeByKey);
    return () => {
      document.removeEventListener('pointerdown', closeOutside);
      document.removeEventListener('focusin', closeOutside);
      document.removeEventListener('keydown', closeByKey);
    };
  }, [isOpen]);
  const { actor, method, scopes } = viewer;
  return (
    <div className="account-details" ref={element}>
      <button
        type="button"
        className="account-button"
        ref={button}
        aria-expanded={isOpen}
        aria-controls={id}
        title={actor}
        onClick={() => setIsOpen(!isOpen)}
      >
        <span className="account-actor">{actor}</span>
        {method !== 'NONE' && <span className="account-count">{counted(scopes.length)}</span>}
      </button>
      {isOpen && (
        <section id={id} className="account-panel" aria-label="Caller">
          <Facts viewer={viewer} />
          {method !== 'NONE' && (
            <div className="account-actions">
              <button type="button" className="graphiql-button" onClick={() => askForKey('another')}>
                Use another key
              </button>
              <button type="button" className="graphiql-button" onClick={signOut}>
                Sign out
              </button>
            </div>
          )}
        </section>
      )}
    </div>
  );
}

function Facts({ viewer }: { readonly viewer: Viewer }): ReactNode {
  const { actor, method, scopes, groups, expiresAt, environment } = viewer;
  return (
    <>
      <p className="account-note">
        {environment === 'LIVE'
          ? 'Real SIM cards: changes cost money and reach devices.'
          : 'Made-up SIMs: changes have no effect outside of the sandbox.'}
        {method === 'NONE' && ' The gateway does not authenticate callers.'}
      </p>
      <dl>
        <dt>Actor</dt>
        <dd>{actor}</dd>
        <dt>Signed in by</dt>
        <dd>{methods[method]}</dd>
        <dt>Scopes</dt>
        <dd>
          {scopes.length === 0 ? (
            'none'
          ) : (
            <ul>
              {scopes.map((scope) => (
                <li key={scope}>{scope}</li>
              ))}
            </ul>
          )}
        </dd>
        <dt>Groups</dt>
        <dd>{groups === null ? 'all SIMs' : groups.join(', ') || 'none'}</dd>
        <dt>Expires</dt>
        <dd>
          {expiresAt === null ? (
            'never'
          ) : (
            <time dateTime={expiresAt}>{new Date(expiresAt).toLocaleString()}</time>
          )}
        </dd>
      </dl>
    </>
  );
}

const counted = (scopes: number) => `${scopes} ${scopes === 1 ? 'scope' : 'scopes'}`;
