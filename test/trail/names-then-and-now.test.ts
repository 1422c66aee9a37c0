/** A sentence of the trail calls everybody as on its day; a published list keeps its names, with those of today beside them. */
import { describe, expect, it } from 'vitest';
import { trailNames } from '../../projections/names.ts';
import type { Reader } from '../../projections/ports.ts';
import { routes as programmeRoutes } from '../../projections/programme/http.ts';
import { projectPlan, projectPlanEntries } from '../../projections/programme/project-plan.ts';
import { credentials } from '../../projections/provisional.ts';
import { trailEntries } from '../../projections/trail/entries.ts';
import { queries } from '../../projections/trail/http.ts';
import type { TrailEntry } from '../../projections/trail/query.ts';
import { samples } from '../support/controls.ts';
import { ABOUT, ask, logOf, readerOf, type Told, told } from '../support/fold.ts';
import { MSR } from '../support/given.ts';

const { accountId } = samples['account.registered'];
const { name: unitName } = samples['unit.registered'];
const renamed = [told('unit.renamed'), told('recommending-body.renamed'), told('account.holder-renamed')];
const registered = [told('unit.registered'), told('recommending-body.registered'), told('account.registered')];
const names = { [samples['account.registered'].name.subject]: '张伟' };

const check = (day: string): Told =>
  told('unit.registration-verified', {}, { at: `${day}T02:00:00.000Z`, about: { uscc: ABOUT.uscc } });

async function sentences(story: readonly Told[], type: string): Promise<string[]> {
  const reader = readerOf([trailEntries, trailNames, credentials], { events: logOf(story), names });
  const { items } = (await ask(queries, 'ReadTrail', { order: 'asc' }, MSR, reader)) as { items: TrailEntry[] };
  return items.filter(item => item.type === type).map(({ sentence }) => sentence);
}

describe('names then and now', () => {
  it('a sentence says the name of its day, before the change and from it on', async () => {
    const story = [...registered, check('2025-06-01'), ...renamed, check('2025-06-02')];
    const [before, after] = await sentences(story, 'unit.registration-verified');
    expect(before).toContain(unitName);
    expect(after).toContain(samples['unit.renamed'].name);
    expect(after).not.toContain(unitName);
  });

  it('the change says both names', async () => {
    const [said] = await sentences([...registered, ...renamed], 'unit.renamed');
    expect(said).toContain(`记录${unitName}自2025-06-02起更名为${samples['unit.renamed'].name}`);
    const [body] = await sentences([...registered, ...renamed], 'recommending-body.renamed');
    expect(body).toContain(`更名为${samples['recommending-body.renamed'].name}`);
    const [holder] = await sentences([...registered, ...renamed], 'account.holder-renamed');
    expect(holder).toContain('的账户持有人自2025-06-02起更名');
    expect(accountId).toBe(samples['account.holder-renamed'].accountId);
  });

  it('an expert is called as on that day, in what he does too', async () => {
    const sealed = (letter: string) => ({ subject: 'person-liu', sealed: letter.repeat(40) });
    const { expertId } = samples['expert.admitted'];
    const actor = { accountId, orgId: expertId, role: 'EXPERT' } as const;
    const story = [
      told('account.registered', { name: sealed('a') }),
      told('expert.admitted', { name: sealed('a') }),
      told('expert.renamed', { name: sealed('b') }),
      told('account.holder-renamed', { name: sealed('b') }),
      ...['2025-06-01', '2025-06-02'].flatMap(day => [
        told('expert.reviewed', {}, { at: `${day}T02:00:00.000Z` }),
        told('confidentiality-undertaking.signed', {}, { at: `${day}T02:00:00.000Z`, actor: actor as never }),
      ]),
    ];
    const reader: Reader = {
      ...readerOf([trailEntries, trailNames, credentials], { events: logOf(story) }),
      open: async ({ sealed: text }) => (text.startsWith('a') ? '刘工' : '柳工'),
    };
    const { items } = (await ask(queries, 'ReadTrail', { order: 'asc' }, MSR, reader)) as { items: TrailEntry[] };
    const [reviewedThen, signedThen, reviewedNow, signedNow] = items.slice(-4).map(({ sentence }) => sentence);
    expect(reviewedThen).toContain(`考核了专家〈刘工〉（${expertId}）`);
    expect(signedThen).toContain('技术评定组专家〈刘工〉');
    expect(reviewedNow).toContain(`考核了专家〈柳工〉（${expertId}）`);
    expect(signedNow).toContain('技术评定组专家〈柳工〉');
  });

  it('the published plan keeps the names it was published with, and tells those of today', async () => {
    const published = [told('project.listed'), told('project-plan.published')];
    const entriesAfter = async (story: readonly Told[]) => {
      const reader = readerOf([projectPlan, projectPlanEntries, trailNames], { events: logOf(story) });
      const answer = await ask(programmeRoutes, 'ListProjectPlanEntries', { year: '2024' }, undefined, reader);
      return (answer as { items: object[] }).items;
    };
    const [plain] = await entriesAfter([...registered, ...published]);
    expect(plain).toMatchObject({ unitName });
    expect(plain).not.toHaveProperty('unitNameNow');
    expect(await entriesAfter([...registered, ...published, ...renamed])).toMatchObject([
      {
        unitName,
        unitNameNow: samples['unit.renamed'].name,
        bodyName: samples['recommending-body.registered'].name,
        bodyNameNow: samples['recommending-body.renamed'].name,
      },
    ]);
    expect(ABOUT.uscc).toBe(samples['unit.renamed'].uscc);
  });
});
