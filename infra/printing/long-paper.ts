/** A report of many pages, as far as printing knows it: what it says, piece by piece. */
export interface LongPaper {
  readonly title: string;
  /** What it is about; at the head of each page. */
  readonly number: string;
  /** At the foot of each page, before the number of the page. */
  readonly foot: string;
  /** RFC 3339 in UTC. */
  readonly madeAt: string;
  readonly blocks: readonly Block[];
}

export type Tone = 'plain' | 'verdict' | 'alert' | 'fine';

export type Block =
  | { readonly kind: 'heading'; readonly level: 1 | 2; readonly text: string }
  | { readonly kind: 'paragraph'; readonly tone: Tone; readonly text: string }
  | { readonly kind: 'facts'; readonly facts: readonly (readonly [name: string, value: string])[] }
  | { readonly kind: 'list'; readonly items: readonly string[] }
  | { readonly kind: 'table'; readonly heads: readonly string[]; readonly rows: readonly (readonly string[])[] };

/** What printing itself adds. */
export const LONG_PAPER_WORDS = {
  page: (page: number, of: number) => `第 ${page} 页，共 ${of} 页`,
  substituted: '□ 处为字库未收之字：',
  codePoint: 'U+0123456789ABCDEF',
} as const;
