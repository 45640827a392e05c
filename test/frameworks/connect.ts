import connect, { type ErrorHandleFunction, type NextHandleFunction } from 'connect';
import { startConnectStyle } from './connect-style.js';
import { serverSession } from './express-5.js';
import type { Framework } from './framework.js';

/** An HTTP server with Connect, which neither parses the query nor adds `res.redirect`. */
export const bareConnect: Framework = {
  name: 'http and connect',
  start: (settings) => {
    const app = connect();
    app.use(serverSession() as NextHandleFunction);
    return startConnectStyle(
      {
        use: (handler) => app.use(handler as NextHandleFunction),
        // Connect removes the path from `req.url`, and keeps the query.
        get: (path, handler) => app.use(path, handler as NextHandleFunction),
        onError: (handler) => app.use(handler as ErrorHandleFunction),
        listener: app,
      },
      settings,
    );
  },
};
