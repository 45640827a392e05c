/** A session of an app: the same object in each request, emptied when a user logs in. */
export interface Session {
  [key: string]: unknown;
  regenerate: (done: () => void) => void;
}

export function newSession(): Session {
  const session: Session = {
    regenerate(done) {
      empty(session);
      done();
    },
  };
  return Object.defineProperty(session, 'regenerate', {
    enumerable: false,
    configurable: true,
    writable: true,
  });
}

/** Replaces the contents of a session with what JSON keeps of them, as a session store does. */
export function throughStore(session: Session): Session {
  const stored = JSON.parse(JSON.stringify(session));
  empty(session);
  return Object.assign(session, stored);
}

function empty(session: Session): void {
  for (const key of Object.keys(session)) delete session[key];
}
