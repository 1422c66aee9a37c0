/** Forms laid out by hand: nothing that the command takes is forgotten, and what people need to see stands beside. */
import { h } from 'preact';
import { renderToString } from 'preact-render-to-string';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { evaluationStream } from '../../events/evaluation.ts';
import { excellentListStream } from '../../events/recognition.ts';
import { actAddress } from '../../infra/pages/act/address.ts';
import { type Field, fieldsOf } from '../../infra/pages/act/fields.ts';
import { type FormLayout, formLayout } from '../../infra/pages/act/layout.tsx';
import { layouts } from '../../infra/pages/act/layouts.ts';
import { FormView } from '../../infra/pages/act/views.tsx';
import { CONFIDENTIALITY_TEXT } from '../../services/enforcement/confidentiality.ts';
import { commandRoutes } from '../../services/routes.ts';
import { PARTIES, tellOf, undertaking } from '../http/authorisation-parties.ts';
import { openSite, type Site } from '../http/authorisation-site.ts';
import { control, samples } from '../support/controls.ts';

const commandOf = (name: string) => commandRoutes.find(({ command }) => command.name === name)?.command;

/** The names of the controls that a form must have for these fields. */
function controlsOf(field: Field): readonly string[] {
  switch (field.kind) {
    case 'constant':
      return [];
    case 'group':
      return field.fields.flatMap(controlsOf);
    case 'list':
      return controlsOf(field.element(0));
    case 'either':
      return [`${field.at}:of`];
    case 'date':
    case 'instant':
      return [`${field.at}:y`];
    case 'digest':
      return [/(sha256|contractHash|textHash)$/.test(field.at) ? `${field.at}:file` : field.at];
    default:
      return [field.at];
  }
}

/** Fields that a page shows no control of. */
const forgotten = (fields: readonly Field[], html: string) =>
  fields.flatMap(controlsOf).filter(name => !html.includes(`name="${name}"`));

/** The form as it looks before anything is known. */
function blank(layout: FormLayout): string {
  const about = commandOf(layout.command);
  if (!about) throw new Error(`no command is called ${layout.command}`);
  return renderToString(
    FormView({
      act: {
        command: about.name,
        about,
        fields: fieldsOf(about.input),
        later: [],
        typed: new Map(),
        refs: { isSought: () => false, found: new Map(), names: new Map(), choices: new Map() },
        fixed: new Set(),
        faults: new Map(),
        laid: { layout, data: undefined },
      },
    }),
  );
}

const fieldsOfCommand = (name: string) => fieldsOf(commandOf(name)?.input as never);

describe('a form laid out by hand', () => {
  it.each([...layouts.values()])('$command: asks for everything that the command takes', layout => {
    expect(forgotten(fieldsOfCommand(layout.command), blank(layout))).toEqual([]);
  });

  it('given a layout that forgets a field (planted fault), then that is found', () => {
    const hasty = formLayout({ command: 'RejectProject', view: ({ ask }) => h('div', {}, ask('projectId')) });
    expect(forgotten(fieldsOfCommand('RejectProject'), blank(hasty))).toEqual(['reason']);
  });

  it('given a field that no command has, then it is not laid out', () => {
    const wrong = formLayout({ command: 'RejectProject', view: ({ ask }) => h('div', {}, ask('grounds')) });
    expect(() => blank(wrong)).toThrow('no field is called grounds');
  });
});

const [own] = PARTIES;
const { projectId, uscc } = own.ids;
/** Constituted and at work. */
const panelId = `${own.ids.panelId}-next`;
const CRITERIA = samples['evaluation-standard.issued'].criteria;

