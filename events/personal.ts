/** Personal values in events: sealed with the subject's key, so that erasing the key erases the value and no hash changes. */
import { z } from 'zod';

/** The pseudonym a person's key is kept under; his name cannot be found from it without the vault. */
export const subjectSchema = z.string().regex(/^(person|account)-[a-z0-9._-]{3,64}$/);

export const sealedSchema = z
  .strictObject({
    /** Whose key opens the value. */
    subject: subjectSchema,
    /** AES-256-GCM: nonce, ciphertext and tag in base64url. */
    sealed: z.string().regex(/^[A-Za-z0-9_-]{38,}$/),
  })
  .meta({ personal: true, description: 'A personal value, sealed with its subject’s key' });

export type Sealed = z.infer<typeof sealedSchema>;
