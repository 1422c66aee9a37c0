/** Commendation of the three kinds of recipient (art-21), and certificates where the work plan has them. */
import { z } from 'zod';
import { resultIdSchema, yearSchema } from '../../events/ids.ts';
import type { Sealed } from '../../events/personal.ts';
import { certificateIssued, commendationIssued } from '../../events/recognition.ts';
import { lineSchema, urlSchema } from '../../events/text.ts';
import { bodiesNow } from '../bodies.ts';
import { command, type Dependency } from '../command.ts';
import { excellentResultsNow, liveResult } from '../excellent-results.ts';
import { isRejection, notFound, refuse, refuseByHouse } from '../rejection.ts';
import { again } from '../repeat.ts';
import { onList, refuseOption } from './guards.ts';
import { participantOf } from './people.ts';

/** 组织者 are named by the authority: a person or the organisation, of the unit or of the recommending body (D-30). */
const recipientSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('单位') }),
  z.strictObject({ type: z.literal('参与人员'), name: lineSchema }),
  z.strictObject({ type: z.literal('组织者'), side: z.enum(['unit', 'body']), name: lineSchema.optional() }),
]);

interface Recipient {
  readonly orgId: string;
  readonly orgName: string;
  readonly person: Sealed | undefined;
}

/** Undefined for somebody who took no part, and for a result that is not there. */
function recipientOf(resultId: string, asked: z.infer<typeof recipientSchema>): Dependency<Recipient | undefined> {
  return {
    async resolve(sources) {
      const result = (await excellentResultsNow.resolve(sources)).get(resultId);
      if (!result?.uscc || !result.bodyId) return undefined;
      const unit = { orgId: result.uscc, orgName: result.unitName };
      if (asked.type === '单位') return { ...unit, person: undefined };
      if (asked.type === '参与人员') {
        const person = await participantOf(resultId, asked.name).resolve(sources);
        return person && { ...unit, person };
      }
      const { registered } = await bodiesNow.resolve(sources);
      const { bodyId } = result;
      const side = asked.side === 'unit' ? unit : { orgId: bodyId, orgName: registered.get(bodyId)?.name ?? bodyId };
      const { name } = asked;
      if (name === undefined) return { ...side, person: undefined };
      return { ...side, person: await sources.seal(sources.subjectOf(side.orgId, name), name) };
    },
  };
}

export const issueCommendation = command({
  ...onList,
  name: 'IssueCommendation',
  title: '通报表扬',
  records: [commendationIssued],
  summary: 'Commends the unit, a participant or an organiser for an excellent result.',
  input: z.strictObject({
    year: yearSchema,
    resultId: resultIdSchema,
    recipient: recipientSchema,
    document: lineSchema,
    url: urlSchema,
  }),
  names: ['resultId'],
  reads: asked => ({ ...onList.reads(asked), results: excellentResultsNow }),
  readsTyped: asked => ({ recipient: recipientOf(asked.resultId, asked.recipient) }),
  gate({ commendations }, _given, { results }, { year, resultId }) {
    const result = liveResult(results, resultId, 'art-21');
    if (isRejection(result)) return result;
    const { projectId } = result;
    if (result.year === year && projectId) return { ...result, projectId, commendations };
    return refuse('art-21', 'other-year', '该成果不是本年度认定的优秀成果', 'The result was not recognised this year');
  },
  decide(result, { year, resultId, recipient: asked, document, url }, { newId }, { recipient }) {
    if (!recipient) {
      return refuse(
        'art-21',
        'not-a-participant',
        '该人员不是该成果的参与人员',
        'This person is not among the participants of the result',
      );
    }
    const { orgId, orgName, person } = recipient;
    const earlier = result.commendations.find(
      each =>
        each.resultId === resultId &&
        each.recipientType === asked.type &&
        each.orgId === orgId &&
        each.person?.subject === person?.subject,
    );
    if (earlier) return again({ document: earlier.document, url: earlier.url }, { document, url });
    const commendation = {
      year,
      commendationId: `commendation-${newId}`,
      resultId,
      title: result.title,
      recipientType: asked.type,
      orgId,
      orgName,
      ...(person && { person }),
      document,
      url,
    };
    const { uscc, bodyId, projectId } = result;
    const about = { projectId, ...(uscc && { uscc }), ...(bodyId && { bodyId }) };
    return [commendationIssued.of(commendation, { about })];
  },
});

export const issueCertificate = command({
  ...onList,
  name: 'IssueCertificate',
  title: '颁发证书',
  records: [certificateIssued],
  summary: 'Issues the certificate of a commendation, where the work plan has certificates; numbered within the year.',
  input: certificateIssued.schema.pick({ year: true, commendationId: true }),
  reads: asked => ({ ...onList.reads(asked), results: excellentResultsNow }),
  gate(state, _given, { programme, results }, { commendationId }) {
    if (programme.inForce?.plan.options.certificates !== true) {
      return refuseOption(
        programme.inForce,
        'certificates',
        'no-certificates',
        '工作方案未规定颁发证书',
        'The work plan has no certificates',
      );
    }
    const commendation = state.commendations.find(each => each.commendationId === commendationId);
    if (!commendation) return notFound();
    const result = results.get(commendation.resultId);
    if (!result || result.revokedIn !== undefined) {
      return refuseByHouse(
        'certificates',
        'result-revoked',
        `《${commendation.title}》的优秀成果认定已撤销，不再颁发证书`,
        `The recognition of result ${commendation.resultId} has been revoked: no certificate is issued`,
      );
    }
    return { commendation, result, certified: state.certified };
  },
  done: ({ commendation, certified }) => certified.includes(commendation.commendationId),
  decide({ commendation, result, certified }, { year, commendationId }) {
    if (certified.includes(commendationId)) return [];
    const certificateNo = `${year}-${String(certified.length + 1).padStart(5, '0')}`;
    const { document: _document, url: _url, ...recipient } = commendation;
    const { projectId } = result;
    return [certificateIssued.of({ ...recipient, certificateNo }, { about: { ...(projectId && { projectId }) } })];
  },
});
