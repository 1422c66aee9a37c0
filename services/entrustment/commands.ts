/** Commands on the entrustment of third parties (art-05 （二）), all of the municipal authority. */
import { z } from 'zod';
import {
  capabilityVerified,
  entrustmentScopeChanged,
  entrustmentStream,
  entrustmentTerminated,
  thirdPartyEntrusted,
} from '../../events/entrustment.ts';
import type { EntrustmentId } from '../../events/ids.ts';
import { isOver } from '../../events/rules/lateness.ts';
import { CLERICAL_COMMANDS, scopeOn } from '../../events/rules/mandate.ts';
import { addDays } from '../../events/time.ts';
import { command } from '../command.ts';
import { isRejection, notFound, type Rejection, refuse } from '../rejection.ts';
import { again } from '../repeat.ts';
import { type Entrustment, entrustment, type Term, termOf } from './state.ts';

const ARTICLE = ['art-05', '（二）'] as const;

const common = {
  allow: ['MSR'] as const,
  fold: entrustment,
  stream: (input: { entrustmentId: EntrustmentId }) => entrustmentStream(input.entrustmentId),
  about: (_state: Entrustment, input: { entrustmentId: EntrustmentId }) => ({ entrustmentId: input.entrustmentId }),
};

export const verifyThirdPartyCapability = command({
  ...common,
  name: 'VerifyThirdPartyCapability',
  title: '核验第三方机构能力',
  records: [capabilityVerified],
  summary: 'Records, with evidence, that a third party is able to do the work.',
  enteredLater: true,
  input: capabilityVerified.schema,
  gate: state => state,
  done: ({ capable }) => capable !== undefined,
  decide({ capable }, input) {
    if (capable) {
      return refuse(
        ARTICLE,
        'capability-already-verified',
        '该委托的第三方机构能力已核验',
        'The capability of the third party is already verified for this entrustment',
      );
    }
    return [capabilityVerified.of(input, { evidence: input.evidence })];
  },
});

export const entrustThirdParty = command({
  ...common,
  name: 'EntrustThirdParty',
  title: '委托第三方机构',
  records: [thirdPartyEntrusted],
  summary: 'Entrusts clerical commands for a term, at no cost to units (D-8, art-19).',
  reach: { from: { notBefore: 'regulation', notAfter: { years: 2 } }, lastDay: { notAfter: { years: 10 } } },
  input: thirdPartyEntrusted.schema.extend({ noFeeClause: z.boolean() }),
  gate: state => (state.capable ? state : capabilityNotVerified()),
  done: state => termOf(state) !== undefined,
  decide(state, input) {
    if (state.capable !== input.uscc) return capabilityNotVerified();
    if (termOf(state)) return refuse(ARTICLE, 'already-entrusted', '该委托已作出', 'The entrustment is already given');
    if (!input.noFeeClause) {
      return refuse(
        'art-19',
        'no-fee-clause-missing',
        '委托合同应载明不向申报单位收取任何费用',
        'The contract must say that units bear no cost',
      );
    }
    if (input.lastDay < input.from) {
      return refuse(ARTICLE, 'term-empty', '委托期限为空', 'The entrustment would end before it begins', 'invalid');
    }
    return (
      scopeFault(input.scope) ?? [
        thirdPartyEntrusted.of({ ...input, scope: [...new Set(input.scope)], noFeeClause: true }),
      ]
    );
  },
});

function capabilityNotVerified(): Rejection {
  return refuse(
    ARTICLE,
    'capability-not-verified',
    '未核验该机构是否具备相应能力，不得委托',
    'The capability of this third party has not been verified',
  );
}

function scopeFault(scope: readonly string[]): Rejection | undefined {
  const clerical: readonly string[] = CLERICAL_COMMANDS;
  const foreign = scope.filter(name => !clerical.includes(name));
  if (foreign.length === 0) return undefined;
  return refuse(
    ARTICLE,
    'scope-not-clerical',
    `只能委托事务性工作，不得委托：${foreign.join('、')}`,
    `Only clerical work can be entrusted, not: ${foreign.join(', ')}`,
    'invalid',
  );
}

export const changeEntrustmentScope = command({
  ...common,
  name: 'ChangeEntrustmentScope',
  title: '变更委托事项',
  records: [entrustmentScopeChanged],
  summary: 'Changes the entrusted commands from a day within the term on, never for days gone by.',
  input: entrustmentScopeChanged.schema,
  gate(state, { today }) {
    const there = entrusted(state);
    if (isRejection(there)) return there;
    const { lastDay } = there.term;
    if (!isOver(lastDay, today)) return there;
    return refuse(ARTICLE, 'term-over', `委托已于 ${lastDay} 期满`, `The entrustment ended on ${lastDay}`);
  },
  decide({ term, mandate }, input, { today }) {
    if (input.from < term.from || input.from > term.lastDay) return outsideTerm();
    if (input.from < today) return backwards();
    const scope = [...new Set(input.scope)];
    const fault = scopeFault(scope);
    if (fault) return fault;
    return sameNames(scope, scopeOn(mandate, input.from)) ? [] : [entrustmentScopeChanged.of({ ...input, scope })];
  },
});

/** An entrustment that was given, with its term. */
function entrusted(state: Entrustment): (Entrustment & { readonly term: Term }) | Rejection {
  const term = termOf(state);
  return term ? { ...state, term } : notFound();
}

function sameNames(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every(name => right.includes(name));
}

export const terminateEntrustment = command({
  ...common,
  name: 'TerminateEntrustment',
  title: '终止委托',
  records: [entrustmentTerminated],
  summary: 'Ends an entrustment before its term; a last day of yesterday ends it at once.',
  input: entrustmentTerminated.schema,
  gate: entrusted,
  done: ({ term }, { today }) => isOver(term.lastDay, today),
  decide({ term, terminatedFor }, input, { today }) {
    if (input.lastDay === term.lastDay) return terminatedFor === undefined ? [] : again(terminatedFor, input.reason);
    if (input.lastDay > term.lastDay) return outsideTerm();
    if (input.lastDay < addDays(today, -1)) return backwards();
    return [entrustmentTerminated.of(input)];
  },
});

function outsideTerm(): Rejection {
  return refuse(ARTICLE, 'outside-term', '日期不在委托期限内', 'The date is outside the term of the entrustment');
}

function backwards(): Rejection {
  return refuse(
    ARTICLE,
    'change-in-past',
    '变更或终止委托不得溯及既往',
    'An entrustment cannot be changed or ended for days gone by',
    'invalid',
  );
}
