/** Whether an actor may send a command: the role is held today, the command allows it, the third party is entrusted. */
import { accountStream } from '../events/account.ts';
import { entrustmentStream } from '../events/entrustment.ts';
import type { Actor } from '../events/envelope.ts';
import type { AccountId, EntrustmentId } from '../events/ids.ts';
import { grants, holdsRole } from '../events/rules/grants.ts';
import { covers, isClerical, mandate } from '../events/rules/mandate.ts';
import type { CivilDate } from '../events/time.ts';
import type { AnyCommand, Sources } from './command.ts';
import { notFound, type Rejection, refuse, refuseForm } from './rejection.ts';

/** The actor as the log names him, or why he may not send this command. */
export async function authorise(
  command: AnyCommand,
  actor: Actor,
  today: CivilDate,
  sources: Pick<Sources, 'stream'>,
): Promise<Actor | Rejection> {
  if (actor.role === 'SYS') return command.allow.includes('SYS') ? actor : forbidden(command);
  const held = await sources.stream(grants, accountStream(actor.accountId as AccountId));
  if (!holdsRole(held, actor, today)) {
    return refuseForm(
      'forbidden',
      'role-not-held',
      '账户当前不具有该角色',
      'The account does not hold this role today',
    );
  }
  if (command.allow.includes(actor.role)) return actor;
  if (actor.role !== 'TPO' || (command.hidden && !isClerical(command.name))) return forbidden(command);
  const entrusted = await sources.stream(mandate, entrustmentStream(actor.orgId as EntrustmentId));
  if (isClerical(command.name) && covers(entrusted, command.name, today)) {
    return { ...actor, actedAs: 'MSR', entrustmentId: actor.orgId };
  }
  return refuse(
    ['art-05', '（二）'],
    'outside-entrustment',
    '第三方机构只能在委托事项和期限内办理事务性工作',
    'The third party may only do clerical work within the scope and term of its entrustment',
    'forbidden',
  );
}

function forbidden(command: AnyCommand): Rejection {
  if (command.hidden) return notFound();
  return refuseForm(
    'forbidden',
    'role-not-allowed',
    `该角色无权办理“${command.title}”`,
    `This role may not send ${command.name}`,
  );
}
