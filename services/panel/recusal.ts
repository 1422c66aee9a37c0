/** Interests and recusals (art-18): declared by the expert, detected in the records, requested by others, decided. */
import { z } from 'zod';
import { type Actor, RECOMMENDING_ROLES } from '../../events/envelope.ts';
import { creditCodeSchema, type ExpertId, expertIdSchema } from '../../events/ids.ts';
import {
  conflictDetected,
  expertRecused,
  interestDeclared,
  interestKindSchema,
  recusalRequestDismissed,
  recusalRequested,
} from '../../events/panel.ts';
import { isUndecided, pairOf, unitsOf } from '../../events/rules/panel.ts';
import { accountMark, expertMark, isSame } from '../../events/rules/persons.ts';
import { paragraphSchema } from '../../events/text.ts';
import { command } from '../command.ts';
import { personsNow, twoPersonsFault } from '../persons.ts';
import { isRejection, notFound, type Rejection, refuse, refuseForm } from '../rejection.ts';
import { again } from '../repeat.ts';
import { newConflicts } from './conflicts.ts';
import {
  byAuthorityOnPanel,
  drawnPanel,
  onPanel,
  PANEL_ARTICLE,
  panelInput,
  underPlanOfPanel,
  withRecords,
} from './guards.ts';
import { opened, sealedFor } from './reads.ts';
import { type PanelState, recusalOf, requestOf } from './state.ts';

const declarationSchema = z.discriminatedUnion('declaration', [
  z.strictObject({ uscc: creditCodeSchema, declaration: z.literal('none') }),
  z.strictObject({
    uscc: creditCodeSchema,
    declaration: z.literal('conflict'),
    kind: interestKindSchema,
    detail: paragraphSchema.optional(),
  }),
]);
type Declaration = z.infer<typeof declarationSchema>;

export const declareInterest = command({
  ...onPanel,
  name: 'DeclareInterest',
  title: '申明利害关系',
  records: [interestDeclared, expertRecused],
  summary:
    'An expert declares, unit by unit, whether he has an interest; one that he declares recuses him at once (D-25).',
  allow: ['EXPERT'],
  hidden: true,
  input: z.strictObject({ ...panelInput, declarations: z.array(declarationSchema).min(1).max(500) }),
  about: (_state, { panelId }, { actor }) => ({ ...onPanel.about(undefined, { panelId }), expertId: actor.orgId }),
  reads: underPlanOfPanel,
  readsTyped: (input, state, { actor }) => ({
    details: sealedFor(actor.orgId as ExpertId, input.declarations.map(detailOf)),
    stated: opened(
      input.declarations.map(({ uscc }) => state && pairOf(state, { expertId: actor.orgId, uscc }).detail),
    ),
  }),
  gate: (state, { actor }) => ownPanel(state, actor),
  decide(panel, { declarations }, { actor }, { details, stated }) {
    const fault = declarationsFault(panel, actor.orgId, declarations);
    if (fault) return fault;
    return declarations.flatMap((declaration, index) =>
      declared(panel, actor.orgId as ExpertId, declaration, { sealed: details[index], stated: stated[index] }),
    );
  },
});

function detailOf(declaration: Declaration): string | undefined {
  return declaration.declaration === 'conflict' ? declaration.detail : undefined;
}

/** To an expert who is not on it, a panel does not exist. */
function ownPanel(state: PanelState | undefined, { orgId }: Actor): PanelState | Rejection {
  if (!state?.members.some(member => member === orgId)) return notFound();
  return drawnPanel(state);
}

/**
 * Looks at nothing but the panel's units and what the expert himself has declared: what others detected, requested or
 * decided about him must not show in how he is answered.
 */
function declarationsFault(
  panel: PanelState,
  expertId: string,
  declarations: readonly Declaration[],
): Rejection | undefined {
  const units = declarations.map(({ uscc }) => uscc);
  if (new Set(units).size < units.length) {
    return refuseForm('invalid', 'unit-given-twice', '同一单位只能申明一次', 'A unit is given more than once');
  }
  if (!units.every(uscc => unitsOf(panel).includes(uscc))) return notFound();
  const takenBack = declarations.some(
    ({ uscc, declaration }) => declaration === 'none' && pairOf(panel, { expertId, uscc }).declaration === 'conflict',
  );
  if (!takenBack) return undefined;
  return refuse(
    PANEL_ARTICLE,
    'conflict-stands',
    '已申明存在利害关系，不得撤回',
    'An interest once declared cannot be taken back',
  );
}

/** What an expert says of an interest: sealed as he says it now, and open as he said it before. */
interface Detail {
  readonly sealed: z.infer<typeof interestDeclared.schema>['detail'];
  readonly stated: string | undefined;
}

function declared(panel: PanelState, expertId: ExpertId, declaration: Declaration, { sealed, stated }: Detail) {
  const { uscc } = declaration;
  const pair = pairOf(panel, { expertId, uscc });
  const kind = declaration.declaration === 'conflict' ? declaration.kind : undefined;
  const isSaid = pair.declaration === declaration.declaration && pair.kind === kind;
  if (isSaid && stated === detailOf(declaration)) return [];
  const circumstances = { about: { uscc } };
  const data = { panelId: panel.panelId, expertId, uscc };
  const said = { declaration: declaration.declaration, ...(kind && { kind }), ...(sealed && { detail: sealed }) };
  const fact = interestDeclared.of({ ...data, ...said }, circumstances);
  if (declaration.declaration === 'none' || pair.recused) return [fact];
  return [fact, expertRecused.of({ ...data, grounds: 'declared' }, circumstances)];
}

