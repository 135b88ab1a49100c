// How the account chooses among partners that could take a lead.

/** Each policy: what it is called, and what it does. */
export const policies = [
  { value: 'priority', name: 'Priority', text: 'The partner with the lowest priority number is asked first, among '
    + 'equal ones by weight; whoever says no or cannot be reached is passed over for the next.' },
  { value: 'weighted', name: 'Weights', text: 'Partners get leads in proportion to their weights: 3 and 1 mean three '
    + 'leads of four for the first. Weight 0 is a backup, asked after the others.' },
  { value: 'learned', name: 'Expected revenue', text: 'The partner where this lead is likely to bring most: the chance '
    + 'that it approves the lead times its payout. The others get some leads too, so that it goes on learning.' },
];

/** The account's policy in one sentence. */
export function policyText(account) { return policies.find((one) => one.value === account.routing_policy)?.text ?? ''; }
