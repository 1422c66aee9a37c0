/** The record of a visit (art-16): of one that was planned, chosen from those that are still to come, or of another. */
import type { z } from 'zod';
import type { projectLedgerSchema } from '../../../../projections/implementation/follow-up.ts';
import { controlId, Several } from '../controls.tsx';
import { type FormParts, FormSection, formLayout } from '../layout.tsx';

type FollowUp = z.infer<typeof projectLedgerSchema>;

export const recordVisitForm = formLayout<FollowUp>({
  command: 'RecordVisit',
  load: (typed, { ask }) => ask<FollowUp>('GetProjectFollowUp', { projectId: typed.get('projectId') }),
  names: ({ title, unitName, visits }, typed) => [
    ['projectId', `${title}（${unitName}）`],
    ...visits
      .filter(({ visitId }) => visitId === typed.get('visitId'))
      .map(visit => ['visitId', plannedWord(visit)] as const),
  ],
  view: parts => (
    <>
      {parts.ask('projectId')}
      <Planned parts={parts} />
      <FormSection
        title="走访情况"
        article="art-16"
        says="适时深入项目单位指导、检查和督促项目进度，帮助解决问题，提出指导意见"
      >
        {parts.ask('visitedOn')}
        {parts.ask('place')}
        {parts.ask('kinds', '可选多项')}
        {parts.ask('participants', '本单位和项目单位参加的人，每项一人')}
        {parts.ask('findings', '写明看到的进度、问题和当场的意见')}
      </FormSection>
    </>
  ),
});

type Visit = FollowUp['visits'][number];

const plannedWord = ({ plannedOn, purpose }: Visit) =>
  ['计划', plannedOn, '走访', purpose && `：${purpose}`].filter(Boolean).join('');

function Planned({ parts: { data, filling, fieldOf, ask } }: { readonly parts: FormParts<FollowUp> }) {
  const open = data?.visits.filter(({ record }) => !record) ?? [];
  if (open.length === 0) return ask('visitId');
  const chosen = filling.typed.get('visitId') ?? '';
  return (
    <Several field={fieldOf('visitId')} filling={filling} id={controlId('visitId')}>
      <div class="choices">
        {open.map(visit => (
          <label>
            <input type="radio" name="visitId" value={visit.visitId} checked={visit.visitId === chosen} />
            {plannedWord(visit)}
          </label>
        ))}
        <label>
          <input type="radio" name="visitId" value="" checked={chosen === ''} />
          不是计划内的走访
        </label>
      </div>
    </Several>
  );
}
