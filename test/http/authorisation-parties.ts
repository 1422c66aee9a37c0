/**
 * Three parties with the same story, and nothing to do with each other's things: each has a unit, the body that its
 * project was addressed to, and an expert on the panel that judges it. All units are of one district, so that a body is
 * near to what is not its own.
 */
import { bodiesStream } from '../../events/body.ts';
import { caseStream, confidentialityStream } from '../../events/enforcement.ts';
import { evaluationStandardStream, evaluationStream } from '../../events/evaluation.ts';
import type { DecidedEvent } from '../../events/event-type.ts';
import { creditCodeCheckSymbol, type StreamId } from '../../events/ids.ts';
import { panelStream } from '../../events/panel.ts';
import { programmeStream } from '../../events/programme.ts';
import { incentiveStream } from '../../events/promotion.ts';
import { excellentListStream } from '../../events/recognition.ts';
import { resultBatchStream } from '../../events/result.ts';
import { trainingStream } from '../../events/training.ts';
import type { Words } from '../../infra/http/valid-input.ts';
import { CONFIDENTIALITY_HASH } from '../../services/enforcement/confidentiality.ts';
import { control, type FactName, samples } from '../support/controls.ts';
import { type Held, type Site, withSeals } from './authorisation-site.ts';

const year = 2024;
/** The ids of the samples: one party's own. */
const OF_SAMPLES = {
  uscc: '91350100M000100Y43',
  projectId: '2024-7k3m9qwz',
  bodyId: 'district-binhai',
  expertId: 'expert-liu',
  panelId: '2024-equipment',
  caseId: 'case-2024-01',
  visitId: 'visit-1',
  problemId: 'problem-1',
  policyId: 'quality-pioneers',
  resultId: 'result-2024-7k3m9qwz',
  draftId: '2024-0draft00',
  finishedId: '2024-0finished',
  industry: '装备制造',
} as const;
type Ids = Readonly<Record<keyof typeof OF_SAMPLES, string>>;

export type Person = 'unit' | 'body' | 'expert';
export const PEOPLE: readonly Person[] = ['unit', 'body', 'expert'];

export interface Party {
  readonly name: string;
  readonly ids: Ids;
  /** In which role each of its people acts, for which organisation. */
  readonly held: Readonly<Record<Person, Held>>;
  readonly body: { readonly kind: 'district-bureau' | 'industry-authority' | 'association'; readonly charge: object };
  /** What it calls its things, by the field that names them. */
  readonly words: Words;
}

const unitCode = (serial: string) => `91120116MA05${serial}${creditCodeCheckSymbol(`91120116MA05${serial}`)}`;

function idsOf(name: string, uscc: string, industry: string): Ids {
  const projectId = `2024-of${name}`;
  return {
    uscc,
    projectId,
    bodyId: `body-${name}`,
    expertId: `expert-${name}`,
    panelId: `2024-panel-${name}`,
    caseId: `case-${name}`,
    visitId: `visit-${name}`,
    problemId: `problem-${name}`,
    policyId: `policy-${name}`,
    resultId: `result-${projectId}`,
    draftId: `${projectId}0draft`,
    finishedId: `${projectId}0finished`,
    industry,
  };
}

function partyOf(name: string, ids: Ids, role: 'REC-D' | 'REC-I' | 'REC-A', body: Party['body']): Party {
  return {
    name,
    ids,
    held: {
      unit: { role: 'UNIT', orgId: ids.uscc },
      body: { role, orgId: ids.bodyId },
      expert: { role: 'EXPERT', orgId: ids.expertId },
    },
    body,
    words: wordsOf(ids),
  };
}

/** What names no thing of anybody: texts, dates, plans. */
const PLAIN: Words = Object.fromEntries(
  Object.entries(Object.assign({}, ...Object.values(samples)) as Record<string, unknown>).filter(([, value]) =>
    Object.values(OF_SAMPLES).every(id => !JSON.stringify(value).includes(id)),
  ),
);

function wordsOf(ids: Ids): Words {
  const { projectId, bodyId } = ids;
  const sheet = samples['score-sheet.submitted'];
  const list = { listHash: samples['excellent-list.drafted'].listHash, scores: sheet.scores };
  const days = { plannedOn: '2024-12-30', expectedBy: '2024-12-30', visitedOn: '2024-12-28' };
  const fresh = { promotionId: `promotion-${bodyId}`, authority: bodyId, projects: [projectId], batch: 1 };
  return { ...PLAIN, ...days, ...list, ...fresh, ...ids, year, trainingId: TRAINING, tradeSecrets: false };
}

/** Names of nothing. */
export const NOBODY: Words = {
  uscc: unitCode('X0009'),
  projectId: '2024-ofnobody',
  panelId: '2024-panel-nobody',
  caseId: 'case-nobody',
};

const TRAINING = samples['training.scheduled'].trainingId;

export const PARTIES: readonly [Party, Party, Party] = [
  partyOf('bureau', idsOf('bureau', unitCode('A0001'), '装备制造'), 'REC-D', {
    kind: 'district-bureau',
    charge: { district: '120116' },
  }),
  partyOf('authority', idsOf('authority', unitCode('B0002'), '装备制造'), 'REC-I', {
    kind: 'industry-authority',
    charge: { industry: '装备制造' },
  }),
  partyOf('association', idsOf('association', unitCode('C0003'), '汽车制造'), 'REC-A', {
    kind: 'association',
    charge: { industry: '汽车制造' },
  }),
];

