import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { connect } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { makeCertificate } from '../../bench/certificate.js';
import { pair } from '../helpers/fixtures.js';
import { installRuntime } from '../helpers/install-runtime.js';
import { type ListeningServer, listenOnLoopback } from '../helpers/listen.js';
import { type PackedProject, packedProject } from './helpers/packed-project.js';

/** The versions of Node whose global agents use `HTTPS_PROXY`. */
const VERSIONS = ['22', '24', '26'];

const PROGRAM = `
import { MoneiConnect } from 'passport-monei';
import { memoryStore, TokenKeeper } from 'passport-monei/tokens';
const tokenURL = process.env.TOKEN_URL;
const connect = new MoneiConnect({ clientID: 'mc_1', clientSecret: 'mcs_1', tokenURL });
const tokens = await connect.refresh('mcr_old');
const keeper = new TokenKeeper({ connect, store: memoryStore(), keys: false, apiURL: new URL('/api', tokenURL).href });
await keeper.save('ada', tokens);
console.log((await (await keeper.fetch('ada', '/anything')).json()).access_token);
`;

describe('the packed package with a proxy in the environment', () => {
  let project: PackedProject;
  let monei: ListeningServer<unknown>;
  let proxy: ListeningServer<unknown>;
  let tunnels: string[];

  before(async () => {
    project = packedProject();
    const { keyFile, certFile } = makeCertificate(project.folder);
    const identity = { key: readFileSync(keyFile), cert: readFileSync(certFile) };
    monei = await listenOnLoopback(
      createSecureServer(identity, (_request, response) => response.end(JSON.stringify(pair))),
    );
    const tunnel = createServer().on('connect', (request, client) => {
      tunnels.push(String(request.url));
      const { hostname, port } = new URL(`http://${request.url}`);
      const upstream = connect(Number(port), hostname, () => {
        client.write('HTTP/1.1 200 Connection established\r\n\r\n');
        client.pipe(upstream).pipe(client);
      });
      for (const socket of [client, upstream]) socket.on('error', () => upstream.destroy());
    });
    proxy = await listenOnLoopback(tunnel);
    writeFileSync(join(project.folder, 'proxied.mjs'), PROGRAM);
  });
  beforeEach(() => {
    tunnels = [];
  });
  after(async () => {
    await monei.close();
    await proxy.close();
  });

  const refresh = async (node: string, env: Record<string, string>) => {
    const { stdout } = await promisify(execFile)(node, ['proxied.mjs'], {
      cwd: project.folder,
      env: {
        PATH: String(process.env.PATH),
        NODE_EXTRA_CA_CERTS: join(project.folder, 'cert.pem'),
        TOKEN_URL: `https://127.0.0.1:${monei.port}/token`,
        HTTPS_PROXY: proxy.url,
        ...env,
      },
    });
    expect(stdout).to.equal('mct_access\n');
  };

  for (const version of VERSIONS) {
    it(`sends requests through it with Node ${version}, as Node's global agents do`, async function () {
      let node: string;
      try {
        node = installRuntime('node', version);
      } catch (error) {
        console.log(`      skipped: ${(error as Error).message}`);
        return this.skip();
      }
      await refresh(node, { NODE_USE_ENV_PROXY: '1' });
      expect(tunnels).to.deep.equal([`127.0.0.1:${monei.port}`]);
      await refresh(node, { NODE_USE_ENV_PROXY: '1', NO_PROXY: '127.0.0.1' });
      await refresh(node, {});
      expect(tunnels).to.have.lengthOf(1);
    });
  }
});
