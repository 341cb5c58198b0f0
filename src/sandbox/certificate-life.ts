import { DAY } from '../terms.ts';

/**
 * How long certificates live that are issued from a day on, by the simulator's own reading of what authorities have announced:
 * Let's Encrypt in its post of 2025-12-02; of the others nothing but the limits of browsers (100 days from 2027, 47 from 2029)
 * is known, of which the last one binds. The latest day first.
 */
const LIVES: Record<string, readonly (readonly [from: string, days: number])[]> = {
  lets_encrypt: [
    ['2028-02-16', 45],
    ['2027-02-10', 64],
  ],
  others: [['2029-03-15', 47]],
};
const USUAL_DAYS = 90;

/** From here on nobody may prove a domain by e-mail any more (Baseline Requirements 3.2.2.4.4, .13 and .14). */
export const EMAIL_ENDS = Date.UTC(2028, 2, 15);

/** Life of a certificate that `authority` issues at `issuedAt`, in milliseconds both. */
export function certificateLife(authority: string, issuedAt: number): number {
  const lives = LIVES[authority] ?? LIVES.others ?? [];
  const [, days = USUAL_DAYS] = lives.find(([from]) => issuedAt >= Date.parse(from)) ?? [];
  return days * DAY;
}

/**
 * How long before its end a certificate is renewed: documented for 90 days alone, where it is 30. Of shorter lives nobody has
 * said; a third is what ACME clients are advised to.
 */
export const renewalLead = (life: number): number => life / 3;
