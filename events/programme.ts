/** Stream `programme-{year}`: the annual programme, its work plan, its windows and its project plan (art-04, art-09, art-13). */
import { z } from 'zod';
import { PHASES } from './envelope.ts';
import { type EventsOf, eventType } from './event-type.ts';
import { positionSchema, projectIdSchema, sha256Schema, streamId, yearSchema } from './ids.ts';
import { panelRulesSchema } from './panel.ts';
import { lineSchema, paragraphSchema, urlSchema } from './text.ts';
import { dateSchema, instantSchema } from './time.ts';

/** One programme year: work plan, application window, project plan (art-04, art-09). */
export const programmeStream = (year: number) => streamId(`programme-${year}`);

export const programmeOpened = eventType(
  'programme.opened',
  { article: 'art-04', phase: '申报', visibility: 'public', title: '启动年度活动' },
  z.strictObject({ year: yearSchema, title: lineSchema, regulation: lineSchema }),
);

export const programmeClosed = eventType(
  'programme.closed',
  { article: 'art-04', phase: '监督管理', visibility: 'public', title: '结束年度活动' },
  z.strictObject({ year: yearSchema, summary: paragraphSchema }),
);

/** Phases whose procedure and requirements every plan must state: each later step of the year. */
export const PLANNED_PHASES = ['申报', '立项', '培训', '实施', '跟踪服务', '成果评定', '宣传推广'] as const;

export const APPLICATION_DOCUMENT_KINDS = ['可行性分析', '预期成效', '证明材料', '其他'] as const;
export const RESULT_DOCUMENT_KINDS = ['成果报告', '效益证明', '证明材料', '其他'] as const;

/** What a work plan says. Dates are the last day of each deadline, 24:00 Asia/Shanghai (domain 1.4). */
export const workPlanSchema = z.strictObject({
  title: lineSchema,
  steps: z
    .array(z.strictObject({ phase: z.enum(PHASES), procedure: paragraphSchema, requirements: paragraphSchema }))
    .min(1),
  deadlines: z.strictObject({
    /** DL-5. */
    applicationOpens: dateSchema,
    applicationCloses: dateSchema,
    /** DL-6: working days to answer a supplement request; last day of verification and forwarding. */
    supplementWorkingDays: z.int().min(1).max(60),
    verification: dateSchema,
    /** DL-7. */
    municipalReview: dateSchema,
    projectPlanPublication: dateSchema,
    /** DL-8, DL-11, DL-12, DL-14; later stages of the year. */
    training: dateSchema.optional(),
    results: dateSchema.optional(),
    resultsForwarding: dateSchema.optional(),
    evaluation: dateSchema.optional(),
    /** DL-13. */
    resultsPublication: dateSchema.optional(),
    exchangeMeeting: dateSchema.optional(),
    /** DL-9, DL-10. */
    monitoringEveryMonths: z.int().min(1).max(12).default(3),
    visitsPerYear: z.int().min(1).max(12).default(1),
  }),
  options: z.strictObject({
    /** 可行性分析 and 预期成效 are always required (art-10); a plan can ask for more. */
    requiredDocuments: z.array(z.enum(APPLICATION_DOCUMENT_KINDS)).default([]),
    /** Result materials a plan can ask for (按要求, art-17a). */
    requiredResultDocuments: z.array(z.enum(RESULT_DOCUMENT_KINDS)).optional(),
    /** A similarity score at or above this needs a person's adjudication. */
    similarityThreshold: z.number().min(0.05).max(1).default(0.5),
    /** 公示: off unless set (D-17). */
    publicNotice: z.strictObject({ workingDays: z.int().min(1).max(30) }).optional(),
    /** Certificates for those commended: none unless set; the text does not speak of them. */
    certificates: z.boolean().optional(),
    /** Due process before fraud is established: notice to the unit and its statement; both unless set. */
    fraudProcedure: z.strictObject({ notifyUnit: z.boolean(), hearUnit: z.boolean() }).optional(),
    /** Closed PDCA cycles before a project is complete; one unless set (D-19). */
    minimumPdcaCycles: z.int().min(1).max(12).optional(),
    /** Size, quorum and look-back of evaluation panels; {@link DEFAULT_PANEL_RULES} unless set (D-23, D-26). */
    panel: panelRulesSchema.optional(),
    /** Sheets on one project further apart than so many points of 100 need a word of the panel; 20 unless set. */
    divergencePoints: z.int().min(1).max(100).optional(),
  }),
  panelRules: paragraphSchema,
  scoringRulesRef: lineSchema,
});
export type WorkPlan = z.infer<typeof workPlanSchema>;

