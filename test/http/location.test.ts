/** Where that which a command makes is read. */
import { describe, expect, it } from 'vitest';
import { addressAt, templateFor } from '../../infra/http/location.ts';
import { queryRoutes } from '../../projections/routes.ts';
import { commandRoutes } from '../../services/routes.ts';
import { samples } from '../support/controls.ts';

const templates = commandRoutes.map(
  route => [route.command.name, templateFor(route, queryRoutes)?.replace('/api/v1', '')] as const,
);
const template = new Map(templates);

describe('every command', () => {
  it('has an address at which what it makes is read, but for a signature, and for what makes nothing new', () => {
    expect(templates.filter(([, at]) => at === undefined).map(([name]) => name)).toEqual([
      'CancelExchangeMeeting',
      'RecordPresentation',
      'SignConfidentialityUndertaking',
    ]);
    const readable = queryRoutes.map(({ path }) => path as string);
    expect(templates.filter(([, at]) => at !== undefined && !readable.includes(at))).toEqual([]);
  });

  it.each([
    ['StartApplication', '/projects/:projectId'],
    ['RegisterUnit', '/units/:uscc'],
    ['EntrustThirdParty', '/entrustments/:entrustmentId'],
    ['RegisterHolidayNotice', '/holiday-notices/:year'],
    ['ReportMisconduct', '/misconduct-cases/:misconductId'],
    ['RecordPromotionActivity', '/programmes/:year/promotions'],
    ['RegisterRegulation', '/regulation'],
    ['ScheduleTraining', '/trainings'],
  ])('%s: at %s', (name, at) => expect(template.get(name)).toBe(at));
});

describe('the address', () => {
  const { uscc } = samples['unit.registered'];

  it('has the fields of the input, or the id that was made', () => {
    expect(addressAt('/api/v1/units/:uscc', { uscc }, 'x')).toBe(`/api/v1/units/${uscc}`);
    expect(addressAt('/api/v1/projects/:projectId', { year: 2024 }, '2024-7k3m9qwz')).toBe(
      '/api/v1/projects/2024-7k3m9qwz',
    );
    expect(addressAt('/api/v1/rules/:ruleId', { ruleId: 'a/b' }, 'x')).toBe('/api/v1/rules/a%2Fb');
  });
});
