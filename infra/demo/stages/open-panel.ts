/** The panel of the newest year: drawn, constituted, and in the middle of scoring. */
import { hash } from 'node:crypto';
import { membersOf, OPEN_PANEL, PANELS } from '../cast.ts';
import { at, type DemoStep, office, script } from '../step.ts';
import { type Application, NEWEST_YEAR } from './applying.ts';
import { expertsWithAccounts, memberOf, registrationOf, STANDARD } from './evaluation.ts';
import type { ExpertNames } from './foundation.ts';

/** Who has given sheets on all results; the others have not begun. */
const SCORED_BY = 3;

/** From the standard to the sheets of the first members; the one whom people can sign in as has yet to score. */
export function openPanel(projects: readonly Application[], names: ExpertNames): readonly DemoStep[] {
  const work = script(`panel-${OPEN_PANEL.panelId}`);
  const { panelId, seed, beacon, beaconValue } = OPEN_PANEL;
  const members = membersOf(OPEN_PANEL);
  const standard = { year: NEWEST_YEAR, ...STANDARD, title: `${NEWEST_YEAR}年度质量攻关成果评定标准` };
  work.add(at('2026-06-04', 30), office, 'IssueEvaluationStandard', standard);
  const projectIds = projects.map(({ projectId }) => projectId).sort();
  const committed = { panelId, projectIds, seedCommitment: hash('sha256', seed), beacon };
  work.add(at('2026-06-05', 60), office, 'StartPanelFormation', committed);
  work.add(at('2026-06-08', 60), office, 'DrawExperts', { panelId, seed, beaconValue });
  for (const expertId of members.filter(member => !expertsWithAccounts.has(member))) {
    work.add(at('2026-06-08', 120), ...registrationOf(expertId, names, '2026-06-08'));
    work.add(at('2026-06-09', 10), memberOf(expertId), 'SignConfidentialityUndertaking', {}, `undertake-${expertId}`);
  }
  const units = [...new Set(projects.map(({ unit }) => unit.uscc))];
  for (const expertId of members) {
    const declarations = units.map(uscc => ({ uscc, declaration: 'none' }));
    work.add(
      at('2026-06-09', 60),
      memberOf(expertId),
      'DeclareInterest',
      { panelId, declarations },
      `declare-${expertId}`,
    );
  }
  work.add(at('2026-06-10', 60), office, 'DetectConflicts', { panelId });
  work.add(at('2026-06-10', 90), office, 'ConstitutePanel', { panelId });
  work.add(at('2026-06-11', 60), office, 'OpenScoring', { panelId });
  const waiting = membersOf(PANELS[0])[1];
  const scoring = members.filter(member => member !== waiting).slice(0, SCORED_BY);
  for (const [judge, expertId] of scoring.entries()) {
    for (const [place, { projectId }] of projects.entries()) {
      const points = (max: number) => (max * (0.9 - judge / 50 - place / 20)).toFixed(1);
      const scores = STANDARD.criteria.map(({ id, max }) => ({ criterionId: id, points: points(max) }));
      const sheet = { panelId, projectId, scores, comment: '方法得当，数据完整。' };
      work.add(at('2026-06-12', 60), memberOf(expertId), 'SubmitScoreSheet', sheet, `sheet-${judge}-${place}`);
    }
  }
  return work.steps;
}
