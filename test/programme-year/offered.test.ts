/** The year asks, before each command, whether it is offered: what is told and what happens must not differ. */
import { describe, expect, it } from 'vitest';
import { planVisit } from '../../services/implementation/follow-up.ts';
import { post } from '../../services/route.ts';
import { mustBeRefusedAsOffered, mustHaveBeenOffered } from './client.ts';
import { namesAlone, seeingNamesAlone } from './gates.ts';

const offer = { command: 'ApproveProject', may: true };
const no = { ...offer, may: false, why: { code: 'wrong-stage', zh: '项目目前处于“填报中”，不能办理此事项' } };

describe('offers beside what happens', () => {
  it.each([
    ['was not offered', undefined],
    ['was told to be impossible', no],
  ])('given an act that %s and is recorded, then the year stops', (_how, offered) => {
    expect(() => mustHaveBeenOffered('/projects/x/approval', offered, ['project.approved'])).toThrow('not offered');
    expect(() => mustHaveBeenOffered('/projects/x/approval', offered, [])).not.toThrow();
  });

  it('given a refusal for another reason than was told, then the year stops', () => {
    const refused = { code: 'project-held', detail: '项目已暂缓，待处理决定' };
    expect(() => mustBeRefusedAsOffered('/projects/x/approval', no, refused)).toThrow('wrong-stage');
    expect(() => mustBeRefusedAsOffered('/projects/x/approval', offer, refused)).not.toThrow();
    const told = { code: no.why.code, detail: no.why.zh };
    expect(() => mustBeRefusedAsOffered('/projects/x/approval', no, told)).not.toThrow();
  });
});

describe('what a gate looks at', () => {
  const sent = { projectId: '2024-x', purpose: '指导' };
  const at = (command: typeof planVisit) => post('/projects/:projectId/visit-plans', command);

  it('given the fields that name its object, then it sees them', () => {
    expect(namesAlone(at(planVisit), sent)).toMatchObject({ projectId: '2024-x' });
    expect(namesAlone(at({ ...planVisit, names: ['purpose'] }), sent)).toMatchObject(sent);
  });

  it('given a gate that looks at what is typed in (planted), then the year stops', () => {
    const gate = (_state: unknown, _given: unknown, _known: unknown, on: unknown) => (on as typeof sent).purpose;
    const watched = seeingNamesAlone(at({ ...planVisit, gate }));
    expect(() => watched.gate?.(undefined, {} as never, {} as never, sent as never)).toThrow('looks at purpose');
  });
});
