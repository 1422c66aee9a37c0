/** A year ready for its panel: plan, bank, forwarded results and accounts, before the real write path and read models. */
import { accountStream } from '../../events/account.ts';
import { projectStream } from '../../events/application.ts';
import { confidentialityStream } from '../../events/enforcement.ts';
import type { Actor, RecordedEvent, Role } from '../../events/envelope.ts';
import { evaluationStandardStream, evaluationStream } from '../../events/evaluation.ts';
import type { DecidedEvent } from '../../events/event-type.ts';
import { expertStream } from '../../events/expert.ts';
import { type AccountId, type BodyId, START, type StreamId } from '../../events/ids.ts';
import { programmeStream } from '../../events/programme.ts';
import { resultBatchStream } from '../../events/result.ts';
import { projections } from '../../projections/index.ts';
import type { Reader } from '../../projections/ports.ts';
import type { AnyCommand } from '../../services/command.ts';
import * as constitution from '../../services/panel/constitution.ts';
import * as formation from '../../services/panel/formation.ts';
import * as recusal from '../../services/panel/recusal.ts';
import { sha256 } from '../../services/panel/state.ts';
import { UNITS } from '../programme-year/cast.ts';
import { control, samples } from '../support/controls.ts';
import { readerOf } from '../support/fold.ts';
import { MSR, recorded } from '../support/given.ts';
import { WritePath } from '../support/write-path.ts';

export { constitution, formation, recusal };

export const PANEL = '2024-equipment';
export const SEED = '二〇二四年装备组抽签种子';
export const OPENS = '2024-11-04T02:00:00.000Z';

/** Two units: one has two results before the panel, the other one. */
export const [HAIHE, JINMEN] = [UNITS.haihe, UNITS.jinmen];
export const PROJECTS = [
  { projectId: '2024-aaaa1111', unit: HAIHE, title: '降低减速机壳体铸造废品率' },
  { projectId: '2024-aaaa2222', unit: HAIHE, title: '降低热处理炉单位产品电耗' },
  { projectId: '2024-bbbb1111', unit: JINMEN, title: '提高制动盘跳动量一次合格率' },
] as const;
/** The same as scoring is opened over them. */
export const SCORED = PROJECTS.map(({ projectId, unit: { uscc } }) => ({ projectId, uscc }));
export const BODY = 'd-binhai';
export const EXPERTS = ['exp-an', 'exp-bai', 'exp-cao', 'exp-du', 'exp-fan', 'exp-gao'] as const;
export const RULES = { size: 3, quorum: 2, lookBackYears: 3 };

export const actorOf = (role: Role, orgId: string): Actor => ({
  accountId: `${role.toLowerCase()}.${orgId.toLowerCase()}` as AccountId,
  orgId,
  role,
});
export const expertOf = (expertId: string) => actorOf('EXPERT', expertId);
export const SUP = actorOf('SUP', 'sup');
export const UNIT_ACTOR = actorOf('UNIT', HAIHE.uscc);
export const BODY_ACTOR = actorOf('REC-D', BODY);

type Formation = Partial<{ projectIds: readonly string[]; seedCommitment: string; beacon: object; panelId: string }>;

export class PanelSystem extends WritePath {
  /** `bank` says who is in it; all are active. */
  static async open(bank: readonly string[] = EXPERTS): Promise<PanelSystem> {
    const system = await new PanelSystem(OPENS).restart();
    const people = [MSR, SUP, UNIT_ACTOR, BODY_ACTOR, actorOf('UNIT', UNITS.hospital.uscc), ...EXPERTS.map(expertOf)];
    for (const actor of people) await system.register(actor);
    const { plan } = samples['work-plan.published'];
    const options = { ...plan.options, panel: RULES };
    await system.record(programmeStream(2024), control('work-plan.published', { plan: { ...plan, options } }));
    for (const expertId of bank) await system.admit(expertId);
    for (const { projectId, unit, title } of PROJECTS) {
      const data = { projectId, uscc: unit.uscc, unitName: unit.name, title, bodyId: BODY };
      await system.record(projectStream(projectId as never), control('project.listed', data));
    }
    const projects = PROJECTS.map(({ projectId }) => ({
      ...samples['result-batch.forwarded'].projects[0],
      projectId,
    })) as never;
    const batch = control('result-batch.forwarded', { bodyId: BODY, projects, declined: [], dropped: [] });
    await system.record(resultBatchStream(2024, BODY as BodyId), batch);
    return system;
  }

