// The plan and its usage, thresholds, rules, time zone and currency.
import { h, fill } from '../dom.js';
import { get, patch, session } from '../api.js';
import { section, notice } from '../parts.js';
import { field, form, fault, checks, choices, numberOrNull } from '../form.js';
import { policies } from '../policies.js';
import { markZone } from '../shell.js';
import { count, date, percent, words } from '../format.js';

const rules = ['honeypot', 'declared_bot', 'impossible_contact', 'duplicate', 'flood'];
export async function draw(body, { signal, reload }) {
  const [account, usage] = await Promise.all([get('/api/v1/account', { signal }), get('/api/v1/usage', { signal })]);
  session.account = account;
  markZone();
  fill(body, section('Plan',
    h('p', 'You are on the plan ', h('strong', account.plan.toUpperCase()),
      usage.total_limit === null ? ', which has no limit.'
        : `: ${count(usage.total_limit)} decisions a calendar month (UTC).`),
    h('p',
      `${count(usage.used)} used in `
          + `${usage.period}${usage.remaining === null ? '' : `, ${count(usage.remaining)} remaining`}; it begins anew on ${date(usage.resets_at)}.`),
    usage.total_limit === null ? null : h('progress.meter',
      { max: usage.total_limit, value: usage.used, 'aria-label': 'Decisions used this month' }),
    h('p.quiet.small',
      `The account is ${account.account_id}, made ${date(account.created_at)}. Over the limit leads get 429; postbacks `
        + 'and forwards go on.')),
  section('Settings',
    account.timezone_change ? notice('info',
      `The sums move to ${account.timezone_change.to}: ${percent(account.timezone_change.progress, 0)} done. Until `
          + `then days are those of ${account.timezone}.`) : null,
    settings(account, reload)));
}

function settings(account, reload) {
  return [form({
    submit: 'Save', label: 'Settings of the account',
    fields: [
      h('h3', 'Score'),
      h('div.form-grid',
        field({ name: 'thresholds.accept_at', label: 'Accept at a score of', value: account.thresholds.accept_at,
          inputmode: 'numeric' }),
        field({ name: 'thresholds.reject_below', label: 'Reject below', value: account.thresholds.reject_below,
          inputmode: 'numeric', help: 'Between the two: review.' }),
        field({ name: 'duplicate_window', label: 'Duplicate window, days', value: account.duplicate_window / 86_400,
          inputmode: 'decimal', help: 'The same person again is a duplicate.' }),
        field({ name: 'address_limit', label: 'Leads an hour from one address', value: account.address_limit,
          inputmode: 'numeric' })),
      h('p.field-error', { 'data-error': 'thresholds' }),
      checks({ name: 'rules', legend: 'Hard rules in force', options: rules.map((rule) => [rule, words(rule)]),
        chosen: rules.filter((rule) => !account.disabled_rules.includes(rule)),
        help: 'A lead that breaks one is rejected whatever its score.' }),
      h('h3', 'Routing'),
      choices({ name: 'routing_policy', legend: 'Which of the partners that may take a lead gets it', options: policies,
        chosen: account.routing_policy }),
      field({ name: 'refuse_other_partner', label: 'Refuse a partner’s postbacks about another partner’s lead',
        type: 'checkbox', value: account.refuse_other_partner,
        help: 'It is seen by the postback key that is bound to a partner. Not ticked, such a message counts and has a '
            + 'warning; ticked, it is logged and changes nothing.' }),
      h('h3', 'Sums'),
      h('div.form-grid',
        field({ name: 'timezone', label: 'Time zone', value: account.timezone, autocomplete: 'off',
          help: 'Such as Europe/Kyiv. Sums are made anew, which may take minutes.' }),
        field({ name: 'currency', label: 'Currency', value: account.currency, autocomplete: 'off', maxlength: 3,
          help: 'ISO code; sums are never converted.' })),
    ],
    onSubmit: async (data) => {
      const [acceptAt, rejectBelow] = ['accept_at', 'reject_below']
        .map((one) => numberOrNull(data.get(`thresholds.${one}`)));
      if (rejectBelow > acceptAt) throw fault('thresholds.reject_below', 'must not be above the score that is accepted');
      const kept = data.getAll('rules');
      const days = numberOrNull(data.get('duplicate_window'));
      await patch('/api/v1/account', {
        thresholds: { accept_at: acceptAt, reject_below: rejectBelow },
        duplicate_window: typeof days === 'number' ? Math.round(days * 86_400) : days,
        address_limit: numberOrNull(data.get('address_limit')),
        disabled_rules: rules.filter((rule) => !kept.includes(rule)), routing_policy: data.get('routing_policy'),
        refuse_other_partner: data.get('refuse_other_partner') !== null,
        ...(data.get('timezone').trim() === account.timezone ? {} : { timezone: data.get('timezone').trim() }),
        currency: data.get('currency').trim().toUpperCase(),
      });
      await reload();
      fill(document.getElementById('settings-done'), notice('good', 'Saved.'));
    },
  }), h('div', { id: 'settings-done', role: 'status' })];
}