const planVersion = { year: yearSchema, version: z.int().min(1), plan: workPlanSchema };

export const workPlanDrafted = eventType(
  'work-plan.drafted',
  { article: 'art-09', phase: '申报', visibility: 'internal', title: '起草工作方案' },
  z.strictObject(planVersion),
);

export const workPlanPublished = eventType(
  'work-plan.published',
  { article: 'art-09', phase: '申报', visibility: 'public', title: '公布工作方案', milestone: true },
  z.strictObject({ ...planVersion, docHash: sha256Schema, url: urlSchema }),
);

export const workPlanAmended = eventType(
  'work-plan.amended',
  { article: 'art-09', phase: '申报', visibility: 'public', title: '修订工作方案', milestone: true },
  z.strictObject({
    ...planVersion,
    fromVersion: z.int().min(1),
    /** What changed: JSON pointers into the plan with both values as JSON text, empty where there is none. */
    changes: z.array(z.strictObject({ pointer: z.string(), from: z.string(), to: z.string() })).min(1),
    reason: paragraphSchema,
    docHash: sha256Schema,
    url: urlSchema,
  }),
);

/** Something in a plan that will not work out as it stands; it was published all the same. */
export const planWarningSchema = z.strictObject({
  /** JSON pointer into the plan. */
  pointer: z.string(),
  code: z.string(),
  zh: z.string(),
  en: z.string(),
});
export type PlanWarning = z.infer<typeof planWarningSchema>;

export const workPlanWarned = eventType(
  'work-plan.warned',
  { article: 'art-09', phase: '申报', visibility: 'public', title: '工作方案提示' },
  z.strictObject({ year: yearSchema, version: z.int().min(1), warnings: z.array(planWarningSchema).min(1) }),
);

export const applicationWindowOpened = eventType(
  'application-window.opened',
  { article: 'art-09', phase: '申报', visibility: 'public', title: '启动项目申报' },
  z.strictObject({ year: yearSchema, opensAt: instantSchema, closesOn: dateSchema }),
);

export const applicationWindowClosed = eventType(
  'application-window.closed',
  { article: 'art-09', phase: '申报', visibility: 'public', title: '截止项目申报' },
  z.strictObject({ year: yearSchema, closedAt: instantSchema }),
);

/** One line of the project plan, as the public reads it: what `project.listed` says of the project. */
export const planEntrySchema = z.strictObject({
  projectId: projectIdSchema,
  title: lineSchema,
  unitName: lineSchema,
  bodyName: lineSchema,
});
export type PlanEntry = z.infer<typeof planEntrySchema>;

const projectList = {
  year: yearSchema,
  version: z.int().min(1),
  /** The list is what was listed at this position of the log. */
  position: positionSchema,
  /** SHA-256 of the canonical JSON of its {@link PlanEntry}s, in the order of the project ids. */
  listHash: sha256Schema,
  count: z.int().min(0),
};

export const projectPlanCompiled = eventType(
  'project-plan.compiled',
  { article: 'art-13', phase: '立项', visibility: 'internal', title: '编制项目计划' },
  z.strictObject(projectList),
);

/**
 * The projects of the list, in its order. By their ids alone, so that one event holds a plan of any size that a city has:
 * what the list says of each stands where the project was listed, and `listHash` pins it.
 */
const listedProjects = z.array(projectIdSchema);

export const projectPlanPublished = eventType(
  'project-plan.published',
  { version: 2, article: 'art-13', phase: '立项', visibility: 'public', title: '公布项目计划', milestone: true },
  z.strictObject({ ...projectList, projects: listedProjects, url: urlSchema }),
);

export const projectPlanAmended = eventType(
  'project-plan.amended',
  { version: 2, article: 'art-13', phase: '立项', visibility: 'public', title: '调整项目计划', milestone: true },
  z.strictObject({
    ...projectList,
    projects: listedProjects,
    added: z.array(projectIdSchema),
    removed: z.array(projectIdSchema),
    reason: paragraphSchema,
    url: urlSchema,
  }),
);

export const programmeEventTypes = [
  programmeOpened,
  workPlanDrafted,
  workPlanPublished,
  workPlanAmended,
  workPlanWarned,
  applicationWindowOpened,
  applicationWindowClosed,
  projectPlanCompiled,
  projectPlanPublished,
  projectPlanAmended,
  programmeClosed,
] as const;
export type ProgrammeEvent = EventsOf<typeof programmeEventTypes>;
