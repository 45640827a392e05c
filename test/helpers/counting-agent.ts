import http from 'node:http';

/** An agent that counts the connections that it opens. */
export class CountingAgent extends http.Agent {
  used = 0;

  override createConnection(...args: Parameters<http.Agent['createConnection']>) {
    this.used++;
    return super.createConnection(...args);
  }
}