describe('the forms of an expert', () => {
  let site: Site;
  const tokens = new Map<string, string>();

  beforeAll(async () => {
    site = await openSite();
    await tellOf(site);
    tokens.set('expert', await site.signIn('the-expert', own.held.expert));
    tokens.set('unit', await site.signIn('the-unit', own.held.unit));
    tokens.set('office', await site.signIn('the-office', { role: 'MSR', orgId: 'msr' }));
    await site.append(...undertaking(own.held.expert, 'the-expert'));
    await site.append(evaluationStream(panelId as never), [
      control('scoring.opened', { panelId, projects: [{ projectId, uscc }] }),
    ]);
    await site.settled();
  });
  afterAll(() => site.close());

  const as = (who: string) => ({ cookie: `gongguan=${tokens.get(who)}`, accept: 'text/html' });

  async function show(address: string, who = 'expert'): Promise<string> {
    const answer = await fetch(`${site.url}${address}`, { headers: as(who), redirect: 'manual' });
    expect(answer.status).toBe(200);
    return answer.text();
  }

  async function post(command: string, typed: Readonly<Record<string, string>>): Promise<string> {
    const body = new URLSearchParams(typed);
    return (await fetch(`${site.url}/act/${command}`, { method: 'POST', body, headers: as('expert') })).text();
  }

  const SHEET = { panelId, projectId };

  it.each(['SubmitScoreSheet', 'SupersedeScoreSheet'])(
    '第二十条 %s: each criterion stands with its weight and full marks',
    async command => {
      const html = await show(actAddress(command, SHEET));
      for (const [row, { id, title, weight, max }] of CRITERIA.entries()) {
        expect(html).toContain(`<input type="hidden" name="scores/${row}/criterionId" value="${id}"`);
        expect(html).toContain(`<legend>${title}</legend>`);
        expect(html).toContain(`满分 ${max}，权重 ${weight}%`);
      }
      const asked = fieldsOfCommand(command).filter(({ at }) => !(at in SHEET));
      expect(forgotten(asked, html)).toEqual([]);
    },
  );

  it('第二十条 given a row for one criterion only, then the others are asked for beside it, each once', async () => {
    const last = CRITERIA.at(-1);
    const html = await show(
      actAddress('SubmitScoreSheet', { ...SHEET, scores: [{ criterionId: last?.id, points: '7.5' }] }),
    );
    expect(html).toContain(`name="scores/0/criterionId" value="${last?.id}"`);
    for (const { id } of CRITERIA) expect(html.split(`value="${id}"`)).toHaveLength(2);
  });

  const marks = (points: (max: number) => string) => ({
    ...SHEET,
    ...Object.fromEntries(
      CRITERIA.flatMap(({ id, max }, row) => [
        [`scores/${row}/criterionId`, id],
        [`scores/${row}/points`, points(max)],
      ]),
    ),
    comment: '对照材料评分',
  });

  it('第二十条 given a filled-in sheet, then its weighted total is told where it is checked, with the names of the criteria', async () => {
    const html = await post(
      'SubmitScoreSheet',
      marks(max => String(max / 2)),
    );
    expect(html).toContain('<dd>50.0000</dd>');
    for (const { title } of CRITERIA) expect(html).toContain(title);
    expect(html).toContain('确认并提交');
  });

  it('第二十条 given points above the full marks, then that is said before it is sent, and no total', async () => {
    const html = await post(
      'SubmitScoreSheet',
      marks(max => String(max + 1)),
    );
    expect(html).toContain('超过满分');
    expect(html).not.toMatch(/<dt>加权总分<\/dt><dd>\d/);
  });

  it('第十八条 given units to declare on, then each stands by name, with what an interest is told by', async () => {
    const html = await show(actAddress('DeclareInterest', { panelId: own.ids.panelId, declarations: [{ uscc }] }));
    expect(html).toMatch(new RegExp(`name="declarations/0/uscc" value="${uscc}"`));
    expect(html).not.toContain('id="f-declarations-0-uscc"');
    for (const name of ['declarations/0:of', 'declarations/0/kind', 'declarations/0/detail'])
      expect(html).toContain(`name="${name}"`);
    expect(html).toContain('无利害关系');
    expect(html).not.toMatch(/name="declarations\/0:of"[^>]*checked/);
  });

  it('第二十六条 given the undertaking, then its whole text stands where it is signed and where it is checked', async () => {
    expect(await show('/act/SignConfidentialityUndertaking')).toContain(CONFIDENTIALITY_TEXT);
    expect(await post('SignConfidentialityUndertaking', {})).toContain(CONFIDENTIALITY_TEXT);
  });

  it('given what the reader is not told, then the form is there without it', async () => {
    const html = await show(actAddress('SubmitScoreSheet', { panelId: '2024-unknown', projectId }));
    expect(html).toContain('name="scores/0/criterionId"');
    expect(html).not.toContain('满分');
  });

  it('given an act that would be refused now, then the form says so with the rule before anything is typed', async () => {
    const html = await show(actAddress('ReportPdcaStage', { projectId: own.ids.draftId }), 'unit');
    expect(html).toContain('现在还不能办理');
    expect(html).toMatch(/role="alert"[\s\S]*依据：/);
    expect(await show(actAddress('AttachDocument', { projectId: own.ids.draftId }), 'unit')).not.toContain(
      '现在还不能办理',
    );
  });

  it('given a case or a training, then its form says which it is in words and not by its id', async () => {
    const ofCase = await show(actAddress('OpenFraudCase', { caseId: own.ids.caseId }), 'office');
    expect(ofCase).toMatch(/>\d{4}-\d\d-\d\d 反映的线索（/);
    const { trainingId, title } = samples['training.scheduled'];
    const ofTraining = await show(actAddress('CancelTraining', { trainingId }), 'office');
    expect(ofTraining).toContain(`>${title}（`);
    for (const id of [own.ids.caseId, trainingId]) expect(ofCase + ofTraining).not.toContain(`>${id}<`);
  });

  it('第二十一条 given recognised results, then the form of their publication says what it adds and what it leaves out', async () => {
    const { year } = samples['excellent-results.published'];
    const draft = async () => show(actAddress('PublishExcellentResults', { year }), 'office');
    const first = await draft();
    expect(first).toContain('首次公布');
    const titles = [...first.matchAll(/<li>《(.+?)》/g)].map(([, title]) => title);
    expect(titles.length).toBeGreaterThan(0);
    await site.append(excellentListStream(year), [control('excellent-results.published', { projects: [projectId] })]);
    await site.settled();
    const next = await draft();
    expect(next).toContain('再次公布');
    expect([...next.matchAll(/<li>《(.+?)》/g)]).toHaveLength(titles.length - 1);
    expect(next.includes('与已公布的名单相同')).toBe(titles.length === 1);
  });

  it('第二十五条 given a recognition that was revoked after its publication, then the form says that it is off the list, and why', async () => {
    const { year } = samples['excellent-results.published'];
    const draft = () => show(actAddress('PublishExcellentResults', { year }), 'office');
    expect(await draft()).not.toContain('这次不在名单中');
    const { revoked } = samples['fraud-decision.taken'];
    const decided = control('fraud-decision.taken', {
      caseId: 'case-removal' as never,
      uscc,
      revoked: revoked.map(result => ({ ...result, projectId, resultId: own.ids.resultId })),
    });
    await site.append('case-case-removal', [decided]);
    await site.settled();
    const html = await draft();
    expect(html).toMatch(/曾经公布、这次不在名单中（1）<\/h3><ul><li>《[^》]+》（[^）]+），已撤销<\/li><\/ul>/);
    expect(html).not.toContain('与已公布的名单相同');
  });
});
