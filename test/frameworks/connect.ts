import connect, { type ErrorHandleFunction, type NextHandleFunction } from 'connect';
import { startConnectStyle } from './connect-style.js';
import { serverSession } from './express-5.js';
import type { Framework } from './framework.js';

/** A bare HTTP server with Connect: nobody parses the query, and nobody adds `res.redirect`. */
export const bareConnect: Framework = {
  name: 'http and connect',
  start: (settings) => {
    const app = connect();
    app.use(serverSession() as NextHandleFunction);
    return startConnectStyle(
      {
        use: (handler) => app.use(handler as NextHandleFunction),
        // Connect takes the path off `req.url`, and leaves the query.
        get: (path, handler) => app.use(path, handler as NextHandleFunction),
        onError: (handler) => app.use(handler as ErrorHandleFunction),
        listener: app,
      },
      settings,
    );
  },
};
