/** The table of services/ARTICLES.md is what the code says: 27 of 27. `UPDATE_COVERAGE=1` writes it anew. */
import { readFileSync, writeFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { ARTICLE_IDS, type ArticleId } from '../../events/statute.ts';
import { type CodeRead, type Coverage, DECLARATIVE, pageOf, readCode } from './articles.ts';

const PAGE = 'services/ARTICLES.md';

let code: CodeRead;
const of = (id: ArticleId) => code.coverage.get(id) as Coverage;
const commandsOf = (id: ArticleId) => of(id).commands.map(({ name }) => name);

beforeAll(async () => {
  code = await readCode();
  if (process.env.UPDATE_COVERAGE) writeFileSync(PAGE, pageOf(code.coverage));
});

describe('条款覆盖 (article coverage)', () => {
  it('then the page is what the code says', () => {
    expect(readFileSync(PAGE, 'utf8')).toBe(pageOf(code.coverage));
  });

  it.each(ARTICLE_IDS)('%s has events, commands, rules, read models and tests, or is declared to oblige nobody', id => {
    const { events, commands, rules, readModels, tests } = of(id);
    const counts = [events, commands, rules, readModels].map(({ length }) => length);
    expect(counts.every(count => (DECLARATIVE[id] ? count === 0 : count > 0))).toBe(true);
    expect(tests).not.toEqual([]);
  });

  it('then every kind of event is recorded by a command, and every citing refusal could be read', () => {
    expect(code.unrecorded).toEqual([]);
    expect(code.unread).toEqual([]);
  });

  it('then a kind made by a helper, one of two kinds, and a kind that is only read are told apart', () => {
    expect(commandsOf('art-12')).toContain('RecordCompletenessCheck');
    expect(commandsOf('art-18')).not.toContain('OpenScoring');
    expect(commandsOf('art-15')).not.toContain('CompileResults');
    expect(commandsOf('art-25')).toContain('RevokeRecognition');
  });

  it('then an article given by a constant, by an item, by the caller and by a deviation is found', () => {
    expect(of('art-14').rules).toContain('correction-needs-reason');
    expect(of('art-16').rules).toContain('wrong-stage');
    expect(of('art-08').rules).toContain('branch-unit');
    expect(of('art-03').rules).toContain('single-person-team');
  });
});