/** The fact of the samples, as it is the party's own. */
function own({ ids }: Party, name: FactName, change: object = {}): DecidedEvent {
  const names = new Map(Object.entries(OF_SAMPLES).map(([field, id]) => [id as string, ids[field as keyof Ids]]));
  const draft = control(name, change);
  const renamed = (_key: string, value: unknown) => (typeof value === 'string' ? (names.get(value) ?? value) : value);
  return { ...draft, data: JSON.parse(JSON.stringify(draft.data), renamed) };
}

const PROJECT_LIFE: readonly FactName[] = [
  'application.started',
  'document.attached',
  'undertaking.signed',
  'application.submitted',
  'verification.started',
  'completeness.verified',
  'truthfulness.verified',
  'project.recommended',
  'municipal-review.started',
  'project.approved',
  'project.listed',
  'implementation-plan.submitted',
  'pdca-stage.reported',
  'progress.monitored',
  'visit.planned',
  'visit.recorded',
  'guidance.issued',
  'progress.urged',
  'problem.raised',
  'project.completed',
  'result-document.attached',
  'result-undertaking.signed',
];

/** Its results are still to be handed in. */
const FINISHED: readonly FactName[] = ['application.started', 'project.listed', 'project.completed'];

const JUDGES = ['expert-liu', 'expert-zhao', 'expert-qian'];
const NO_INTEREST = { declaration: 'none', kind: undefined, detail: undefined };
/** Nothing counts and nothing diverges, so that what the panel says on the list is open. */
const AGGREGATED = { inputs: [], excluded: [] };

/** What happened to a party's things, by stream. */
function storyOf(party: Party): readonly (readonly [stream: string, facts: readonly DecidedEvent[]])[] {
  const { ids, body } = party;
  const facts = (...names: readonly FactName[]) => names.map(name => own(party, name));
  return [
    [
      bodiesStream,
      [
        own(party, 'recommending-body.registered', { kind: body.kind }),
        own(party, 'jurisdiction.assigned', { jurisdiction: body.charge }),
      ],
    ],
    [`unit-${ids.uscc}`, facts('unit.registered', 'unit.registration-verified')],
    [
      `project-${ids.projectId}`,
      [...facts(...PROJECT_LIFE), own(party, 'results.submitted', { jurisdiction: body.charge })],
    ],
    [`project-${ids.draftId}`, [own(party, 'application.started', { projectId: OF_SAMPLES.draftId })]],
    [`project-${ids.finishedId}`, FINISHED.map(name => own(party, name, { projectId: OF_SAMPLES.finishedId }))],
    [resultBatchStream(year, ids.bodyId as never), facts('results.compiled')],
    [
      panelStream(ids.panelId as never),
      [
        ...facts('panel-formation.started', 'experts.drawn'),
        own(party, 'interest.declared', NO_INTEREST),
        own(party, 'panel.constituted', { members: JUDGES }),
      ],
    ],
    [
      // The one below is through with its work: before this one the expert reads what he judges.
      panelStream(`${ids.panelId}-next` as never),
      [
        own(party, 'panel-formation.started', { panelId: `${ids.panelId}-next` }),
        own(party, 'experts.drawn', { panelId: `${ids.panelId}-next` }),
        own(party, 'interest.declared', { ...NO_INTEREST, panelId: `${ids.panelId}-next` }),
        own(party, 'panel.constituted', { panelId: `${ids.panelId}-next`, members: JUDGES }),
      ],
    ],
    [
      evaluationStream(ids.panelId as never),
      [
        ...facts('scoring.opened', 'scoring.closed'),
        own(party, 'scores.aggregated', AGGREGATED),
        ...facts('technical-evaluation.completed', 'excellent-list.drafted'),
      ],
    ],
    [excellentListStream(year), [own(party, 'excellent-result.recognised', { resultId: OF_SAMPLES.resultId })]],
    [incentiveStream(ids.bodyId as never), facts('incentive-policy.recorded')],
    [caseStream(ids.caseId as never), facts('fraud-suspicion.reported', 'fraud-case.opened', 'unit.notified')],
  ];
}

/** What is there for all of them. */
const COMMON: readonly (readonly [stream: StreamId, names: readonly FactName[]])[] = [
  [programmeStream(year), ['programme.opened', 'work-plan.published', 'application-window.opened']],
  [evaluationStandardStream(year), ['evaluation-standard.issued']],
  [trainingStream(TRAINING as never), ['training.scheduled']],
];

/** Somebody has undertaken to keep what he learns, in this account and no other. */
export function undertaking({ role, orgId }: Held, accountId: string) {
  return [
    confidentialityStream(accountId as never),
    [control('confidentiality-undertaking.signed', { accountId, orgId, role, textHash: CONFIDENTIALITY_HASH })],
  ] as const;
}

export async function tellOf(site: Site): Promise<void> {
  for (const [stream, names] of COMMON) {
    await site.append(
      stream,
      names.map(name => control(name)),
    );
  }
  for (const party of PARTIES) {
    for (const [stream, facts] of storyOf(party)) {
      await site.append(stream, await Promise.all(facts.map(fact => withSeals(site, fact))));
    }
  }
}
