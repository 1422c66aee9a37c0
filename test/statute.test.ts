import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { legalBasisSchema } from '../events/envelope.ts';
import {
  ARTICLE_IDS,
  ARTICLES,
  type Article,
  articleLabel,
  articleOf,
  citationError,
  ISSUED_ON,
  LAST_DAY,
  LAST_DAY_BY_CIVIL_CODE,
  NUMBERING_ANOMALIES,
  REGULATION,
} from '../events/statute.ts';
import { addDays, lastDayOfYears } from '../events/time.ts';

const seed = readFileSync(new URL('statute/seed.txt', import.meta.url), 'utf8');

/** The two words that a page break of the print splits. */
const PAGE_BREAKS = [
  { before: '项目可行', after: '性分析' },
  { before: '提交项目', after: '成果材料' },
];

interface Passage {
  readonly chapter: number;
  readonly label: string;
  readonly text: string;
}

/** The articles of the print, page breaks joined, bullets dropped, items on their own lines. */
function articlesOf(print: string): Passage[] {
  const joined = PAGE_BREAKS.reduce(
    (text, { before, after }) => text.replace(`${before}\n\n${after}`, before + after),
    print,
  );
  const passages: { chapter: number; label: string; text: string }[] = [];
  let chapter = 0;
  for (const line of joined.split('\n').map(each => each.replace(/^- /, ''))) {
    const [, label, text] = /^(第[一二三四五六七八九十]+条) (.+)$/.exec(line) ?? [];
    if (line.startsWith('抄送')) break;
    if (/^第[一二三四五]章 /.test(line)) chapter += 1;
    else if (label && text) passages.push({ chapter, label, text });
    else if (line && chapter > 0) (passages.at(-1) as Passage & { text: string }).text += `\n${line}`;
  }
  return passages;
}

/** Ids of the articles that do not stand in the print as they are kept. */
function departures(articles: readonly Article[], print: string): string[] {
  const printed = articlesOf(print);
  return articles
    .filter(({ chapter, label, text }, at) => {
      const passage = printed[at];
      return passage?.chapter !== chapter || passage.label !== label || passage.text !== text;
    })
    .map(article => article.id);
}

describe('the statute as data', () => {
  it('holds 27 articles with ordinals 1 to 27 and one id each', () => {
    expect(ARTICLES.map(article => article.ordinal)).toEqual(Array.from({ length: 27 }, (_, at) => at + 1));
    expect(ARTICLES.map(article => article.id)).toEqual([...ARTICLE_IDS]);
    expect(new Set(ARTICLE_IDS).size).toBe(27);
  });

  it('prints every label once, 第十七条 twice and 第十一条 never', () => {
    const labels = ARTICLES.map(article => article.label);
    const repeated = labels.filter((label, at) => labels.indexOf(label) !== at);
    expect(repeated).toEqual(['第十七条']);
    expect(labels).not.toContain('第十一条');
  });

  it('hashes every text', () => {
    for (const { id, text, hash: kept } of ARTICLES) expect(hash('sha256', text), id).toBe(kept);
    expect(new Set(ARTICLES.map(article => article.hash)).size).toBe(27);
  });

  it('keeps chapter, label and text of every article as they are printed, and no article more', () => {
    expect(articlesOf(seed)).toHaveLength(27);
    expect(departures(ARTICLES, seed)).toEqual([]);
  });

  it('the comparison sees one changed character on either side', () => {
    const altered = ARTICLES.map(article =>
      article.id === 'art-25' ? { ...article, text: article.text.replace('5年', '3年') } : article,
    );
    expect(departures(altered, seed)).toEqual(['art-25']);
    expect(departures(ARTICLES, seed.replace('上半年', '下半年'))).toEqual(['art-09']);
  });

  it.each([
    ['art-10', '项目可行性分析'],
    ['art-17a', '提交项目成果材料'],
  ] as const)('joins the page break of %s: the print splits “%s”', (id, words) => {
    expect(seed).not.toContain(words);
    expect(articleOf(id).text).toContain(words);
  });

  it('registers the anomalies of the print', () => {
    expect(NUMBERING_ANOMALIES.map(({ label, kind }) => `${label} ${kind}`)).toEqual([
      '第十一条 missing',
      '第十七条 duplicated',
      '第十条 page-break',
      '第十七条 page-break',
      '第五条 bullets',
    ]);
  });
});

describe('citing an article (D-1)', () => {
  it.each(['第十一条', 'art-11'])('%s is refused: the print has none', cited => {
    expect(citationError(cited)?.zh).toContain('没有第十一条');
    expect(citationError(cited)?.en).toContain('no 第十一条');
  });

  it.each(['第十七条', 'art-17'])('a bare %s is refused in favour of 17a and 17b', cited => {
    expect(citationError(cited)?.zh).toContain('art-17a 或 art-17b');
    expect(citationError(cited)?.en).toContain('printed twice');
  });

  it.each(['art-28', 'art-00', '', 'toString'])('“%s” is no article', cited => {
    expect(citationError(cited)).toBeDefined();
  });

  it('every id can be cited, also as the basis of an event; art-11 and art-17 cannot', () => {
    const basis = (article: string) => legalBasisSchema.safeParse({ doc: REGULATION, article }).success;
    for (const id of ARTICLE_IDS) expect([citationError(id), basis(id)]).toEqual([undefined, true]);
    expect([basis('art-11'), basis('art-17')]).toEqual([false, false]);
  });

  it('the two 第十七条 are told apart for people', () => {
    expect(articleLabel('art-17a')).toBe('第十七条（第一个第十七条）');
    expect(articleLabel('art-17b')).toBe('第十七条（第二个第十七条）');
    expect(articleLabel('art-18')).toBe('第十八条');
  });
});

describe('第二十七条 in force for five years from issue (D-38)', () => {
  it('the print gives number and day of issue; both readings of the last day are kept', () => {
    expect(seed).toContain(REGULATION);
    expect(seed).toContain('2023年12月29日印发');
    expect(LAST_DAY_BY_CIVIL_CODE).toBe(lastDayOfYears(ISSUED_ON, 5));
    expect(LAST_DAY).toBe(addDays(LAST_DAY_BY_CIVIL_CODE, -1));
  });
});
