/** A session as an app has it: the same object in each of its requests, emptied when a user logs in. */
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

/** Lets a session go through a store: it comes back as JSON has it. */
export function throughStore(session: Session): Session {
  const stored = JSON.parse(JSON.stringify(session));
  empty(session);
  return Object.assign(session, stored);
}

function empty(session: Session): void {
  for (const key of Object.keys(session)) delete session[key];
}
