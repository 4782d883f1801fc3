import { BlockList, isIPv4, isIPv6 } from 'node:net';
import { BoundedMap } from './bounded-map.ts';
import { commaSeparated } from './comma-separated.ts';

/** The headers in which a browser states the name that it resolved, and the origin of the page that sent the request. */
interface NamingHeaders {
  readonly host?: string | undefined;
  readonly origin?: string | undefined;
}

/** Returns null to serve a request, or the reason to refuse it: a sentence with the header and the setting. */
export type HostRule = (headers: NamingHeaders) => string | null;

/** The names of a server. */
interface ServedNames {
  /** Address or name on which the server listens. */
  readonly host: string;
  /** Host names allowed in addition to those of loopback, in the format of `isHostList`; undefined: none. */
  readonly allowed: string | undefined;
}

interface HostRuleOptions extends ServedNames {
  /** Name of the setting with the allowed names. */
  readonly setting: string;
  /** Origins that are served in addition, each in the form of the header Origin, with the name of their setting. */
  readonly listed?: { readonly origins: readonly string[]; readonly setting: string };
}

/** Whether every host name is served: the server listens on an address other than loopback, and no list is set. */
export function servesEveryName({ host, allowed }: ServedNames): boolean {
  return allowed === undefined && !isLoopbackAddress(host);
}

/** Whether only programs on this machine reach a server that listens on `host`. */
export function isLoopbackAddress(host: string): boolean {
  return isLoopback(isIPv6(host) ? `[${host}]` : host);
}

/**
 * Creates the rule that refuses requests of foreign web pages. The name of a page may resolve to this machine (DNS rebinding): the
 * browser then lets the page read answers and send changes, and only the headers show it. A page of another program on this machine,
 * such as a development server, is foreign too, unless its origin is listed.
 */
export function createHostRule({ host, allowed, setting, listed }: HostRuleOptions): HostRule {
  const servesAll = servesEveryName({ host, allowed });
  const names = new Set(allowed === undefined ? [] : commaSeparated(allowed).map(nameOfEntry));
  const origins = new Set(listed?.origins);
  const isOurHost = remembered((host) => {
    const name = nameOfHost(host);
    return name !== null && (isLoopback(name) || names.has(name));
  });
  // Any port and scheme: a proxy that terminates TLS may have others than the gateway.
  const isAllowedOrigin = remembered((origin) => {
    const name = nameOfOrigin(origin);
    return name !== null && !isLoopback(name) && names.has(name);
  });
  const wanted =
    listed === undefined
      ? `match the header Host, or name a host of ${setting}`
      : `match the header Host, name a host of ${setting}, or be in ${listed.setting}`;
  return ({ host = '', origin }) => {
    if (!servesAll && !isOurHost(host))
      return `The header Host must name this machine, for example localhost, or a host of ${setting}`;
    // Without the header, either no page sent the request, or the browser does not let the page read the answer.
    if (origin === undefined || isSameOrigin(origin, host)) return null;
    return origins.has(origin) || isAllowedOrigin(origin) ? null : `The header Origin must ${wanted}`;
  };
}

/** Whether a page of `origin` was loaded from `host`. A proxy may have added the default port to the header Host. */
function isSameOrigin(origin: string, host: string): boolean {
  const [http, https] = [`http://${host}`, `https://${host}`];
  return origin === http || origin === https || `${origin}:80` === http || `${origin}:443` === https;
}

/** Maximum number of remembered verdicts. Clients use few names of a gateway. */
const maxRemembered = 100;

/** Remembers the verdicts on a few texts: parsing the name of a host takes as long as reading a small request body. */
function remembered(judge: (text: string) => boolean): (text: string) => boolean {
  const verdicts = new BoundedMap<string, boolean>(maxRemembered);
  return (text) => {
    const known = verdicts.get(text);
    if (known !== undefined) return known;
    const verdict = judge(text);
    verdicts.set(text, verdict);
    return verdict;
  };
}

/** Whether a text is a list of host names or addresses, separated by commas, without scheme and port. Empty entries have no effect. */
export function isHostList(text: string): boolean {
  return commaSeparated(text).every((entry) => nameOfEntry(entry) !== null);
}

/** Error text for a value that `isHostList` refuses. */
export const hostListRule =
  'must be host names separated by commas, without scheme and port, for example gateway.example.com, 10.0.0.5; a name with other letters than a to z in its xn-- form';

/** Host part of the URL at which this machine reaches a server that listens on `address`. */
export function hostOfUrl(address: string): string {
  if (address === '0.0.0.0') return '127.0.0.1';
  if (address === '::') return '[::1]';
  return isIPv6(address) ? `[${address}]` : address;
}

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

function isLoopback(name: string): boolean {
  if (isIPv4(name)) return loopback.check(name, 'ipv4');
  if (name.startsWith('[')) return loopback.check(name.slice(1, -1), 'ipv6');
  return /^(?:.+\.)?localhost$/i.test(name);
}

function nameOfEntry(entry: string): string | null {
  const host = isIPv6(entry) ? `[${entry}]` : entry;
  return /:\d*$/.test(host) ? null : nameOfHost(host);
}

function nameOfOrigin(origin: string): string | null {
  const [, host = ''] = /^https?:\/\/(.*)$/i.exec(origin) ?? [];
  return nameOfHost(host);
}

/** A name, an IPv4 address or an IPv6 address in brackets, with an optional port. Excludes all syntax that changes the host of a URL. */
const hostPattern = /^(?:[\w.-]+|\[[\da-f:.]+\])(?::\d*)?$/i;

/** The name or address of a Host header in the form of `URL.hostname`: lower case, without port and final dot. */
function nameOfHost(host: string): string | null {
  const url = `http://${host}`;
  if (!hostPattern.test(host) || !URL.canParse(url)) return null;
  return new URL(url).hostname.replace(/\.$/, '');
}
