/** Commands on earlier excellent results (art-08 （三）, art-21), on coordination and exemplars (art-07). */
import {
  coordinationActionRecorded,
  coordinationStream,
  earlierResultRecorded,
  excellentResultsStream,
  exemplarDesignated,
  exemplarWithdrawn,
} from '../../events/recognition.ts';
import { command } from '../command.ts';
import { excellentResultsNow, liveResult, recognisedHereNow } from '../excellent-results.ts';
import { isRejection, refuse, refuseByHouse, refuseForm } from '../rejection.ts';
import { coordination, earlierResultIds } from './state.ts';

export const recordEarlierExcellentResult = command({
  name: 'RecordEarlierExcellentResult',
  title: '登记历年优秀成果',
  records: [earlierResultRecorded],
  summary: 'Adds an excellent result of an earlier year to the corpus that applications are compared with.',
  allow: ['MSR'],
  input: earlierResultRecorded.schema,
  fold: earlierResultIds,
  stream: () => excellentResultsStream,
  about: (_state, input) => (input.uscc === undefined ? {} : { uscc: input.uscc }),
  // Those of earlier years are in its own stream, where hundreds that are entered together are known before they are recorded.
  reads: () => ({ recognisedHere: recognisedHereNow }),
  decide(state, input, given, { recognisedHere }) {
    if (state.has(input.resultId) || recognisedHere.has(input.resultId)) {
      return refuseByHouse(
        'earlier-results',
        'result-exists',
        '该成果编号已登记',
        'A result is already recorded under this id',
      );
    }
    if (String(input.year) >= given.today.slice(0, 4)) {
      return refuseByHouse(
        'earlier-results',
        'not-earlier-year',
        '只能登记往年的优秀成果',
        'Only results of earlier years are recorded this way',
        'invalid',
      );
    }
    return [earlierResultRecorded.of(input)];
  },
});

const coordinating = { fold: coordination, stream: () => coordinationStream, about: () => ({}) };

export const recordCoordinationAction = command({
  ...coordinating,
  name: 'RecordCoordinationAction',
  title: '记录协同配合',
  records: [coordinationActionRecorded],
  summary: 'Records joint work of the parties that art-07 names; district bureaus are not among them (D-43).',
  allow: ['MSR', 'REC-I', 'REC-A'],
  enteredLater: true,
  input: coordinationActionRecorded.schema,
  decide(state, input, given) {
    if (state.actions.has(input.actionId)) {
      return refuse('art-07', 'action-exists', '该协同事项编号已登记', 'An action is already recorded under this id');
    }
    if (new Set(input.parties.map(({ role, name }) => `${role} ${name}`)).size < 2) {
      return refuse(
        'art-07',
        'parties-not-different',
        '协同配合至少应有两个不同的单位',
        'Coordination needs at least two different parties',
        'invalid',
      );
    }
    if (!input.parties.some(({ role }) => role === given.actor.role)) {
      return refuse(
        'art-07',
        'not-a-party',
        '只能记录本单位参与的协同事项',
        'Only a party of the action records it',
        'forbidden',
      );
    }
    if (input.heldOn > given.today) {
      return refuseForm('invalid', 'date-in-future', '日期不得晚于今天', 'The date must not be later than today');
    }
    return [coordinationActionRecorded.of(input)];
  },
});

export const designateExemplar = command({
  ...coordinating,
  name: 'DesignateExemplar',
  title: '选树典型',
  records: [exemplarDesignated],
  summary: 'Designates an excellent result whose recognition stands as exemplar of its field or industry.',
  allow: ['MSR'],
  input: exemplarDesignated.schema.omit({ title: true, unitName: true }),
  reads: () => ({ results: excellentResultsNow }),
  names: ['resultId'],
  gate(state, _given, { results }, { resultId }) {
    const result = liveResult(results, resultId, 'art-07');
    return isRejection(result) ? result : { ...result, isExemplar: state.exemplars.has(resultId) };
  },
  done: ({ isExemplar }) => isExemplar,
  decide({ title, unitName, isExemplar }, input) {
    if (isExemplar) return refuse('art-07', 'already-exemplar', '该成果已是典型', 'The result is already an exemplar');
    return [exemplarDesignated.of({ ...input, title, unitName })];
  },
});

export const withdrawExemplar = command({
  ...coordinating,
  name: 'WithdrawExemplar',
  title: '撤销典型',
  records: [exemplarWithdrawn],
  summary: 'Withdraws the designation of an exemplar; the system does so after a revocation (D-36).',
  allow: ['MSR', 'SYS'],
  input: exemplarWithdrawn.schema,
  gate: (state, _given, _known, { resultId }) =>
    state.exemplars.has(resultId)
      ? state
      : refuse('art-07', 'not-exemplar', '该成果不是典型', 'The result is not an exemplar'),
  decide: (_state, input) => [exemplarWithdrawn.of(input)],
});
