import type { BrowserContext, ConsoleMessage, Request } from 'playwright-core';

/** Collects errors that users do not see. The returned list grows while pages are used. */
export function collectFaults(context: BrowserContext): readonly string[] {
  const faults: string[] = [];
  const pages = new Set<string>();
  context.on('console', (message) => {
    // Violations of a content security policy are such errors, too.
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
    // Chromium aborts the requests of a page that the user has left.
    if (reason !== 'net::ERR_ABORTED') faults.push(`${request.url()} failed: ${reason}`);
  });
  context.on('response', (response) => {
    if (response.ok() || isRedirect(response.status()) || response.request().isNavigationRequest()) return;
    faults.push(`${response.url()} responded with ${response.status()}`);
  });
  return faults;
}

/** Whether Chromium logs the error status of a page, which pages about a problem have. */
function tellsStatusOfPage(message: ConsoleMessage, pages: ReadonlySet<string>): boolean {
  const failed = 'Failed to load resource: the server responded with a status of';
  return message.text().startsWith(failed) && pages.has(message.location().url);
}

/** Whether a request leaves this machine, or loads from another origin than the page's. */
function isForeign(request: Request): boolean {
  const { protocol, origin, hostname } = new URL(request.url());
  if (protocol === 'data:') return false;
  if (request.isNavigationRequest()) return !['localhost', '127.0.0.1'].includes(hostname);
  return origin !== new URL(request.frame().url()).origin;
}

function isRedirect(status: number): boolean {
  return status >= 300 && status < 400;
}
