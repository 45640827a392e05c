import makeFetchCookie from 'fetch-cookie';
import fetch, { type RequestInit } from 'node-fetch';
import { CookieJar } from 'tough-cookie';

/** Secrets and tokens, which a browser must not get. */
export const SECRETS = /mc[rst]_/;

/** The addresses, headers and bodies of all responses that browsers got from the app and from Monei. */
export const seen: string[] = [];

/** A page where a browser ended up. */
export interface Page {
  url: string;
  status: number;
  headers: { get(name: string): string | null };
  html: string;
  /** Without tags, entities and runs of white space. */
  text: string;
  title: string;
}

/** A browser without scripts: it keeps cookies, follows redirects and links, and submits the forms of a page. */
export class PageBrowser {
  readonly jar = new CookieJar();
  readonly #fetch = makeFetchCookie(fetch, this.jar);

  async open(url: string, init: RequestInit = {}): Promise<Page> {
    const response = await this.#fetch(url, { redirect: 'manual', ...init });
    const html = await response.text();
    seen.push(url, JSON.stringify([...response.headers]), html);
    const location = response.headers.get('location');
    if (location !== null) return this.#follow(url, new URL(location, url), init);
    const title = textOf(/<title>(.*?)<\/title>/s.exec(html)?.[1] ?? '');
    return { url, status: response.status, headers: response.headers, html, text: textOf(html), title };
  }

  /** Browsers apply `form-action` to the redirects after a form as well. The pages of the app allow its own origin. */
  #follow(from: string, to: URL, { method }: RequestInit): Promise<Page> {
    const leavesApp = to.origin !== new URL(from).origin && !new URL(from).pathname.startsWith('/connect/');
    if (method === 'POST' && leavesApp) throw new Error(`a form of the app led to ${to.origin}`);
    return this.open(to.href);
  }

  /** Follows the link with this text. */
  click(page: Page, text: string): Promise<Page> {
    const links = [...page.html.matchAll(/<a [^>]*href="([^"]*)"[^>]*>(.*?)<\/a>/gs)];
    const link = links.find(([, , content = '']) => textOf(content) === text);
    if (!link) throw new Error(`no link “${text}” in: ${page.text}`);
    return this.open(new URL(unescapeHtml(link[1] ?? ''), page.url).href);
  }

  /** Submits the form with this action, which is sent by POST: its hidden fields, and `fields`. */
  submit(page: Page, action: string, fields: Record<string, string> = {}): Promise<Page> {
    const form = new RegExp(`<form method="post" action="${action}"[^>]*>(.*?)</form>`, 's').exec(
      page.html,
    )?.[1];
    if (form === undefined) throw new Error(`no form ${action} in: ${page.text}`);
    const missing = Object.keys(fields).find((name) => !form.includes(` name="${name}"`));
    if (missing !== undefined) throw new Error(`no field ${missing} in: ${form}`);
    const hidden = [...form.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)">/g)];
    const entries = hidden.map(([, name = '', value = '']) => [unescapeHtml(name), unescapeHtml(value)]);
    return this.post(new URL(action, page.url).href, { ...Object.fromEntries(entries), ...fields });
  }

  /** Sends a form as a page of the same origin does. */
  post(url: string, fields: Record<string, string> = {}): Promise<Page> {
    const headers = { origin: new URL(url).origin, 'sec-fetch-site': 'same-origin' };
    return this.open(url, { method: 'POST', body: new URLSearchParams(fields), headers });
  }

  /** Decides on Monei's consent page: allows what is not denied. */
  consent(page: Page, deny: string[] = []): Promise<Page> {
    const choices = askedOn(page).map((scope) => [`scope:${scope}`, deny.includes(scope) ? 'deny' : 'allow']);
    return this.submit(page, '/connect/authorize', { ...Object.fromEntries(choices), decision: 'approve' });
  }

  /** Refuses everything on Monei's consent page. */
  refuse(page: Page): Promise<Page> {
    return this.submit(page, '/connect/authorize', { decision: 'deny' });
  }

  /** Connects to Monei in the app at `url`, and allows what these of its pages ask for. */
  async connect(url: string, paths: string[] = []): Promise<Page> {
    let page = await this.consent(await this.open(`${url}/auth/monei`));
    for (const path of paths) {
      page = await this.open(url + path);
      if (!page.url.startsWith(url)) page = await this.consent(page);
    }
    return page;
  }
}

/** The scopes that a consent page asks about. */
export function askedOn(page: Page): string[] {
  return [...page.html.matchAll(/name="scope:([^"]*)" value="allow"/g)].map(([, scope = '']) => scope);
}

function textOf(html: string): string {
  return unescapeHtml(html.replace(/<[^>]*>/g, ' '))
    .replace(/\s+/g, ' ')
    .trim();
}

function unescapeHtml(text: string): string {
  const characters: Record<string, string> = { '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#39;': "'" };
  return text.replace(/&(lt|gt|quot|#39);/g, (entity) => characters[entity] ?? '').replaceAll('&amp;', '&');
}
