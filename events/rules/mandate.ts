/** The third party's mandate: clerical commands, and what has to be read for them, in scope and term (art-05 （二）, D-8, D-51). */
import type { EventTypeName } from '../catalogue.ts';
import type { EntrustmentEvent } from '../entrustment.ts';
import type { CivilDate } from '../time.ts';
import type { MaterialKind } from './material.ts';

interface ClericalWork {
  /** The command's, in Chinese. */
  readonly title: string;
  /** What it puts on the log. */
  readonly records: readonly EventTypeName[];
  /** The material that whoever does it has to read. */
  readonly reads: readonly MaterialKind[];
}

/**
 * All that can be entrusted, by command, and no decision. Nothing else is done by a third party in another's place, and
 * nothing else of others is open to it.
 */
export const CLERICAL_WORK = {
  RecordOtherOrganisingWork: { title: '记录其他组织工作', records: ['organising-work.recorded'], reads: [] },
  RecordMeeting: { title: '登记会议记录', records: ['meeting.recorded'], reads: [] },
  RecordNotice: { title: '登记通知', records: ['notice.recorded'], reads: [] },
  DraftWorkPlan: { title: '起草工作方案', records: ['work-plan.drafted'], reads: [] },
  OpenApplications: { title: '启动项目申报', records: ['application-window.opened'], reads: [] },
  CloseApplications: { title: '截止项目申报', records: ['application-window.closed'], reads: [] },
  RegisterUnit: { title: '登记申报单位', records: ['unit.registered'], reads: [] },
  VerifyUnitRegistration: { title: '核验登记注册', records: ['unit.registration-verified'], reads: [] },
  /** What is compared has to be looked at. */
  RunSimilarityCheck: { title: '雷同比对', records: ['similarity.checked'], reads: ['case-file'] },
  /** The list is made from the log, with nobody reading. */
  CompileProjectPlan: { title: '编制项目计划', records: ['project-plan.compiled'], reads: [] },
  RecordEarlierExcellentResult: {
    title: '登记历年优秀成果',
    records: ['excellent-result.earlier-recorded'],
    reads: [],
  },
  EnrolTrainee: { title: '培训报名', records: ['trainee.enrolled'], reads: [] },
  RecordTrainingAttendance: { title: '记录参加培训', records: ['training.attended'], reads: [] },
  RecordTrainingAbsence: { title: '记录培训缺席', records: ['training.absence-recorded'], reads: [] },
  /** Who spoke at a meeting that the authority convened. */
  RecordPresentation: { title: '交流优秀成果', records: ['result.presented'], reads: [] },
} as const satisfies Readonly<Record<string, ClericalWork>>;
export type ClericalCommand = keyof typeof CLERICAL_WORK;

export const CLERICAL_COMMANDS = Object.keys(CLERICAL_WORK) as readonly ClericalCommand[];

const WORK: ReadonlyMap<string, ClericalWork> = new Map(Object.entries(CLERICAL_WORK));

/** Whether a command is clerical: a third party may send it, if that is entrusted to it. */
export const isClerical = (commandName: string): boolean => WORK.has(commandName);

/** What a clerical command is called, in Chinese; undefined for another. */
export const clericalTitle = (commandName: string): string | undefined => WORK.get(commandName)?.title;

/** The clerical command that records an event type; undefined for what no third party does in another's place. */
export function clericalCommandOf(type: string): string | undefined {
  return CLERICAL_COMMANDS.find(name => (CLERICAL_WORK[name].records as readonly string[]).includes(type));
}

export interface Mandate {
  readonly from?: CivilDate;
  readonly lastDay?: CivilDate;
  /** Scopes by the first day they hold, oldest first. */
  readonly scopes: readonly { readonly from: CivilDate; readonly commands: readonly string[] }[];
}

const NONE: Mandate = { scopes: [] };

export const mandate = {
  name: 'mandate',
  initial: NONE,
  evolve(state: Mandate, event: EntrustmentEvent): Mandate {
    switch (event.type) {
      case 'third-party.capability-verified':
        return state;
      case 'third-party.entrusted': {
        const { from, lastDay, scope } = event.data;
        return { from, lastDay, scopes: [{ from, commands: scope }] };
      }
      case 'entrustment.scope-changed':
        return { ...state, scopes: [...state.scopes, { from: event.data.from, commands: event.data.scope }] };
      case 'entrustment.terminated':
        return { ...state, lastDay: event.data.lastDay };
    }
  },
};

/** Whether the term runs on a date. */
export function isInTerm({ from, lastDay }: Mandate, date: CivilDate): boolean {
  return from !== undefined && lastDay !== undefined && from <= date && date <= lastDay;
}

/** The commands entrusted on a date; none outside the term. */
export function scopeOn(state: Mandate, date: CivilDate): readonly string[] {
  if (!isInTerm(state, date)) return [];
  return state.scopes.findLast(candidate => candidate.from <= date)?.commands ?? [];
}

/** Whether the mandate covers a command on a date. */
export function covers(state: Mandate, commandName: string, date: CivilDate): boolean {
  return scopeOn(state, date).includes(commandName);
}

/** Whether something entrusted on a date needs material of a kind to be read. */
export function mayReadFor(state: Mandate, kind: MaterialKind, date: CivilDate): boolean {
  return scopeOn(state, date).some(name => WORK.get(name)?.reads.includes(kind));
}
