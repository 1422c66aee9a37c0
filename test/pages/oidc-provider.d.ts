/** What is used of oidc-provider, which brings no types of its own. */
declare module 'oidc-provider' {
  import type { IncomingMessage, ServerResponse } from 'node:http';

  interface Grant {
    addOIDCScope(scope: string): void;
    save(): Promise<string>;
  }

  interface Settings {
    readonly clients: readonly Readonly<Record<string, unknown>>[];
    readonly jwks: { readonly keys: readonly object[] };
    readonly cookies: { readonly keys: readonly string[] };
    readonly claims: Readonly<Record<string, readonly string[]>>;
    readonly features: Readonly<Record<string, { readonly enabled: boolean }>>;
    readonly interactions: { url(context: unknown, interaction: { readonly uid: string }): string };
    findAccount(
      context: unknown,
      accountId: string,
    ): { readonly accountId: string; claims(): Readonly<Record<string, string>> };
    loadExistingGrant(context: {
      readonly oidc: { readonly client: unknown; readonly session: unknown };
    }): Promise<Grant>;
  }

  export class Provider {
    constructor(issuer: string, settings: Settings);
    readonly Grant: new (of: {
      readonly clientId: string;
      readonly accountId: string;
    }) => Grant;
    callback(): (req: IncomingMessage, res: ServerResponse) => void;
    interactionFinished(req: IncomingMessage, res: ServerResponse, result: object): Promise<void>;
  }
}
