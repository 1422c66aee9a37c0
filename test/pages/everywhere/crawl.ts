/** Follows every link of every page, as a reader could who clicks on all of them. */
import { pages } from '../../../infra/pages/index.ts';

export interface Visited {
  /** From the root, with every choice. */
  readonly address: string;
  /** The page it is, e.g. `/projects/:projectId`; the path itself where no page is declared. */
  readonly pattern: string;
  readonly status: number;
  /** Where it was found. */
  readonly from: string;
}

const patterns = pages.map(({ path }) => ({
  path,
  matches: new RegExp(`^${path.replaceAll(/:\w+/g, '[^/]+')}$`),
}));

/** Of several declared paths the one with the fewest parameters, as a router takes it. */
export function patternOf(pathname: string): string {
  const parameters = (path: string) => path.split(':').length;
  const fitting = patterns.filter(({ matches }) => matches.test(pathname)).map(({ path }) => path);
  return fitting.sort((one, other) => parameters(one) - parameters(other))[0] ?? pathname;
}

const TEXT: Readonly<Record<string, string>> = { '&amp;': '&', '&quot;': '"', '&#39;': "'", '&lt;': '<', '&gt;': '>' };

/** The addresses that the links of a page lead to within the site. */
export function linksOf(html: string, url: string): readonly URL[] {
  const hrefs = [...html.matchAll(/<a\b[^>]*?\shref="([^"]*)"/g)].map(([, href = '']) =>
    href.replaceAll(/&(?:amp|quot|#39|lt|gt);/g, entity => TEXT[entity] as string),
  );
  return hrefs.map(href => new URL(href, url)).filter(({ origin }) => origin === new URL(url).origin);
}

/**
 * What a kind of link is: the page with the names of the choices in its address, and for a form its command. Links of one
 * kind differ only in what they are about.
 */
function kindOf({ pathname, searchParams }: URL): string {
  const place = pathname.startsWith('/act/') ? pathname : patternOf(pathname);
  return `${place}?${[...new Set(searchParams.keys())].sort().join('&')}`;
}

/** Choices of one link at a time: what a further one leads to is as it is upon fewer. */
const MOST_CHOICES = 2;

/** What readers before have come to, which each adds to. */
export class Known {
  /** Kinds of links. */
  readonly kinds = new Set<string>();
  /** Places and formats of what was no page. */
  readonly taken = new Set<string>();
}

/** How many links of a kind are followed; of one that another reader has followed, one, and none that is narrowed further. */
function mostOf(kind: string, choices: number, { kinds }: Known): number {
  if (!kinds.has(kind)) return 2;
  return choices < MOST_CHOICES ? 1 : 0;
}

/**
 * Visits links of every kind, from where a reader begins. Of what is no page, of one place and format, the first that anybody
 * comes to is taken to its end, of others the head alone.
 *
 * @param cookie as the reader is signed in; undefined for the public
 */
export async function crawl(
  url: string,
  cookie: string | undefined,
  beginnings: readonly string[],
  known: Known,
): Promise<readonly Visited[]> {
  const visited: Visited[] = [];
  const seen = new Set<string>();
  const ofKind = new Map<string, number>();
  const waiting = beginnings.map(address => ({ target: new URL(address, url), from: '' }));
  for (let next = waiting.shift(); next; next = waiting.shift()) {
    const { target, from } = next;
    const address = target.pathname + target.search;
    const kind = kindOf(target);
    const before = ofKind.get(kind) ?? 0;
    const choices = target.searchParams.size;
    if (seen.has(address) || choices > MOST_CHOICES || before >= mostOf(kind, choices, known)) continue;
    seen.add(address);
    ofKind.set(kind, before + 1);
    const download = `${patternOf(target.pathname)} ${target.searchParams.get('format')}`;
    const isToBeTaken = !known.taken.has(download);
    const answer = await fetch(new URL(address, url), {
      method: isToBeTaken ? 'GET' : 'HEAD',
      redirect: 'manual',
      headers: { accept: 'text/html,*/*', 'accept-encoding': 'identity', ...(cookie !== undefined && { cookie }) },
    });
    visited.push({ address, pattern: patternOf(target.pathname), status: answer.status, from });
    const text = await answer.text();
    const location = answer.headers.get('location');
    if (location !== null) waiting.push({ target: new URL(location, target), from: address });
    const isPage = (answer.headers.get('content-type') ?? '').startsWith('text/html') || location !== null;
    if (!isPage) known.taken.add(download);
    if (!isPage || target.pathname === '/docs') continue;
    for (const link of linksOf(text, target.href)) waiting.push({ target: link, from: address });
  }
  for (const kind of ofKind.keys()) known.kinds.add(kind);
  return visited;
}
