/** Signing in at the city’s identity provider: the browser is sent there, and comes back with what proves who he is. */
import type { Endpoint } from '../http/endpoint.ts';
import { addressOf, type RequestContext } from '../http/request-context.ts';
import { begunOf, forgetBegun, keepBegun, keepSession } from '../http/session-cookie.ts';
import { otherRoles } from '../identity/account-grants.ts';
import type { IdentityService } from '../identity/identity.ts';
import { PROVIDER_RETURN } from '../identity/provider-sign-in.ts';
import { IdentityRefused } from '../identity/refused.ts';
import { addressOfPage, goTo, leaveFor } from './answer.ts';
import { formFaultOf, OWN_PAGE, type OwnPagePorts, onwardOf } from './own-page.ts';
import { by, returnTo } from './return-to.ts';
import { sendSignIn } from './sign-in.tsx';

const OPEN = { ...OWN_PAGE, method: 'GET', access: 'public', beforeSecondFactor: true } as const;

/** None where no provider is configured. */
export function providerPages({ identity, isSecure }: OwnPagePorts): readonly Endpoint[] {
  const begin = identity.beginAtProvider;
  if (!begin) return [];
  return [
    {
      ...OPEN,
      path: '/sign-in/provider',
      name: 'SignInAtProvider',
      title: '统一身份认证登录',
      async handle(context) {
        const to = onwardOf(context);
        const { address, begun } = await begin();
        keepBegun(context.res, { ...begun, ...(to !== undefined && { to }) }, isSecure);
        leaveFor(context, address);
      },
    },
    {
      ...OPEN,
      path: PROVIDER_RETURN,
      name: 'ReturnFromProvider',
      title: '统一身份认证登录',
      handle: context => comeBack(context, identity, isSecure),
    },
  ];
}

async function comeBack(context: RequestContext, identity: IdentityService, isSecure: boolean): Promise<void> {
  const { req, res, caller } = context;
  const begun = begunOf(req, isSecure);
  forgetBegun(res, isSecure);
  try {
    if (!begun) throw new IdentityRefused('provider-refused');
    const opened = await identity.loginByProvider(addressOfPage(context).searchParams, begun, addressOf(req));
    // The one that this browser had before would stand for hours, with nobody to end it.
    if (caller) await identity.endSession(caller.sessionId);
    keepSession(res, opened.token, isSecure);
    const others = otherRoles(await identity.grantsOf(opened.accountId), opened);
    goTo(context, others.length > 0 ? by('/me/role', begun.to) : returnTo(begun.to, opened.role));
  } catch (error) {
    const fault = formFaultOf(error);
    sendSignIn(context, fault.status, { to: begun?.to, fault, hasProvider: true });
  }
}
