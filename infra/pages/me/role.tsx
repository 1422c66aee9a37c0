/** In which of his roles somebody works: chosen after signing in, and changed without signing out. */
import { z } from 'zod';
import type { Grant } from '../../../events/account.ts';
import { roleSchema } from '../../../events/envelope.ts';
import { ROLE_WORDS } from '../../../events/words.ts';
import type { Endpoint } from '../../http/endpoint.ts';
import { addressOf, callerOf, type RequestContext } from '../../http/request-context.ts';
import { keepSession } from '../../http/session-cookie.ts';
import { otherRoles } from '../../identity/account-grants.ts';
import { goTo, sendPage } from '../answer.ts';
import { readForm } from '../form.ts';
import { formFaultOf, OWN_PAGE, type OwnPagePorts, onwardOf, unfilled } from '../own-page.ts';
import { Alert } from '../parts/alert.tsx';
import { returnSchema } from '../return-to.ts';
import { onward } from '../sign-in.tsx';

const formSchema = z.strictObject({
  to: returnSchema,
  /** `MSR/msr` */
  grant: z
    .string()
    .max(100)
    .transform(grant => grant.split('/'))
    .pipe(z.tuple([roleSchema.exclude(['SYS']), z.string().min(1)])),
});

export function rolePages(ports: OwnPagePorts): readonly Endpoint[] {
  const own = { ...OWN_PAGE, path: '/me/role', access: 'signed-in', beforeSecondFactor: true } as const;
  return [
    {
      ...own,
      method: 'GET',
      name: 'ShowRoles',
      title: '选择角色',
      handle: context => sendRoles(context, ports, 200, onwardOf(context)),
    },
    {
      ...own,
      method: 'POST',
      name: 'ChooseRole',
      title: '换角色',
      handle: context => choose(context, ports),
    },
  ];
}

async function choose(context: RequestContext, ports: OwnPagePorts): Promise<void> {
  const { identity, isSecure } = ports;
  const caller = callerOf(context);
  const given = await readForm(context);
  const form = formSchema.safeParse(given);
  if (!form.success) return sendRoles(context, ports, 422, given.to, unfilled('请选择角色', 'A role is to be chosen'));
  const { to, grant } = form.data;
  const [role, orgId] = grant;
  const { actor, limited } = caller;
  if (actor.role === role && actor.orgId === orgId) return goTo(context, onward({ role, limited }, to));
  try {
    const opened = await identity.actAs(caller, { role, orgId }, addressOf(context.req));
    keepSession(context.res, opened.token, isSecure);
    goTo(context, onward({ role, limited: opened.limited }, to));
  } catch (error) {
    const fault = formFaultOf(error);
    await sendRoles(context, ports, fault.status, to, fault);
  }
}

async function sendRoles(
  context: RequestContext,
  { identity }: OwnPagePorts,
  status: number,
  to: string | undefined,
  fault?: ReturnType<typeof formFaultOf>,
): Promise<void> {
  const { actor } = callerOf(context);
  const held = await identity.grantsOf(actor.accountId);
  const own = held.find(({ role, orgId }) => role === actor.role && orgId === actor.orgId);
  const roles = [...(own ? [own] : []), ...otherRoles(held, actor)];
  sendPage(
    context,
    status,
    { title: '选择角色' },
    <section class="narrow">
      <h1>以何种角色办理</h1>
      <p class="lead">一次只以一种角色办理；所办的每件事都记在这一角色名下。以后可随时从页首更换，不必重新登录。</p>
      <Alert problem={fault} />
      {roles.map(grant => (
        <Choice grant={grant} isPresent={grant === own} to={to} />
      ))}
    </section>,
  );
}

function Choice({
  grant: { role, orgId, orgName },
  isPresent,
  to,
}: {
  readonly grant: Grant;
  readonly isPresent: boolean;
  readonly to: string | undefined;
}) {
  return (
    <form method="post" action="/me/role" class="choice">
      {to !== undefined && <input type="hidden" name="to" value={to} />}
      <input type="hidden" name="grant" value={`${role}/${orgId}`} />
      <button type="submit">
        {ROLE_WORDS[role]} · {orgName}
      </button>
      {isPresent && <small>现在的角色</small>}
    </form>
  );
}
