import { describe, expect, it } from 'vitest';
import type { Actor } from '../../events/envelope.ts';
import type { AccountId } from '../../events/ids.ts';
import { samples } from '../support/controls.ts';
import { logOf, type Told, told } from '../support/fold.ts';
import { dashboardsOver } from './faults.ts';

const REC: Actor = { accountId: 'rec.liu' as AccountId, orgId: 'district-binhai', role: 'REC-D' };
const [one, two, three] = ['2024-aaaa0001', '2024-aaaa0002', '2024-aaaa0003'] as const;
const participation = (story: readonly Told[], caller?: Actor) =>
  dashboardsOver(logOf(story), 2024, caller && { caller })('participation');
const sealed = (subject: string) => ({ subject, sealed: 'c2VhbGVkLXNlYWxlZC1zZWFsZWQtc2VhbGVkLXNlYWxlZA' });

const applied = (projectId: string): Told[] => [
  told('application.started', { projectId }),
  told('application.submitted', { projectId }),
];

describe('R-D4 第一条 participation', () => {
  it('given two projects of one unit, then one unit, each person once, industries by project, districts by unit', async () => {
    const draft = told('application.started', { projectId: three });
    const story = [told('unit.registered'), ...applied(one), ...applied(two), draft];
    expect(await participation(story)).toMatchObject({
      units: 1,
      projects: 2,
      people: 2,
      resultPeople: 0,
      industries: { [samples['application.started'].industry]: 2 },
      districts: { '120116': 1 },
    });
    const gone = [one, two].map(projectId => told('application.withdrawn', { projectId }));
    expect(await participation([...story, ...gone])).toMatchObject({ units: 0, people: 0, districts: {} });
  });

  it('given results, then the people they name count once, until they are withdrawn', async () => {
    const results = [one, two].map(projectId => told('results.submitted', { projectId }));
    const story = [...applied(one), ...applied(two), ...results];
    expect(await participation(story)).toMatchObject({ resultPeople: 1 });
    const withdrawn = [one, two].map(projectId => told('results.withdrawn', { projectId }));
    expect(await participation([...story, ...withdrawn])).toMatchObject({ resultPeople: 0 });
  });

  it('第十四条 given attendance, then by role how often somebody came and how many people; a correction takes it back', async () => {
    const role = '技术骨干' as const;
    const enrolled = (traineeId: string, person: string) =>
      told('trainee.enrolled', { traineeId, role, person: sealed(person) });
    const came = (traineeId: string) => told('training.attended', { traineeId, role });
    const story = [
      enrolled('trainee-1', 'person-qian'),
      enrolled('trainee-2', 'person-qian'),
      enrolled('trainee-3', 'person-sun'),
      enrolled('trainee-4', 'person-wang'),
      came('trainee-1'),
      came('trainee-2'),
      came('trainee-3'),
      told('training.absence-recorded', { traineeId: 'trainee-3', role }),
    ];
    const { training } = (await participation(story)) as { training: { role: string }[] };
    expect(training.find(line => line.role === role)).toEqual({ role, attendances: 2, people: 1 });
    expect(training.map(line => line.role)).toEqual(['质量负责人', '项目负责人', '技术骨干', '旁听']);
  });

  it('第十八条 given panels, then experts who have sat on one, once each, for those who oversee', async () => {
    const members = ['expert-zhao', 'expert-qian', 'expert-li'];
    const story = [
      told('panel-formation.started'),
      told('panel.constituted', { members }),
      told('panel-formation.started', { panelId: '2024-second' }),
      told('panel.constituted', { panelId: '2024-second', members: [...members, 'expert-sun'] }),
      told('expert.replaced', { expertId: 'expert-li', replacement: 'expert-wu' }),
      told('panel-formation.started', { panelId: '2024-third' }),
      told('excellent-list.proposed', { panelId: '2024-third' }),
    ];
    expect(await participation(story)).toMatchObject({ experts: { panels: 2, experts: 5 } });
    expect(await participation(story, REC)).not.toHaveProperty('experts');
  });
});
