/** `localhost`, names under it, 127.0.0.0/8 and `[::1]`. A port may follow. */
const LOOPBACK = /^(localhost|([\w-]+\.)+localhost|127(\.\d{1,3}){3}|\[::1\])(:\d{1,5})?$/i;

/** Whether a host, as in a URL or a `Host` header, is this machine, whatever its port. */
export function isLoopback(host: string | undefined): boolean {
  return host !== undefined && LOOPBACK.test(host);
}