  async register({ accountId, role, orgId }: Actor): Promise<void> {
    const grant = { role: role as 'MSR', orgId, orgName: '某单位', from: '2024-01-01' };
    await this.record(accountStream(accountId), control('account.registered', { accountId, grant }));
  }

  async admit(expertId: string, employer: { name: string; uscc?: string } = { name: '天津大学' }): Promise<void> {
    const name = { ...samples['expert.admitted'].name, subject: `person-${expertId}` };
    const employed = { employerName: employer.name, employerUscc: employer.uscc };
    await this.record(expertStream(expertId as never), control('expert.admitted', { expertId, name, ...employed }));
  }

  /** Facts of the past, on the day the system stands at. */
  async record(stream: StreamId | string, ...drafts: readonly DecidedEvent[]): Promise<void> {
    const revision = (await this.store.readStream(stream as StreamId, -1)).at(-1)?.revision ?? -1;
    const from = Number(await this.store.head());
    const events = drafts.map((draft, index) => {
      const event = recorded({ draft, at: this.now }, from + index);
      return { ...event, data: JSON.parse(JSON.stringify(event.data)) };
    });
    await this.store.append(stream as StreamId, revision, events);
  }

  /** The facts of a command that must be accepted. */
  async done(command: AnyCommand, input: object, actor?: Actor): Promise<{ type: string; data: unknown }[]> {
    const { events } = await this.accepted(command, input, actor);
    return events.map(({ type, data }) => ({ type, data }));
  }

  /** Scoring is open; the expert has signed the undertaking and scored what he may, the others everything. */
  async scored(expertId: string, others: readonly string[]): Promise<void> {
    const { accountId } = expertOf(expertId);
    const undertaking = { accountId, orgId: expertId, role: 'EXPERT' } as const;
    await this.record(confidentialityStream(accountId), control('confidentiality-undertaking.signed', undertaking));
    await this.record(evaluationStandardStream(2024), control('evaluation-standard.issued'));
    const opened = control('scoring.opened', { panelId: PANEL, projects: SCORED });
    const [own] = sheetsOf(expertId);
    const sheets = [...(own ? [own] : []), ...others.flatMap(sheetsOf)];
    await this.record(evaluationStream(PANEL as never), opened, ...sheets);
  }

  start(change: Formation = {}): Promise<{ type: string; data: unknown }[]> {
    return this.done(formation.startPanelFormation, startInput(change));
  }

  /** A panel with its experts drawn; gives them in the order of the draw. */
  async drawn(change: Formation = {}): Promise<readonly string[]> {
    await this.start(change);
    const [drawn] = await this.done(formation.drawExperts, { panelId: PANEL, seed: SEED });
    return (drawn as { data: { picks: readonly string[] } }).data.picks;
  }

  declare(expertId: string, declarations: readonly object[] = NONE_ON_ALL): Promise<{ type: string; data: unknown }[]> {
    return this.done(recusal.declareInterest, { panelId: PANEL, declarations }, expertOf(expertId));
  }

  /** A constituted panel; those named first declare what they are given, all others no interest. */
  async constituted(except: Readonly<Record<string, readonly object[]>> = {}): Promise<readonly string[]> {
    const members = await this.drawn();
    for (const member of members) await this.declare(member, except[member] ?? NONE_ON_ALL);
    await this.done(constitution.constitutePanel, { panelId: PANEL });
    return members;
  }

  log(): Promise<readonly RecordedEvent[]> {
    return this.store.readAll(START, 10_000);
  }

  async reader(): Promise<Reader> {
    return readerOf(projections, { events: await this.log(), now: this.now });
  }
}

export const startInput = (change: Formation = {}) => ({
  panelId: PANEL,
  projectIds: PROJECTS.map(({ projectId }) => projectId),
  seedCommitment: sha256(SEED),
  ...change,
});

export const none = (unit: { readonly uscc: string }) => ({ uscc: unit.uscc, declaration: 'none' });
export const conflict = (unit: { readonly uscc: string }) => ({
  uscc: unit.uscc,
  declaration: 'conflict',
  kind: '顾问或有偿服务',
  detail: '二〇二三年任该单位技术顾问',
});
export const NONE_ON_ALL = [none(HAIHE), none(JINMEN)];

/** Those of the first unit last, where a position that is told would show them. */
function sheetsOf(expertId: string) {
  return SCORED.toReversed().map(project =>
    control('score-sheet.submitted', {
      ...project,
      panelId: PANEL,
      expertId,
      sheetId: `sheet-${expertId}-${project.projectId}`,
    }),
  );
}
