import type { BrowserContext, ConsoleMessage, Request } from 'playwright-core';

/** What goes wrong in a browser without users seeing it. The list grows while its pages are used. */
export function collectFaults(context: BrowserContext): readonly string[] {
  const faults: string[] = [];
  const pages = new Set<string>();
  context.on('console', (message) => {
    // Violations of a content security policy come as such errors, too.
    if (/^(error|warning)$/.test(message.type()) && !tellsStatusOfPage(message, pages)) {
      faults.push(`console ${message.type()}: ${message.text()} (${message.location().url})`);
    }
  });
  context.on('weberror', (error) => faults.push(`script error: ${error.error().message}`));
  context.on('request', (request) => {
    if (request.isNavigationRequest()) pages.add(request.url());
    if (isForeign(request)) faults.push(`loads from another origin: ${request.url()}`);
  });
  context.on('requestfailed', (request) => {
    const reason = request.failure()?.errorText;
    // Chromium gives up what it was still loading for a page that the user has left.
    if (reason !== 'net::ERR_ABORTED') faults.push(`${request.url()} failed: ${reason}`);
  });
  context.on('response', (response) => {
    if (response.ok() || isRedirect(response.status()) || response.request().isNavigationRequest()) return;
    faults.push(`${response.url()} answered ${response.status()}`);
  });
  return faults;
}

/** Chromium logs as an error that a page has an error status. That is how it should be on pages about a problem. */
function tellsStatusOfPage(message: ConsoleMessage, pages: ReadonlySet<string>): boolean {
  const failed = 'Failed to load resource: the server responded with a status of';
  return message.text().startsWith(failed) && pages.has(message.location().url);
}

/** Pages lead to this machine only, and load from where they are only. */
function isForeign(request: Request): boolean {
  const { protocol, origin, hostname } = new URL(request.url());
  if (protocol === 'data:') return false;
  if (request.isNavigationRequest()) return !['localhost', '127.0.0.1'].includes(hostname);
  return origin !== new URL(request.frame().url()).origin;
}

function isRedirect(status: number): boolean {
  return status >= 300 && status < 400;
}
