import type { CustomersAsked } from './sandbox-hostname.ts';

const OF_CUSTOMERS: Record<CustomersAsked, string> = {
  range:
    'A range, as nobody knows what customers do: at one end they do nothing new, and what is active now goes on pointing ' +
    'here; at the other they do whatever is asked of them within an hour. What has one number is of the former end, which ' +
    'takes the longer. (--customers none, delegated or all looks at one of them)',
  none:
    'Customers do nothing new. A hostname that is active now goes on pointing here; what the authority complains of ' +
    'stays. (--customers none)',
  delegated:
    'Every hostname has its DCV delegation CNAME in place; beyond that customers do nothing new. (--customers delegated)',
  all: 'Customers do whatever is asked of them within an hour. (--customers all)',
};

/** What a prediction rests on, each in one sentence. */
export const assumptionsOf = (
  customers: CustomersAsked,
  { leftOut, isPlanKnown }: { leftOut: number; isPlanKnown: boolean },
): string[] => [
  OF_CUSTOMERS[customers],
  'The budget is spent in full, without a pause: nobody else uses up the quota, and the API has no outage.',
  'Validation, issuance and deployment take what docs/sandbox.md says: seconds to a minute once a record is found.',
  'The zone has an active fallback origin, and any origin server exists in it.',
  isPlanKnown
    ? 'The zone may do what its plan includes, and nothing that was granted to it beyond.'
    : 'The plan of the zone is not known, so it is taken to be entitled to all a row asks for. (--plan)',
  'Nobody changes the hostnames after the snapshot.',
  ...(leftOut === 0
    ? []
    : [
        `${leftOut} hostnames were left out, since their name is in the zone twice: rows about them are not predicted.`,
      ]),
];
