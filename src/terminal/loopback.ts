/** Whether a URL leads to this computer. Names below `localhost` do (RFC 6761). */
export function isLoopback({ hostname }: URL): boolean {
  return /^(?:(?:.+\.)?localhost|127(?:\.\d+){3}|\[::1\])$/.test(hostname);
}

/** Whether others could read what is sent there: it crosses a network by http. */
export function isExposed(url: URL): boolean {
  return url.protocol !== 'https:' && !isLoopback(url);
}
