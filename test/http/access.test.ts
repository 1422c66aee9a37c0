/** Opening material is put on record before anything is handed out (art-26). */
import { describe, expect, it } from 'vitest';
import type { Actor } from '../../events/envelope.ts';
import { accessRecorder } from '../../infra/access.ts';
import { Problem } from '../../infra/http/problem.ts';
import type { Handle } from '../../services/handle.ts';
import { refuse } from '../../services/rejection.ts';
import { actor, PROJECT, USCC } from '../enforcement/sample.ts';

const EXPERT = actor('expert.liu', 'expert-liu', 'EXPERT');
const file = { kind: 'file', objectId: 'f'.repeat(64) } as const;

function recorder(outcome: object = { events: [] }) {
  const sent: { name: string; input: unknown; by: Actor; commandId: string }[] = [];
  const handle = (async (command, input, { actor: by, commandId }) => {
    sent.push({ name: command.name, input, by, commandId });
    return outcome;
  }) as Handle;
  const record = accessRecorder(handle, async () => [USCC]);
  const open = (by: Actor, material: Parameters<typeof record>[1]) =>
    record({ actor: by, requestId: 'request-1', correlationId: 'c' }, material);
  return { sent, open };
}

describe('第二十六条 the record of access', () => {
  it('is the system’s, names who opened what of which unit, and is one command a request', async () => {
    const { sent, open } = recorder();
    await open(EXPERT, file);
    expect(sent).toMatchObject([
      {
        name: 'RecordMaterialAccess',
        input: { accountId: 'expert.liu', role: 'EXPERT', kind: 'file', units: [USCC] },
        by: { role: 'SYS' },
        commandId: 'access-request-1',
      },
    ]);
    await open(EXPERT, { kind: 'case-file', objectId: PROJECT, projectId: PROJECT });
    expect(sent[1]).toMatchObject({ input: { kind: 'case-file', projectId: PROJECT, units: [] } });
  });

  it('is not written of a unit, which opens its own alone', async () => {
    const { sent, open } = recorder();
    await open(actor('haihe.zhang', USCC, 'UNIT'), file);
    expect(sent).toEqual([]);
  });

  it('given it is refused, then nothing is opened', async () => {
    const { open } = recorder(refuse('art-26', 'undertaking-not-signed', '未签署', 'Not signed', 'forbidden'));
    await expect(open(EXPERT, file)).rejects.toThrow(Problem);
  });
});
