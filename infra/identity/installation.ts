/** Sign-in as an installation is configured. */
import type { System } from '../compose/system.ts';
import type { Config } from '../config.ts';
import { createGrantsReader, createNames } from './account-grants.ts';
import { createIdentity, type IdentityService } from './identity.ts';
import { createProviderSignIn } from './provider-sign-in.ts';
import { createCredentialRecords } from './records.ts';

/** Sign-in over the stores of an installation; MSR and SUP need a second factor unless it is configured otherwise. */
export function createIdentityFor(system: System, config: Config): Promise<IdentityService> {
  return createIdentity({
    keyStore: system.keyStore,
    signIns: system.signIns,
    clock: system.clock,
    accountGrantsOf: createGrantsReader(system.events),
    records: createCredentialRecords(system.handle),
    vault: system.vault,
    nameOf: createNames(system.events, system.vault),
    secondFactorFor: config.secondFactor === 'required' ? ['MSR', 'SUP'] : [],
    ...(config.oidc && { oidc: config.oidc }),
    ...(config.providerSignIn && { providerSignIn: createProviderSignIn(config.providerSignIn) }),
  });
}