export const detectConflicts = command({
  ...byAuthorityOnPanel,
  name: 'DetectConflicts',
  title: '核查利害关系线索',
  records: [conflictDetected],
  summary:
    'Compares the members with the records again; what is new is recorded and stops the member until it is decided.',
  input: z.strictObject(panelInput),
  reads: withRecords,
  gate: drawnPanel,
  decide: (panel, _input, { today }, known) => newConflicts(panel, panel.members, known, today),
});

const pairInput = { ...panelInput, expertId: expertIdSchema, uscc: creditCodeSchema };

type PairInput = { readonly panelId: PanelState['panelId']; readonly expertId: ExpertId; readonly uscc: string };

const onPair = {
  ...onPanel,
  about: (_state: PanelState | undefined, { panelId, expertId, uscc }: PairInput) => ({
    ...onPanel.about(undefined, { panelId }),
    expertId,
    uscc,
  }),
  reads: underPlanOfPanel,
};

export const requestRecusal = command({
  ...onPair,
  name: 'RequestRecusal',
  title: '申请专家回避',
  records: [recusalRequested],
  summary:
    'A unit, its recommending body or the authority asks that an expert be recused from the unit. Units and bodies are answered alike whether or not the expert is on the panel.',
  allow: ['MSR', 'UNIT', ...RECOMMENDING_ROLES],
  hidden: true,
  input: z.strictObject({ ...pairInput, grounds: paragraphSchema }),
  gate(state, { actor }) {
    if (!state || !unitsOf(state).some(uscc => concerns(state, uscc, actor))) return notFound();
    return actor.role === 'MSR' ? drawnPanel(state) : state;
  },
  decide(state, { panelId, expertId, uscc, grounds }, { actor }) {
    if (!concerns(state, uscc, actor)) return notFound();
    const pair = pairOf(state, { expertId, uscc });
    const fault = actor.role === 'MSR' ? requestFault(state, expertId, pair.recused) : undefined;
    if (fault) return fault;
    if (pair.requestedBy.includes(actor.orgId)) {
      return again(state.words[requestOf(actor.orgId, { expertId, uscc })], grounds);
    }
    return [recusalRequested.of({ panelId, expertId, uscc, grounds })];
  },
});

/** Whether the unit is before the panel and the caller may speak about it. */
function concerns({ projects }: PanelState, uscc: string, { role, orgId }: Actor): boolean {
  const own = projects.filter(project => project.uscc === uscc);
  if (role === 'MSR') return own.length > 0;
  return own.some(project => (role === 'UNIT' ? uscc === orgId : project.bodyId === orgId));
}

function requestFault(panel: PanelState, expertId: ExpertId, recused: boolean): Rejection | undefined {
  if (!panel.members.includes(expertId)) {
    return refuse(PANEL_ARTICLE, 'not-a-member', '该专家不是技术评定组成员', 'The expert is not a member of the panel');
  }
  return recused ? alreadyRecused() : undefined;
}

function alreadyRecused(): Rejection {
  return refuse(
    PANEL_ARTICLE,
    'already-recused',
    '该专家已对该单位回避',
    'The expert is already recused from the unit',
  );
}

/** Recused by his own declaration he is out already, for no reason of the authority. */
function repeatedRecusal({ words }: PanelState, pair: Parameters<typeof recusalOf>[0], reason: string) {
  const earlier = words[recusalOf(pair)];
  return earlier === undefined ? [] : again(earlier, reason);
}

function ownRecusal(): Rejection {
  return twoPersonsFault('same-person', '不得决定本人是否回避', 'nobody decides on his own recusal');
}

export const decideRecusal = command({
  ...onPair,
  name: 'DecideRecusal',
  title: '决定是否回避',
  records: [expertRecused, recusalRequestDismissed],
  summary: 'Decides, with a reason, on all that was detected or requested about an expert and a unit (D-25).',
  allow: ['MSR'],
  hidden: true,
  input: z.strictObject({ ...pairInput, decision: z.enum(['recuse', 'dismiss']), reason: paragraphSchema }),
  names: ['expertId', 'uscc'],
  reads: input => ({ ...underPlanOfPanel(input), persons: personsNow }),
  gate(state, { actor }, { persons }, { expertId, uscc }) {
    const panel = drawnPanel(state);
    if (isRejection(panel)) return panel;
    if (isSame(persons, accountMark(actor.accountId), expertMark(expertId))) return ownRecusal();
    const pair = pairOf(panel, { expertId, uscc });
    return pair.recused || isUndecided(pair) ? { panel, pair } : nothingToDecide();
  },
  done: ({ pair }) => pair.recused,
  decide({ panel, pair }, { decision, reason, ...data }) {
    if (pair.recused) return decision === 'recuse' ? repeatedRecusal(panel, data, reason) : alreadyRecused();
    if (decision === 'dismiss') return [recusalRequestDismissed.of({ ...data, reason }, { reason })];
    return [expertRecused.of({ ...data, grounds: 'decided', reason }, { reason })];
  },
});

function nothingToDecide(): Rejection {
  return refuse(
    PANEL_ARTICLE,
    'nothing-to-decide',
    '没有待决定的回避事项',
    'Nothing was detected or requested about the pair',
  );
}
