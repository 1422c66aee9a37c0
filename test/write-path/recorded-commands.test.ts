import { describe, expect, it } from 'vitest';
import { START } from '../../events/ids.ts';
import { RecordedCommands } from '../../services/recorded-commands.ts';

const done = (revision: number) => ({ digest: 'd', revision, position: START });

describe('the commands a stream has recorded', () => {
  it('given many, then the last are known in full, the earlier ones perhaps, and others are not', () => {
    const commands = new RecordedCommands();
    for (let at = 0; at < 1_000; at += 1) commands.add(`command-${at}`, done(at));
    expect(commands.find('command-999')).toEqual(done(999));
    for (let at = 0; at < 900; at += 1) expect(commands.find(`command-${at}`)).toBe('perhaps');
    const strangers = Array.from({ length: 1_000 }, (_, at) => commands.find(`stranger-${at}`));
    expect(strangers.filter(found => found !== undefined)).toEqual([]);
  });

  it('given a command of several events, then its last one counts', () => {
    const commands = new RecordedCommands();
    commands.add('one', done(0));
    commands.add('one', done(1));
    expect(commands.find('one')).toEqual(done(1));
  });
});
